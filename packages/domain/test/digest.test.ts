import { describe, expect, test } from 'bun:test'
import { digestWeek, isWorthTelling, nextDigestMs, reportWeek, type WeekFacts } from '../src/digest.ts'
import { noDurations, type StatusDurations } from '../src/uptime.ts'

const at = (text: string) => Date.parse(text)
const HOUR_MS = 3_600_000
const WEEK_HOURS = 168

describe('a report is due', () => {
  const cases: [string, string, string, string][] = [
    ['on Monday at eight', 'UTC', '2026-06-03T12:00:00Z', '2026-06-08T08:00:00Z'],
    ['by the clocks of the place', 'Asia/Tokyo', '2026-06-03T12:00:00Z', '2026-06-07T23:00:00Z'],
    ['a week after it was due', 'UTC', '2026-06-08T08:00:00Z', '2026-06-15T08:00:00Z'],
    ['at eight by the clocks that were put forward', 'Europe/Berlin', '2026-03-27T00:00:00Z', '2026-03-30T06:00:00Z'],
    ['and by those that were put back', 'Europe/Berlin', '2026-10-23T00:00:00Z', '2026-10-26T07:00:00Z'],
  ]
  test.each(cases)('%s', (_sentence, timeZone, after, due) => {
    expect(new Date(nextDigestMs(timeZone, at(after))).toISOString()).toBe(new Date(due).toISOString())
  })
})

describe('the week of a report', () => {
  const hoursOf = (timeZone: string, now: string) => {
    const { fromMs, toMs } = digestWeek(timeZone, at(now))
    return (toMs - fromMs) / HOUR_MS
  }

  test('ends when it is due and begins when the one before was', () => {
    const { fromMs, toMs } = digestWeek('UTC', at('2026-06-10T00:00:00Z'))
    expect([fromMs, toMs]).toEqual([at('2026-06-01T08:00:00Z'), at('2026-06-08T08:00:00Z')])
    expect(digestWeek('UTC', toMs).toMs).toBe(toMs)
    expect(digestWeek('UTC', toMs - 1).toMs).toBe(fromMs)
  })

  test('has an hour less or more where clocks are changed', () => {
    expect(hoursOf('Europe/Berlin', '2026-03-30T06:00:00Z')).toBe(WEEK_HOURS - 1)
    expect(hoursOf('Europe/Berlin', '2026-10-26T07:00:00Z')).toBe(WEEK_HOURS + 1)
    expect(hoursOf('UTC', '2026-10-26T08:00:00Z')).toBe(WEEK_HOURS)
  })

  test('is one and the same Monday wherever clocks stand, and the next one a week later', () => {
    const places = ['Pacific/Kiritimati', 'Asia/Tokyo', 'UTC', 'America/New_York', 'Pacific/Pago_Pago']
    const weeks = places.map((timeZone) => digestWeek(timeZone, at('2026-06-10T00:00:00Z')).week)
    expect(new Set(weeks).size).toBe(1)
    expect(digestWeek('UTC', at('2026-06-17T00:00:00Z')).week).toBe((weeks[0] ?? 0) + 1)
  })
})

describe('what is told of a week', () => {
  const period = { fromMs: 0, toMs: 168 * HOUR_MS }
  const nothing: WeekFacts = { monitors: [], incidents: { count: 0, longest: [] }, ending: [], givenUp: [] }
  const monitor = (id: string, durations: Partial<StatusDurations>) => ({
    id,
    name: `Site ${id}`,
    durations: { ...noDurations(), ...durations },
  })

  test('is nothing where nothing was watched, and nothing happened', () => {
    const worth = (facts: Partial<WeekFacts>) => isWorthTelling(reportWeek({ ...nothing, ...facts }, period))
    expect([worth({}), worth({ monitors: [monitor('a', { paused: HOUR_MS })] })]).toEqual([false, false])
    expect(worth({ monitors: [monitor('a', { up: 1 })] })).toBe(true)
    expect(worth({ incidents: { count: 1, longest: [] } })).toBe(true)
    expect(worth({ givenUp: [{ channelName: 'ops', count: 1 }] })).toBe(true)
    expect(reportWeek(nothing, period)).toMatchObject({ uptimePercent: null, watched: 0 })
  })

  test('is the uptime of all monitors by the time that is known of each, rounded down', () => {
    const monitors = [monitor('a', { up: 99_999 }), monitor('b', { down: 1, maintenance: 500 }), monitor('c', {})]
    expect(reportWeek({ ...nothing, monitors }, period)).toMatchObject({
      ...{ watched: 2, uptimePercent: 99.999, downMs: 1 },
    })
  })

  test('names the five with the least uptime, and none that was not down', () => {
    const monitors = [1, 5, 3, 0, 4, 2, 6].map((down) => monitor(String(down), { up: 100 - down, down }))
    const { worst } = reportWeek({ ...nothing, monitors }, period)
    expect(worst.map(({ id }) => id)).toEqual(['6', '5', '4', '3', '2'])
    const sound = reportWeek({ ...nothing, monitors: [monitor('a', { up: 1 })] }, period)
    expect([sound.worst, sound.uptimePercent]).toEqual([[], 100])
  })
})
