import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  coverage,
  faultOfSchedule,
  isUnderMaintenance,
  type MaintenanceSchedule,
  mergePeriods,
  nextCrossing,
  nextOccurrences,
  occurrences,
  type Weekly,
  weekdays,
} from '../src/maintenance.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const at = (text: string) => Date.parse(text)
const shown = (ms: number) => new Date(ms).toISOString().slice(0, 16)
const rest = { timeZone: 'Europe/Berlin', durationMs: HOUR_MS, fromMs: null, untilMs: null } as const

const daily = (time: string, timeZone: string): Weekly => ({
  ...rest,
  kind: 'weekly',
  days: weekdays,
  at: time,
  timeZone,
})
const beginningsOf = (schedule: MaintenanceSchedule, from: string, to: string) =>
  occurrences(schedule, { fromMs: at(from), toMs: at(to) }).map(({ fromMs }) => shown(fromMs))

describe('maintenance that comes again', () => {
  const cases: [string, MaintenanceSchedule, string[]][] = [
    [
      'every Tuesday and Saturday, by the clock of its place',
      { ...rest, kind: 'weekly', days: ['tue', 'sat'], at: '02:30' },
      ['2026-06-02T00:30', '2026-06-06T00:30', '2026-06-09T00:30'],
    ],
    [
      'on a day of the month, in months that have it',
      { ...rest, kind: 'monthly', on: { day: 31 }, at: '02:30' },
      ['2026-07-31T00:30', '2026-08-31T00:30', '2026-10-31T01:30'],
    ],
    [
      'on the last day of the month',
      { ...rest, kind: 'monthly', on: { day: 'last' }, at: '02:30' },
      ['2026-06-30T00:30', '2026-07-31T00:30', '2026-08-31T00:30'],
    ],
    [
      'on the second Tuesday of the month',
      { ...rest, kind: 'monthly', on: { weekday: 'tue', nth: 2 }, at: '22:00' },
      ['2026-06-09T20:00', '2026-07-14T20:00', '2026-08-11T20:00'],
    ],
    [
      'on the last Sunday of the month',
      { ...rest, kind: 'monthly', on: { weekday: 'sun', nth: 'last' }, at: '22:00' },
      ['2026-06-28T20:00', '2026-07-26T20:00', '2026-08-30T20:00'],
    ],
    [
      'by a cron expression',
      { ...rest, kind: 'cron', expression: '15 3 1,15 * *' },
      ['2026-06-01T01:15', '2026-06-15T01:15', '2026-07-01T01:15'],
    ],
  ]
  test.each(cases)('%s', (_sentence, schedule, expected) => {
    expect(nextOccurrences(schedule, at('2026-06-01T00:00Z'), 3).map(({ fromMs }) => shown(fromMs))).toEqual(expected)
  })

  test('begins neither before `from` nor at or after `until`, and what began before it is not cut off', () => {
    const bounded = { ...daily('02:30', 'UTC'), fromMs: at('2026-06-02T02:30Z'), untilMs: at('2026-06-04T02:30Z') }
    const found = occurrences(bounded, { fromMs: at('2026-05-01T00:00Z'), toMs: at('2026-07-01T00:00Z') })
    expect(found.map(({ fromMs, toMs }) => `${shown(fromMs)} ${shown(toMs)}`)).toEqual([
      '2026-06-02T02:30 2026-06-02T03:30',
      '2026-06-03T02:30 2026-06-03T03:30',
    ])
  })

  test('is found while it lasts', () => {
    const schedule = daily('23:30', 'UTC')
    const lasting = nextOccurrences(schedule, at('2026-06-02T00:15Z'), 1)
    expect(lasting.map(({ fromMs }) => shown(fromMs))).toEqual(['2026-06-01T23:30'])
    expect(isUnderMaintenance([schedule], at('2026-06-02T00:29:59.999Z'))).toBe(true)
    expect(isUnderMaintenance([schedule], at('2026-06-02T00:30Z'))).toBe(false)
    expect(isUnderMaintenance([schedule], at('2026-06-01T23:30Z'))).toBe(true)
    expect(isUnderMaintenance([schedule], at('2026-06-01T23:29:59.999Z'))).toBe(false)
  })
})

describe('where clocks are changed', () => {
  // Of each three days the middle one is the day of the change.
  const cases: [string, string, string, string, string[]][] = [
    [
      'Berlin has no 02:30: it begins at 03:00',
      'Europe/Berlin',
      '02:30',
      '2026-03-27T12:00Z',
      ['2026-03-28T01:30', '2026-03-29T01:00', '2026-03-30T00:30'],
    ],
    [
      'Berlin has 02:30 twice: it begins the first time',
      'Europe/Berlin',
      '02:30',
      '2026-10-23T12:00Z',
      ['2026-10-24T00:30', '2026-10-25T00:30', '2026-10-26T01:30'],
    ],
    [
      'New York has no 02:30: it begins at 03:00',
      'America/New_York',
      '02:30',
      '2026-03-06T12:00Z',
      ['2026-03-07T07:30', '2026-03-08T07:00', '2026-03-09T06:30'],
    ],
    [
      'New York has 01:30 twice: it begins the first time',
      'America/New_York',
      '01:30',
      '2026-10-30T12:00Z',
      ['2026-10-31T05:30', '2026-11-01T05:30', '2026-11-02T06:30'],
    ],
    [
      'Lord Howe, whose gap is half an hour, has no 02:15: it begins at 02:30',
      'Australia/Lord_Howe',
      '02:15',
      '2026-10-02T12:00Z',
      ['2026-10-02T15:45', '2026-10-03T15:30', '2026-10-04T15:15'],
    ],
    [
      'Lord Howe has 01:45 twice, half an hour apart: it begins the first time',
      'Australia/Lord_Howe',
      '01:45',
      '2026-04-03T12:00Z',
      ['2026-04-03T14:45', '2026-04-04T14:45', '2026-04-05T15:15'],
    ],
  ]
  test.each(cases)('%s', (_sentence, timeZone, time, from, expected) => {
    const to = new Date(at(from) + 3 * DAY_MS).toISOString()
    expect(beginningsOf(daily(time, timeZone), from, to)).toEqual(expected)
  })

  test('it lasts for its real time, over the change as on any other night', () => {
    const night = { ...daily('01:00', 'Europe/Berlin'), durationMs: 4 * HOUR_MS }
    const [spring] = occurrences(night, { fromMs: at('2026-03-29T00:30Z'), toMs: at('2026-03-29T00:31Z') })
    expect(spring).toEqual({ fromMs: at('2026-03-29T00:00Z'), toMs: at('2026-03-29T04:00Z') })
  })

  test('there is one a day, wherever the search begins: in the gap, between the two, or anywhere else', () => {
    const zones = [
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'America/Sao_Paulo',
      'UTC',
      'Asia/Kathmandu',
    ]
    const times = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '15', '30', '45'))
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        times,
        fc.integer({ min: at('2025-01-01T00:00Z'), max: at('2027-12-31T00:00Z') }),
        (timeZone, [hour, minute], fromMs) => {
          const schedule = daily(`${`${hour}`.padStart(2, '0')}:${minute}`, timeZone)
          const early = nextOccurrences(schedule, fromMs - 3 * DAY_MS, 12).filter(({ toMs }) => toMs > fromMs)
          const late = nextOccurrences(schedule, fromMs, early.length)
          expect(late).toEqual(early)
          const days = late.map((one) => new Intl.DateTimeFormat('sv', { timeZone }).format(one.fromMs))
          expect(new Set(days).size).toBe(days.length)
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('several at once', () => {
  const once = (from: string, to: string): MaintenanceSchedule => ({ kind: 'once', startMs: at(from), endMs: at(to) })
  const both = [
    once('2026-06-01T10:00Z', '2026-06-01T12:00Z'),
    once('2026-06-01T11:00Z', '2026-06-01T13:00Z'),
    once('2026-06-01T13:00Z', '2026-06-01T14:00Z'),
  ]

  test('that overlap or touch are one', () => {
    const span = { fromMs: at('2026-06-01T00:00Z'), toMs: at('2026-06-02T00:00Z') }
    expect(coverage(both, span)).toEqual([{ fromMs: at('2026-06-01T10:00Z'), toMs: at('2026-06-01T14:00Z') }])
  })

  test('cross into maintenance and out of it once', () => {
    expect(nextCrossing(both, at('2026-06-01T09:00Z'))).toBe(at('2026-06-01T10:00Z'))
    expect(nextCrossing(both, at('2026-06-01T10:00Z'))).toBe(at('2026-06-01T14:00Z'))
    expect(nextCrossing(both, at('2026-06-01T14:00Z'))).toBeUndefined()
    expect(nextCrossing([], at('2026-06-01T14:00Z'))).toBeUndefined()
  })

  test('that never end are asked about again in two weeks', () => {
    const always: MaintenanceSchedule = { ...rest, kind: 'cron', expression: '0 * * * *', durationMs: 2 * HOUR_MS }
    const nowMs = at('2026-06-01T14:00Z')
    expect(nextCrossing([always], nowMs)).toBe(nowMs + 14 * DAY_MS)
  })

  test('merge into periods in order, of which none overlaps or touches the next, and which hold the same instants', () => {
    const period = fc.tuple(fc.nat(200), fc.integer({ min: 1, max: 40 }))
    fc.assert(
      fc.property(fc.array(period), (pairs) => {
        const periods = pairs.map(([fromMs, lengthMs]) => ({ fromMs, toMs: fromMs + lengthMs }))
        const merged = mergePeriods(periods)
        for (const [place, { fromMs }] of merged.entries())
          if (place > 0) expect(fromMs).toBeGreaterThan(merged[place - 1]?.toMs ?? 0)
        const holds = (all: typeof periods, ms: number) => all.some(({ fromMs, toMs }) => fromMs <= ms && ms < toMs)
        for (let ms = 0; ms < 250; ms += 1) expect(holds(merged, ms)).toBe(holds(periods, ms))
      }),
    )
  })
})

describe('a schedule', () => {
  const cases: [string, MaintenanceSchedule, string | undefined][] = [
    ['that is as it should be', daily('02:30', 'UTC'), undefined],
    ['that ends before it begins', { kind: 'once', startMs: 2, endMs: 2 }, 'it ends before it begins'],
    [
      'whose time ends before it begins',
      { ...daily('02:30', 'UTC'), fromMs: 2, untilMs: 1 },
      'it ends before it begins',
    ],
    [
      'that is no cron expression',
      { ...rest, kind: 'cron', expression: '61 * * * *' },
      'it is not a cron expression of five fields, such as 30 2 * * SUN',
    ],
    [
      'with seconds',
      { ...rest, kind: 'cron', expression: '0 30 2 * * *' },
      'it is not a cron expression of five fields, such as 30 2 * * SUN',
    ],
    ['on a day that never comes', { ...rest, kind: 'cron', expression: '0 0 30 2 *' }, 'it never comes'],
    [
      'that lasts for longer than until it comes again',
      { ...rest, kind: 'cron', expression: '0 * * * *', durationMs: HOUR_MS + 1 },
      'it begins again before it ends',
    ],
    [
      'that comes every minute',
      { ...rest, kind: 'cron', expression: '* * * * *' },
      'it comes more often than every five minutes',
    ],
  ]
  test.each(cases)('%s', (_sentence, schedule, fault) => {
    expect(faultOfSchedule(schedule)).toBe(fault)
  })
})
