import { describe, expect, test } from 'bun:test'
import type { OutcomeVerdict } from '../src/outcome.ts'
import { judge, nextView, quorum, type RegionView, type VerdictStatus } from '../src/verdict.ts'
import { makeView } from '../testing/make.ts'

/** One word a configured region; `silent` has not said anything yet. The regions began to say so at 1, 2, 3 … ms. */
function viewsFrom(words: string): RegionView[] {
  return words
    .split(' ')
    .flatMap((word, index) => (word === 'silent' ? [] : [makeView(`r${index + 1}`, word as OutcomeVerdict, index + 1)]))
}

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
  ]
  test.each(cases)('%s: %s is %s', (_sentence, words, status) => {
    expect(judge(viewsFrom(words), words.split(' ').length).status).toBe(status)
  })

  test('of down begins with the first failing check of the earliest failing region', () => {
    const views = [makeView('a', 'down', 300), makeView('b', 'down', 200), makeView('c', 'up', 100)]
    expect(judge(views, 3).sinceMs).toBe(200)
  })

  test('of down is explained by the newest failing look', () => {
    const older = { ...makeView('a', 'down', 200), scheduledAtMs: 400 }
    const newer = { ...makeView('b', 'down', 300), scheduledAtMs: 401 }
    expect(judge([older, newer, makeView('c', 'up', 500)], 3).cause).toEqual(newer)
  })

  test('of up has no cause', () => {
    expect(judge(viewsFrom('up up down'), 3)).toEqual({ status: 'up', sinceMs: null, cause: null })
  })
})

describe('a quorum', () => {
  const cases: [number, number, number][] = [
    [1, 1, 1],
    [1, 2, 2],
    [1, 5, 2],
    [2, 2, 2],
    [3, 3, 2],
    [4, 4, 3],
    [5, 5, 3],
    [3, 5, 2],
  ]
  test.each(cases)('of %i reporting regions among %i configured is %i', (reporting, configured, needed) => {
    expect(quorum(reporting, configured)).toBe(needed)
  })
})

describe('what a region says', () => {
  const look = (verdict: OutcomeVerdict, atMs: number) => {
    const { sinceMs: _, ...rest } = makeView('a', verdict, atMs)
    return rest
  }
  const failing = nextView(undefined, look('down', 1_000))

  test('begins with its first look', () => {
    expect(failing).toEqual(makeView('a', 'down', 1_000))
  })

  test('goes on since its first look while it stays the same', () => {
    expect(nextView(failing, look('down', 2_000))).toBe(failing)
  })

  test('goes on since its first look when it fails in another way', () => {
    const later = nextView(failing, { ...look('down', 2_000), message: 'another' })
    expect([later.sinceMs, later.scheduledAtMs, later.message]).toEqual([1_000, 2_000, 'another'])
  })

  test('begins anew when it changes', () => {
    expect(nextView(failing, look('up', 2_000)).sinceMs).toBe(2_000)
  })

  test.each([
    ['an older look', 999],
    ['a second look of the same slot', 1_000],
  ])('is not changed by %s', (_which, atMs) => {
    expect(nextView(failing, look('up', atMs))).toBe(failing)
  })
})
