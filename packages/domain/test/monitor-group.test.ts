import { describe, expect, test } from 'bun:test'
import { type GroupRule, judgeGroup } from '../src/monitor-group.ts'
import type { Status } from '../src/status.ts'

const all: GroupRule = { kind: 'all' }
const any: GroupRule = { kind: 'any' }
const two: GroupRule = { kind: 'atLeast', count: 2 }

describe('a group', () => {
  const cases: [string, GroupRule, Status[], Status][] = [
    ['that needs all is up while all are', all, ['up', 'up', 'up'], 'up'],
    ['that needs all is down with the first that is', all, ['up', 'down', 'up'], 'down'],
    ['that needs any works as long as one does, and is not well', any, ['up', 'down', 'down'], 'degraded'],
    ['that needs any is down when none works', any, ['down', 'down', 'down'], 'down'],
    ['that needs two of three works with two', two, ['up', 'down', 'up'], 'degraded'],
    ['that needs two of three is down with one', two, ['up', 'down', 'down'], 'down'],
    ['works with members that are slow', all, ['up', 'degraded'], 'degraded'],
    ['is unknown where it hangs on what is not known', two, ['up', 'unknown', 'down'], 'unknown'],
    ['is down where it would be whatever is not known', all, ['unknown', 'down'], 'down'],
    ['is not well where one is not known and enough work', any, ['up', 'unknown'], 'degraded'],
    ['leaves out who is paused or under maintenance', all, ['up', 'paused', 'maintenance'], 'up'],
    ['of which too few are left needs all of those', two, ['up', 'paused', 'paused'], 'up'],
    ['of which too few are left is down with one of those', two, ['down', 'maintenance', 'maintenance'], 'down'],
    ['is under maintenance where nobody is left and somebody is', all, ['paused', 'maintenance'], 'maintenance'],
    ['is paused where all are', any, ['paused', 'paused'], 'paused'],
    ['of nobody is unknown', all, [], 'unknown'],
  ]
  test.each(cases)('%s', (_sentence, rule, statuses, expected) => {
    expect(
      judgeGroup(
        rule,
        statuses.map((status) => ({ status, weight: 1 })),
      ),
    ).toBe(expected)
  })

  const weighed: [string, Status, Status, Status][] = [
    ['works while the heavy one does', 'up', 'down', 'degraded'],
    ['is down without the heavy one', 'down', 'up', 'down'],
  ]
  test.each(weighed)('by weight %s', (_sentence, heavy, light, expected) => {
    const members = [
      { status: heavy, weight: 5 },
      { status: light, weight: 2 },
      { status: light, weight: 2 },
    ]
    expect(judgeGroup({ kind: 'weight', threshold: 5 }, members)).toBe(expected)
  })
})
