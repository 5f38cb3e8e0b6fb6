import { describe, expect, test } from 'bun:test'
import { alertDelay, type DelayAsked } from '../src/alert-delay.ts'
import { defaultPolicy } from '../src/policy.ts'

const minute: DelayAsked = { intervalMs: 60_000, timeoutMs: 10_000, regions: 3, policy: defaultPolicy, waitMs: 0 }
const quorum = (kind: 'any' | 'majority' | 'all') => ({ ...defaultPolicy, quorum: { kind } })

describe('how fast an alert comes', () => {
  const cases: [string, Partial<DelayAsked>, Partial<ReturnType<typeof alertDelay>>][] = [
    ['of three regions two must agree, which takes one more round', {}, { regionsNeeded: 2, usualMs: 2_000 }],
    ['a target that does not answer takes a time-out a round', {}, { slowestMs: 22_000 }],
    ['a single region looks twice', { regions: 1 }, { regionsNeeded: 1, looksNeeded: 2, usualMs: 2_000 }],
    ['of two regions both must agree', { regions: 2 }, { regionsNeeded: 2, looksNeeded: 1, usualMs: 2_000 }],
    [
      'where one region of several is enough it too looks twice',
      { policy: quorum('any') },
      { regionsNeeded: 1, looksNeeded: 2, usualMs: 2_000 },
    ],
    [
      'where one look of one region is enough nobody is asked again',
      { policy: { ...quorum('any'), failures: 1 } },
      { looksNeeded: 1, usualMs: 1_000, slowestMs: 11_000 },
    ],
    [
      'three looks of all regions are three rounds',
      { policy: { ...quorum('all'), failures: 3 } },
      { regionsNeeded: 3, looksNeeded: 3, usualMs: 4_000 },
    ],
    [
      'a longer interval only means that it is noticed later',
      { intervalMs: 300_000 },
      { noticedMs: 300_000, usualMs: 2_000 },
    ],
    [
      'the alert policies wait before they tell, which comes on top',
      { waitMs: 300_000 },
      { usualMs: 302_000, slowestMs: 322_000, waitMs: 300_000 },
    ],
    [
      'where no policy tells anybody it is said of the verdict alone',
      { waitMs: null },
      { usualMs: 2_000, slowestMs: 22_000, waitMs: null },
    ],
  ]
  test.each(cases)('%s', (_sentence, asked, expected) => {
    expect(alertDelay({ ...minute, ...asked })).toMatchObject(expected)
  })
})
