import { describe, expect, test } from 'bun:test'
import type { Status } from '../src/status.ts'
import { addDurations, durationsIn, noDurations, type StatusInterval, uptimePercent } from '../src/uptime.ts'

const dayMs = 86_400_000

describe('uptime', () => {
  const cases: [string, Partial<Record<Status, number>>, number | undefined][] = [
    ['is 100 where nothing was down', { up: dayMs }, 100],
    ['is 0 where everything was', { down: dayMs }, 0],
    ['counts a degraded time as up', { up: 1, degraded: 1 }, 100],
    ['leaves out what is not known', { up: 600, down: 200, unknown: 1_000_000 }, 75],
    ['leaves out maintenance', { up: 600, down: 200, maintenance: 1_000_000 }, 75],
    ['leaves out a pause', { up: 600, down: 200, paused: 1_000_000 }, 75],
    ['is unknown where nothing is known', { unknown: 5, maintenance: 5, paused: 5 }, undefined],
    ['is unknown of no time at all', {}, undefined],
    ['is rounded down', { up: 2, down: 1 }, 66.666],
    ['of a minute a day is not rounded up', { up: dayMs - 60_000, down: 60_000 }, 99.93],
    ['of one second in ninety days is not a hundred', { up: 90 * dayMs - 1_000, down: 1_000 }, 99.999],
    ['of one millisecond in a hundred years is not a hundred', { up: 36_500 * dayMs - 1, down: 1 }, 99.999],
    ['of five nines is five nines', { up: 99_999, down: 1 }, 99.999],
    ['that falls on a thousandth is that thousandth', { up: 29, down: 71 }, 29],
    ['of next to nothing is not negative', { up: 1, down: 36_500 * dayMs }, 0],
  ]
  test.each(cases)('%s', (_sentence, durations, expected) => {
    expect(uptimePercent({ ...noDurations(), ...durations })).toBe(expected as never)
  })
})

describe('the durations of a window', () => {
  const interval = (status: Status, beganAtMs: number, endedAtMs: number | null): StatusInterval => ({
    status,
    beganAtMs,
    endedAtMs,
  })
  const window = { fromMs: 100, toMs: 200 }
  const cases: [string, StatusInterval[], Partial<Record<Status, number>>][] = [
    ['are what lies inside of it', [interval('up', 120, 150)], { up: 30 }],
    ['begin no earlier than it', [interval('down', 0, 150)], { down: 50 }],
    ['end no later than it', [interval('down', 150, 900)], { down: 50 }],
    ['go up to its end where something is still said', [interval('up', 0, null)], { up: 100 }],
    ['leave out what ended as it began', [interval('down', 0, 100)], {}],
    ['leave out what began as it ended', [interval('down', 200, 300)], {}],
    ['add up', [interval('down', 0, 110), interval('up', 110, 190), interval('down', 190, null)], { up: 80, down: 20 }],
    ['are none where nothing was said', [], {}],
  ]
  test.each(cases)('%s', (_sentence, intervals, expected) => {
    expect(durationsIn(intervals, window)).toEqual({ ...noDurations(), ...expected })
  })

  test('of two days are those of both', () => {
    const one = { ...noDurations(), up: 5, down: 1 }
    expect(addDurations([one, { ...noDurations(), up: 2, paused: 3 }])).toEqual({
      ...noDurations(),
      up: 7,
      down: 1,
      paused: 3,
    })
  })
})
