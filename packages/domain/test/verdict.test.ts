import { describe, expect, test } from 'bun:test'
import type { OutcomeVerdict } from '../src/outcome.ts'
import { defaultPolicy, type Quorum } from '../src/policy.ts'
import { nextView, type RegionView } from '../src/region-view.ts'
import { type Electorate, judge, type VerdictStatus } from '../src/verdict.ts'
import { makeOutcome, makeView } from '../testing/make.ts'

/** One word a configured region; `silent` has not said anything yet, `blind` failed and cannot look any more. They began at 1, 2, 3 … ms. */
function viewsFrom(words: string): RegionView[] {
  return words.split(' ').flatMap((word, index) => {
    if (word === 'silent') return []
    if (word === 'blind') return [blinded(makeView(`r${index + 1}`, 'down', index + 1))]
    return [makeView(`r${index + 1}`, word as OutcomeVerdict, index + 1)]
  })
}

function blinded(view: RegionView): RegionView {
  const { code, message } = makeOutcome('unknown')
  const look = { region: view.region, verdict: 'unknown', scheduledAtMs: 100, code, message } as const
  return nextView(view, look, { failures: 1, recoveries: 1 })
}

const among = (configured: number, changed: Partial<Electorate> = {}): Electorate => {
  return { policy: defaultPolicy, configured, status: 'up', sinceMs: null, togetherMs: 60_000, ...changed }
}

const judged = (words: string, changed: Partial<Electorate> = {}) =>
  judge(viewsFrom(words), among(words.split(' ').length, changed))

describe('a verdict', () => {
  const cases: [string, string, VerdictStatus][] = [
    ['of a single region that passes is up', 'up', 'up'],
    ['of a single region that fails is down', 'down', 'down'],
    ['of a single degraded region is degraded', 'degraded', 'degraded'],
    ['of a single region that could not look is unknown', 'unknown', 'unknown'],
    ['is unknown before anybody has looked', 'silent silent', 'unknown'],
    ['is unknown when no region could look', 'unknown unknown unknown', 'unknown'],

    ['is never down by one region of two', 'down up', 'up'],
    ['is not known when the one region of two that looked fails', 'down silent', 'unknown'],
    ['is not known when one of two fails and the other could not look', 'down unknown', 'unknown'],
    ['is down when two of two fail', 'down down', 'down'],

    ['is not down by one region of three', 'down up up', 'up'],
    ['is down by two regions of three', 'down down up', 'down'],
    ['is down by two failing regions while the third is silent', 'down down silent', 'down'],
    ['is down by two failing regions while the third could not look', 'down down unknown', 'down'],
    ['gives a region that could not look no vote for up either', 'up unknown unknown', 'up'],
    ['is not down when half of four fail', 'down down up up', 'up'],
    ['is down when three of four fail', 'down down down up', 'down'],
    ['counts the majority among those that reported', 'down down up unknown unknown', 'down'],

    ['is not degraded by one region of two', 'degraded up', 'up'],
    ['is degraded by two regions of three', 'degraded degraded up', 'degraded'],
    ['is degraded when one region fails and another finds it degraded', 'down degraded', 'degraded'],
    ['is down rather than degraded when most fail', 'down down degraded', 'down'],
    ['has no vote of a region that failed and cannot look any more', 'blind down up', 'up'],
  ]
  test.each(cases)('%s: %s is %s', (_sentence, words, status) => expect(judged(words).status).toBe(status))

  const byQuorum: [string, Quorum, string, VerdictStatus][] = [
    ['any', { kind: 'any' }, 'down up up', 'down'],
    ['all', { kind: 'all' }, 'down down up', 'up'],
    ['all', { kind: 'all' }, 'down down down', 'down'],
    ['all that reported', { kind: 'all' }, 'down down unknown', 'down'],
    ['a count of three', { kind: 'count', count: 3 }, 'down down up up', 'up'],
    ['a count of three', { kind: 'count', count: 3 }, 'down down down up up up up', 'down'],
  ]
  test.each(byQuorum)('by %s (%p): %s is %s', (_which, quorum, words, status) => {
    expect(judged(words, { policy: { ...defaultPolicy, quorum } }).status).toBe(status)
  })

  const ofOneDown: [string, string, VerdictStatus][] = [
    ['stays down when one of those that saw it cannot look any more', 'blind down up', 'down'],
    ['is not known when none of those that saw it can look', 'blind blind unknown', 'unknown'],
    ['is up when those who can look all see it pass', 'blind blind up', 'up'],
    ['is up when most see it pass', 'down up up', 'up'],
  ]
  test.each(ofOneDown)('of a monitor that is down %s: %s is %s', (_sentence, words, status) => {
    expect(judged(words, { status: 'down' }).status).toBe(status)
  })

  test('of down begins with the first failing look of the earliest failing region', () => {
    const views = [makeView('a', 'down', 300), makeView('b', 'down', 200), makeView('c', 'up', 100)]
    expect(judge(views, among(3)).sinceMs).toBe(200)
  })

  test('of down does not begin with a failure of days ago that stayed alone', () => {
    const views = [makeView('a', 'down', 200), makeView('b', 'down', 900_000), makeView('c', 'down', 900_300)]
    expect(judge(views, among(3)).sinceMs).toBe(900_000)
  })

  test('of down does not begin before the last outage had ended', () => {
    const views = [makeView('a', 'down', 200), makeView('b', 'down', 500), makeView('c', 'up', 100)]
    expect(judge(views, among(3, { sinceMs: 300 })).sinceMs).toBe(500)
    expect(judge(views, among(3, { sinceMs: 150 })).sinceMs).toBe(200)
  })

  test('of down is explained by the newest failing look', () => {
    const older = { ...makeView('a', 'down', 200), scheduledAtMs: 400 }
    const newer = { ...makeView('b', 'down', 300), scheduledAtMs: 401 }
    expect(judge([older, newer, makeView('c', 'up', 500)], among(3)).cause).toEqual(newer)
  })

  test('of up has no cause, and tells who disagrees', () => {
    expect(judged('up up down')).toEqual({ status: 'up', sinceMs: null, cause: null, failing: 1, reporting: 3 })
  })
})
