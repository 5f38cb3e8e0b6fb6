import { describe, expect, test } from 'bun:test'
import { statuses } from '@repo/domain/status'
import { noDurations } from '@repo/domain/uptime'
import fc from 'fast-check'
import { barsOf, type DayFact, renewBars } from '../src/bars.ts'

const DAY_MS = 86_400_000
const dates = Array.from({ length: 6 }, (_, day) => new Date(Date.UTC(2026, 5, 1 + day)).toISOString().slice(0, 10))

const anyDay = (date: string): fc.Arbitrary<DayFact[]> =>
  fc
    .option(fc.tuple(fc.constantFrom(...statuses), fc.constantFrom(...statuses), fc.integer({ min: 0, max: DAY_MS })))
    .map((said) => {
      if (!said) return []
      const [one, other, ms] = said
      const durations = noDurations()
      durations[one] += ms
      durations[other] += DAY_MS - ms
      return [{ date, durations }]
    })
const anyDays = fc.tuple(...dates.map(anyDay)).map((days) => days.flat())
const recentOf = (found: readonly DayFact[]) => found.filter(({ date }) => dates.indexOf(date) >= 4)

describe('the bars of a component', () => {
  test('of which the last days are read anew are those of all days together', () => {
    fc.assert(
      fc.property(anyDays, anyDays, (before, later) => {
        const now = [...before.filter(({ date }) => dates.indexOf(date) < 4), ...recentOf(later)]
        expect(renewBars(barsOf(before, dates), recentOf(later), dates)).toEqual(barsOf(now, dates))
      }),
    )
  })

  test('have one day for all that are alike', () => {
    const quiet = dates.map((date) => ({ date, durations: { ...noDurations(), up: DAY_MS } }))
    const [first, second] = [barsOf(quiet, dates), barsOf(quiet, dates)]
    expect(first.days[0]).toBe(second.days[5] as never)
    expect(first.days[0]).toEqual([86_400, 0, 0, 0, 0])
  })
})
