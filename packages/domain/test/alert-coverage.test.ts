import { describe, expect, test } from 'bun:test'
import { firstStepMs, isCovered, usesOf } from '../src/alert-coverage.ts'
import type { AlertPolicy, AlertTarget, Recipients } from '../src/alert-policy.ts'

const monitor = { id: 'shop', tags: ['prod'], groupIds: [] }
const layer = { startsOn: '2026-06-01', turnDays: 7, handover: '09:00', timeZone: 'UTC', only: null }
const recipients: Recipients = {
  channels: [
    { id: 'room', userId: null },
    { id: 'phone', userId: 'ada' },
  ],
  schedules: [
    { id: 'rota', layers: [{ ...layer, people: ['grace', 'ada'] }], overrides: [] },
    { id: 'lonely', layers: [{ ...layer, people: ['grace'] }], overrides: [] },
  ],
}

function makePolicy(changed: Partial<AlertPolicy> & { targets?: readonly AlertTarget[] } = {}): AlertPolicy {
  const { targets = [{ kind: 'channel', channelId: 'room' }], ...rest } = changed
  return {
    ...{ id: 'policy', monitors: { kind: 'all' }, topics: ['down'], steps: [{ afterMs: 0, targets }] },
    ...{ repeatEveryMs: null, quiet: null, fallbackChannelIds: [] },
    ...rest,
  }
}

const covers = (policy: AlertPolicy, of: Recipients = recipients) =>
  isCovered(monitor, { policies: [policy], recipients: of })

describe('a monitor is covered', () => {
  test.each<[string, AlertTarget, boolean]>([
    ['a channel', { kind: 'channel', channelId: 'room' }, true],
    ['a channel that is gone', { kind: 'channel', channelId: 'gone' }, false],
    ['a person with a channel', { kind: 'person', userId: 'ada' }, true],
    ['a person without one', { kind: 'person', userId: 'grace' }, false],
    ['everyone', { kind: 'everyone' }, true],
    ['a schedule on which somebody can be reached', { kind: 'schedule', scheduleId: 'rota' }, true],
    ['a schedule on which nobody can', { kind: 'schedule', scheduleId: 'lonely' }, false],
    ['a schedule that is gone', { kind: 'schedule', scheduleId: 'gone' }, false],
  ])('where its policy tells %s: %o, %p', (_, target, isReached) => {
    expect(covers(makePolicy({ targets: [target] }))).toBe(isReached)
  })

  test('by a policy that is about it and about what is down', () => {
    expect(covers(makePolicy({ monitors: { kind: 'tags', tags: ['prod'] } }))).toBe(true)
    expect(covers(makePolicy({ monitors: { kind: 'tags', tags: ['lab'] } }))).toBe(false)
    expect(covers(makePolicy({ topics: ['degraded', 'recovered'] }))).toBe(false)
    expect(isCovered(monitor, { policies: [], recipients })).toBe(false)
  })

  test('by a later step, and by everyone only where somebody has a channel of their own', () => {
    const late = { afterMs: 60_000, targets: [{ kind: 'person', userId: 'ada' }] as const }
    const nobody = { afterMs: 0, targets: [{ kind: 'person', userId: 'grace' }] as const }
    expect(covers(makePolicy({ steps: [nobody, late] }))).toBe(true)
    const rooms = { ...recipients, channels: [{ id: 'room', userId: null }] }
    expect(covers(makePolicy({ targets: [{ kind: 'everyone' }] }), rooms)).toBe(false)
  })
})

test('a policy uses a channel by its steps, or as one that stands in', () => {
  expect(usesOf(makePolicy(), 'room')).toEqual(['step'])
  expect(usesOf(makePolicy({ fallbackChannelIds: ['room', 'phone'] }), 'room')).toEqual(['step', 'fallback'])
  expect(usesOf(makePolicy({ fallbackChannelIds: ['phone'] }), 'phone')).toEqual(['fallback'])
  expect(usesOf(makePolicy({ targets: [{ kind: 'everyone' }] }), 'phone')).toEqual([])
})

describe('the first step about a monitor that is down', () => {
  const after = (afterMs: number, changed: Partial<AlertPolicy> = {}) =>
    makePolicy({ ...changed, steps: [{ afterMs, targets: [{ kind: 'everyone' }] }] })

  test('is that of the policy that waits least, of those that are about it', () => {
    expect(firstStepMs(monitor, [after(300_000), after(60_000), after(0, { topics: ['degraded'] })])).toBe(60_000)
    expect(firstStepMs(monitor, [after(300_000), after(0, { monitors: { kind: 'tags', tags: ['lab'] } })])).toBe(
      300_000,
    )
  })

  test('is not there where no policy is about it', () => {
    expect(firstStepMs(monitor, [])).toBeNull()
    expect(firstStepMs(monitor, [after(0, { topics: ['recovered'] })])).toBeNull()
  })
})
