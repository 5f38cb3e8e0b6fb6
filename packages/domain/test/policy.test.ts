import { describe, expect, test } from 'bun:test'
import { defaultPolicy, failuresNeeded, type Quorum, quorumOf } from '../src/policy.ts'

describe('a quorum', () => {
  const cases: [string, Quorum, number, number, number][] = [
    ['by majority, of the only region', { kind: 'majority' }, 1, 1, 1],
    ['by majority, of one that reported of two', { kind: 'majority' }, 1, 2, 2],
    ['by majority, of one that reported of five', { kind: 'majority' }, 1, 5, 2],
    ['by majority, of two', { kind: 'majority' }, 2, 2, 2],
    ['by majority, of three', { kind: 'majority' }, 3, 3, 2],
    ['by majority, of four', { kind: 'majority' }, 4, 4, 3],
    ['by majority, of three that reported of five', { kind: 'majority' }, 3, 5, 2],
    ['of any', { kind: 'any' }, 3, 3, 1],
    ['of all three', { kind: 'all' }, 3, 3, 3],
    ['of all, where two of three reported', { kind: 'all' }, 2, 3, 2],
    ['of all, where one of three reported', { kind: 'all' }, 1, 3, 2],
    ['of all, where there is one region', { kind: 'all' }, 1, 1, 1],
    ['by count', { kind: 'count', count: 2 }, 5, 5, 2],
    ['by a count that fewer reported', { kind: 'count', count: 3 }, 2, 5, 3],
    ['by a count beyond the regions that there are', { kind: 'count', count: 9 }, 2, 2, 2],
  ]
  test.each(cases)('%s', (_sentence, quorum, reporting, configured, needed) => {
    expect(quorumOf(quorum, reporting, configured)).toBe(needed)
  })
})

describe('a region votes against a monitor after', () => {
  const cases: [string, Partial<typeof defaultPolicy>, number, number][] = [
    ['one failing look where another region must agree', {}, 3, 1],
    ['two where it is the only one', {}, 1, 2],
    ['two where its word is enough', { quorum: { kind: 'any' } }, 3, 2],
    ['two where a count of one is enough', { quorum: { kind: 'count', count: 1 } }, 3, 2],
    ['as many as were asked for', { failures: 4 }, 3, 4],
  ]
  test.each(cases)('%s', (_sentence, changed, configured, needed) => {
    expect(failuresNeeded({ ...defaultPolicy, ...changed }, configured)).toBe(needed)
  })
})
