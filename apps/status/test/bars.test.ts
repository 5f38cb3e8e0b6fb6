import { describe, expect, test } from 'bun:test'
import type { PublicDay } from '@repo/contracts/public-page'
import { runsOf } from '../src/day-text.ts'
import { barPaths, wellPath } from '../src/render/bars.ts'
import { linePath } from '../src/render/chart.ts'

const [UP, DEGRADED, DOWN, UNKNOWN, MAINTENANCE, NO_DATA] = [0, 1, 2, 3, 4, 5] as const
const place = (day: PublicDay) => pathsOf([day])
const pathsOf = (days: readonly PublicDay[]) => barPaths(runsOf(days))

describe('the bar of a day', () => {
  test.each([
    ['degraded', [0, 86_400, 0, 0, 0], DEGRADED],
    ['down', [0, 0, 86_400, 0, 0], DOWN],
    ['unknown', [0, 0, 0, 86_400, 0], UNKNOWN],
    ['maintenance', [0, 0, 0, 0, 86_400], MAINTENANCE],
    ['without a word', [0, 0, 0, 0, 0], UNKNOWN],
    ['without data', null, NO_DATA],
  ] as const)('that was all %s has one part', (_what, day, drawn) => {
    const paths = place(day as PublicDay)
    expect(paths.map((path) => path !== '')).toEqual(paths.map((_, index) => index === drawn))
  })

  test('shows a minute of outage so that it is seen, at its foot', () => {
    const paths = place([86_340, 0, 60, 0, 0])
    expect(paths[DOWN]).toBe('M0 34h6v-16h-6z')
    expect(paths[UP]).toBe('M0 18h6v-18h-6z')
  })

  test('is as high as all others, whatever was in it', () => {
    const heights = [
      [1, 1, 1, 1, 1],
      [86_000, 100, 100, 100, 100],
      [0, 0, 1, 86_000, 1],
    ].map((day) => {
      const found = pathsOf([day as unknown as PublicDay])
        .join('')
        .matchAll(/M[\d.]+ [\d.]+h[\d.]+v-(\d+)h/g)
      return Array.from(found, ([, height]) => Number(height)).reduce((sum, height) => sum + height, 0)
    })
    // What is unknown is outlined, a stroke in from its edges.
    for (const height of heights) expect(height).toBeGreaterThanOrEqual(33)
    for (const height of heights) expect(height).toBeLessThanOrEqual(34)
  })

  test('stands beside the one before, and a status is one element of all days', () => {
    expect(
      pathsOf([
        [0, 0, 1, 0, 0],
        [0, 0, 1, 0, 0],
      ])[DOWN],
    ).toBe('M0 34h6v-34h-6zM8 34h6v-34h-6z')
  })
})

describe('days that were well', () => {
  const well = (): PublicDay => [1, 0, 0, 0, 0]

  test.each([
    ['are a line from the first bar to the end of the last', [well(), well(), well()], 'M0 17h22'],
    ['keep their places around one of which nothing is known', [well(), null, well(), well()], 'M0 17h6M16 17h14'],
    ['come after others', [null, [1, 0, 1, 0, 0], well()], 'M16 17h6'],
    ['are none where none was', [null, [0, 0, 0, 0, 0], [1, 0, 0, 0, 1]], ''],
  ] as [string, PublicDay[], string][])('%s', (_what, days, path) => {
    expect(wellPath(runsOf(days))).toBe(path)
  })

  test('are drawn there alone', () => {
    expect(pathsOf([well(), well()]).join('')).toBe('')
  })

  test('have the dashes of bars: as wide as one, and as far apart', async () => {
    const style = await Bun.file(new URL('../src/render/page.css', import.meta.url)).text()
    expect(style).toMatch(/\.well \{ stroke: var\(--up\); stroke-width: 34; stroke-dasharray: 6 2 \}/)
  })
})

test('a line of response times has a gap where there was no answer', () => {
  expect(linePath([100, 50, null, 100])).toBe('M0 1h0L80 16M240 1h0')
})
