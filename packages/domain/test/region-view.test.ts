import { describe, expect, test } from 'bun:test'
import type { OutcomeVerdict } from '../src/outcome.ts'
import { parseRegion } from '../src/region.ts'
import { isReporting, isSettled, type Look, nextView, type RegionView } from '../src/region-view.ts'
import { makeOutcome, makeView } from '../testing/make.ts'

const look = (verdict: OutcomeVerdict, scheduledAtMs: number): Look => {
  const { code, message } = makeOutcome(verdict)
  return { region: parseRegion('a'), verdict, scheduledAtMs, code, message }
}

/** What a region says after looks at 1, 2, 3 … seconds, one word each. */
function after(words: string, needed = { failures: 2, recoveries: 2 }): RegionView {
  return words.split(' ').reduce<RegionView | undefined>((view, word, index) => {
    return nextView(view, look(word as OutcomeVerdict, (index + 1) * 1_000), needed)
  }, undefined) as RegionView
}

describe('of two looks needed either way, a region votes', () => {
  const cases: [looks: string, vote: string, sinceSecond: number][] = [
    ['up', 'up', 1],
    ['down', 'unknown', 1],
    ['down down', 'down', 1],
    ['up down', 'up', 1],
    ['up down down', 'down', 2],
    ['up down up down', 'up', 1],
    ['up down down up', 'down', 2],
    ['up down down up up', 'up', 4],
    ['up down down up down up', 'down', 2],
    ['up degraded degraded', 'degraded', 2],
    ['up down degraded', 'degraded', 2],
    ['up degraded down', 'degraded', 2],
    ['up degraded down down down', 'down', 4],
    ['down down degraded up', 'degraded', 3],
    ['down down up degraded', 'degraded', 3],
    ['degraded degraded down up', 'degraded', 1],
    ['up unknown', 'up', 1],
    ['up down unknown down', 'up', 1],
    ['up down unknown down down', 'down', 4],
    ['down down unknown down', 'down', 4],
    ['down down unknown up up', 'up', 4],
  ]
  test.each(cases)('after %s: %s since second %i', (looks, vote, sinceSecond) => {
    const view = after(looks)
    expect([view.vote, view.voteSinceMs]).toEqual([vote as OutcomeVerdict, sinceSecond * 1_000])
  })
})

test.each([
  ['up down', 'down', 2],
  ['up down up', 'up', 3],
])('of one look needed either way, a region votes after %s: %s since second %i', (looks, vote, second) => {
  const view = after(looks, { failures: 1, recoveries: 1 })
  expect([view.vote, view.voteSinceMs]).toEqual([vote as OutcomeVerdict, second * 1_000])
})

describe('a region reports', () => {
  const cases: [looks: string, reports: boolean][] = [
    ['up', true],
    ['down', false],
    ['down down', true],
    ['up unknown', false],
    ['up unknown up', true],
    ['down down unknown up', false],
    ['down down unknown up up', true],
    ['unknown', false],
    ['unknown up', true],
  ]
  test.each(cases)('after %s: %p', (looks, reports) => expect(isReporting(after(looks))).toBe(reports))
})

test.each([
  ['up', true],
  ['up down', false],
  ['up down down', true],
  ['up down unknown', true],
  ['down down up', false],
  // The newest look says more than those in a row bear out.
  ['up degraded down', false],
])('what a region says is settled after %s: %p', (looks, settled) => expect(isSettled(after(looks))).toBe(settled))

describe('what a region says', () => {
  const failing = nextView(undefined, look('down', 1_000), { failures: 1, recoveries: 1 })
  const next = (one: Look) => nextView(failing, one, { failures: 1, recoveries: 1 })

  test('begins with its first look', () => expect(failing).toEqual(makeView('a', 'down', 1_000)))
  test('is the very same while it stays the same', () => expect(next(look('down', 2_000))).toBe(failing))

  test('goes on since its first look when it fails in another way', () => {
    const later = next({ ...look('down', 2_000), message: 'another' })
    expect([later.sinceMs, later.voteSinceMs, later.scheduledAtMs, later.message]).toEqual([
      1_000,
      1_000,
      2_000,
      'another',
    ])
  })

  test.each([
    ['an older look', 999],
    ['a second look of the same slot', 1_000],
  ])('is not changed by %s', (_which, atMs) => expect(next(look('up', atMs))).toBe(failing))
})
