import { describe, expect, test } from 'bun:test'
import { decideGroupOutage, type StandingGroup, type StandingMember } from '../src/group-outage.ts'
import type { Status } from '../src/status.ts'

const member = (name: string, status: Status, sinceMs: number | null, isTold = true): StandingMember => ({
  ...{ name, status, sinceMs, isTold },
  weight: 1,
})
const two = { kind: 'atLeast', count: 2 } as const
const group = (members: StandingMember[], more: Partial<StandingGroup> = {}): StandingGroup => ({
  ...{ rule: two, members, changedAtMs: 0, open: null },
  ...more,
})
const lasting = { beganAtMs: 200, isTold: true }

describe('an outage of a group', () => {
  test('begins when the member went that it could not do without, and names all that do not work', () => {
    const members = [member('a', 'down', 100), member('b', 'down', 200), member('c', 'up', 250)]
    expect(decideGroupOutage(group(members), 300)).toEqual({
      ...{ kind: 'open', beganAtMs: 200, isTold: true },
      failing: ['a', 'b'],
    })
  })

  test('begins no earlier than somebody asked for more, and never after now', () => {
    const members = [member('a', 'down', 100), member('b', 'down', 200), member('c', 'up', 0)]
    expect(decideGroupOutage(group(members, { changedAtMs: 250 }), 300)).toMatchObject({ beganAtMs: 250 })
    expect(decideGroupOutage(group(members, { changedAtMs: 950 }), 300)).toMatchObject({ beganAtMs: 300 })
  })

  test('is opened once', () => {
    const members = [member('a', 'down', 100), member('b', 'down', 200), member('c', 'up', 0)]
    expect(decideGroupOutage(group(members, { open: lasting }), 300)).toEqual({ kind: 'none' })
  })

  test('ends when one came back that was enough', () => {
    const members = [member('a', 'down', 100), member('b', 'up', 280), member('c', 'up', 0)]
    expect(decideGroupOutage(group(members, { open: lasting }), 300)).toEqual({ kind: 'end', endedAtMs: 280 })
    expect(decideGroupOutage(group(members), 300)).toEqual({ kind: 'none' })
  })

  test('ends when somebody asks for less, or takes a member out', () => {
    const working = [member('a', 'up', 50), member('b', 'up', 60)]
    expect(decideGroupOutage(group(working, { open: lasting, changedAtMs: 290 }), 300)).toEqual({
      ...{ kind: 'end', endedAtMs: 290 },
    })
    expect(decideGroupOutage(group(working, { open: lasting }), 300)).toEqual({ kind: 'end', endedAtMs: 300 })
  })

  test('ends when nothing of it is watched any more', () => {
    const members = [member('a', 'paused', 290), member('b', 'paused', 250)]
    expect(decideGroupOutage(group(members, { open: lasting }), 300)).toEqual({ kind: 'end', endedAtMs: 290 })
  })

  test.each<[string, Status]>([
    ['that nothing is known', 'unknown'],
    ['maintenance', 'maintenance'],
  ])('neither begins nor ends by %s', (_sentence, status) => {
    const members = [member('a', status, 250), member('b', status, 250)]
    expect(decideGroupOutage(group(members), 300)).toEqual({ kind: 'none' })
    expect(decideGroupOutage(group(members, { open: lasting }), 300)).toEqual({ kind: 'none' })
  })

  test('is told once people hear of a member that fails, and not before', () => {
    const silent = [member('a', 'down', 100, false), member('b', 'down', 200, false)]
    expect(decideGroupOutage(group(silent), 300)).toMatchObject({ kind: 'open', isTold: false })
    const open = { beganAtMs: 200, isTold: false }
    expect(decideGroupOutage(group(silent, { open }), 300)).toEqual({ kind: 'none' })
    const heard = [member('a', 'down', 100, false), member('b', 'down', 200)]
    expect(decideGroupOutage(group(heard, { open }), 300)).toEqual({ kind: 'tell' })
    // That it works is no reason to speak of another one that does not.
    const other = [...silent, member('c', 'up', 0)]
    expect(decideGroupOutage(group(other, { open }), 300)).toEqual({ kind: 'none' })
  })
})
