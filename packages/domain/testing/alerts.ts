import fc from 'fast-check'
import type { AlertStory, StoryEvent } from '../src/alert-plan.ts'
import {
  type AlertPolicy,
  type AlertStep,
  type AlertTarget,
  alertTopics,
  type QuietHours,
  type Recipients,
} from '../src/alert-policy.ts'
import { weekdays } from '../src/maintenance.ts'
import type { OnCallLayer } from '../src/on-call.ts'

/** Policies, people and outages for tests of who is told: whole and valid, by hand or by chance. */

export function makePolicy(changed: Partial<AlertPolicy> = {}): AlertPolicy {
  return {
    id: 'policy',
    monitors: { kind: 'all' },
    topics: ['down', 'recovered'],
    steps: [{ afterMs: 0, targets: [{ kind: 'channel', channelId: 'ops' }] }],
    repeatEveryMs: null,
    quiet: null,
    fallbackChannelIds: [],
    ...changed,
  }
}

const MINUTE_MS = 60_000
const time = fc
  .tuple(fc.nat(23), fc.constantFrom(0, 15, 30))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'))
const timeZone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York')
const days = fc.subarray([...weekdays], { minLength: 1 })
const topics = fc.subarray([...alertTopics])

const quiet: fc.Arbitrary<QuietHours> = fc
  .record({ timeZone, days, from: time, to: time, breaksThrough: topics })
  .filter(({ from, to }) => from !== to)

/** Ids that policies and their recipients may have: those of the test's own. */
export interface Named {
  readonly channelIds: readonly string[]
  readonly userIds: readonly string[]
  readonly scheduleIds: readonly string[]
  readonly startsOn: string
}

const some = <Item>(items: readonly Item[]) => fc.constantFrom(...items)

function anyTarget({ channelIds, userIds, scheduleIds }: Named): fc.Arbitrary<AlertTarget> {
  return fc.oneof(
    some(channelIds).map((channelId) => ({ kind: 'channel' as const, channelId })),
    some(userIds).map((userId) => ({ kind: 'person' as const, userId })),
    some(scheduleIds).map((scheduleId) => ({ kind: 'schedule' as const, scheduleId })),
    fc.constant({ kind: 'everyone' as const }),
  )
}

function anySteps(named: Named): fc.Arbitrary<AlertStep[]> {
  const step = fc.record({
    afterMs: fc.constantFrom(0, 1, 5, 15, 60, 300).map((minutes) => minutes * MINUTE_MS),
    targets: fc.array(anyTarget(named), { minLength: 1, maxLength: 3 }),
  })
  return fc.array(step, { minLength: 1, maxLength: 4 }).map((steps) => steps.toSorted((a, b) => a.afterMs - b.afterMs))
}

/** A policy by chance, of this id. */
export function anyPolicy(id: string, named: Named): fc.Arbitrary<AlertPolicy> {
  return fc.record({
    id: fc.constant(id),
    monitors: fc.constant({ kind: 'all' as const }),
    topics: fc.subarray([...alertTopics], { minLength: 1 }),
    steps: anySteps(named),
    repeatEveryMs: fc.option(fc.constantFrom(10, 45, 180).map((minutes) => minutes * MINUTE_MS)),
    quiet: fc.option(quiet),
    fallbackChannelIds: fc.constant([]),
  })
}

export function anyLayer({ userIds, startsOn }: Named): fc.Arbitrary<OnCallLayer> {
  return fc.record({
    people: fc.array(some(userIds), { minLength: 1, maxLength: 3 }),
    startsOn: fc.constant(startsOn),
    turnDays: fc.integer({ min: 1, max: 7 }),
    handover: time,
    timeZone,
    only: fc.option(
      fc.record({ days, from: time, to: time }).filter(({ from, to }) => from !== to),
      { freq: 3 },
    ),
  })
}

/** Every second channel is of a person. */
export function anyRecipients(named: Named): fc.Arbitrary<Recipients> {
  const channels = named.channelIds.map((id, place) => ({
    id,
    userId: place % 2 === 0 ? (named.userIds[(place / 2) % named.userIds.length] ?? null) : null,
  }))
  const layers = fc.array(anyLayer(named), { minLength: 1, maxLength: 2 })
  return fc.tuple(...named.scheduleIds.map(() => layers)).map((all) => ({
    channels,
    schedules: all.map((list, place) => ({ id: named.scheduleIds[place] ?? '', layers: list, overrides: [] })),
  }))
}

/** An outage by chance that begins then: it may change, end, begin anew and be acknowledged, whole minutes apart. */
export function anyStory(startMs: number): fc.Arbitrary<AlertStory> {
  const gap = fc.integer({ min: 1, max: 600 }).map((minutes) => minutes * MINUTE_MS)
  const severity = fc.constantFrom('down' as const, 'degraded' as const)
  const what = fc.tuple(fc.constantFrom('changed', 'resolved', 'reopened'), gap, severity)
  return fc
    .record({ first: severity, later: fc.array(what, { maxLength: 5 }), acknowledged: fc.option(gap) })
    .map(({ first, later, acknowledged }) => {
      const events: StoryEvent[] = [{ kind: 'opened', atMs: startMs, severity: first }]
      let [atMs, isOpen, last] = [startMs, true, first]
      for (const [kind, gapMs, next] of later) {
        atMs += gapMs
        if (kind === 'resolved' && isOpen) events.push({ kind, atMs })
        else if (kind === 'reopened' && !isOpen) events.push({ kind, atMs, severity: next })
        else if (kind === 'changed' && isOpen && next !== last) events.push({ kind, atMs, severity: next })
        else continue
        isOpen = kind !== 'resolved'
        last = kind === 'resolved' ? last : next
      }
      return {
        about: [{ id: 'monitor', tags: [], groupIds: [] }],
        isStorm: false,
        events,
        acknowledgedAtMs: acknowledged === null ? null : startMs + acknowledged,
      }
    })
}
