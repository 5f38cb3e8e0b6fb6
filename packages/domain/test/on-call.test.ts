import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { weekdays } from '../src/maintenance.ts'
import { type OnCallLayer, type OnCallSchedule, shiftsOf, whoIsOnCall } from '../src/on-call.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const at = (text: string) => Date.parse(text)
const shown = (ms: number) => new Date(ms).toISOString().slice(0, 16)

const layer: OnCallLayer = {
  people: ['ada', 'bo', 'cy'],
  startsOn: '2026-06-01',
  turnDays: 1,
  handover: '09:00',
  timeZone: 'Europe/Berlin',
  only: null,
}
const scheduleOf = (...layers: OnCallLayer[]): OnCallSchedule => ({ id: 'one', layers, overrides: [] })
const shiftsIn = (schedule: OnCallSchedule, from: string, to: string) =>
  shiftsOf(schedule, { fromMs: at(from), toMs: at(to) }).map(({ userId, fromMs }) => `${userId} ${shown(fromMs)}`)

describe('a rotation', () => {
  const cases: [string, Partial<OnCallLayer>, string, string | undefined][] = [
    ['begins with the first of its people', {}, '2026-06-01T07:00Z', 'ada'],
    ['has nobody before it begins', {}, '2026-06-01T06:59:59.999Z', undefined],
    ['hands over at its hour, by the clocks of its place', {}, '2026-06-02T07:00Z', 'bo'],
    ['keeps whoever is on call until the very instant', {}, '2026-06-02T06:59:59.999Z', 'ada'],
    ['begins anew after the last', {}, '2026-06-04T12:00Z', 'ada'],
    ['may be weekly', { turnDays: 7 }, '2026-06-08T07:00Z', 'bo'],
    ['may be weekly, and lasts for all of the week', { turnDays: 7 }, '2026-06-08T06:59Z', 'ada'],
    ['may be of any length', { turnDays: 10 }, '2026-06-21T07:00Z', 'cy'],
    [
      'has nobody outside of its hours',
      { only: { days: weekdays, from: '08:00', to: '18:00' } },
      '2026-06-02T18:00Z',
      undefined,
    ],
  ]
  test.each(cases)('%s', (_sentence, changed, instant, expected) => {
    expect(whoIsOnCall(scheduleOf({ ...layer, ...changed }), at(instant))).toBe(expected)
  })

  test('hands over once a day where clocks are changed, also at an hour that the day lacks or has twice', () => {
    const atHalfPastTwo = scheduleOf({ ...layer, handover: '02:30', startsOn: '2026-03-28' })
    expect(shiftsIn(atHalfPastTwo, '2026-03-28T12:00Z', '2026-03-30T12:00Z')).toEqual([
      'ada 2026-03-28T12:00',
      'bo 2026-03-29T01:00',
      'cy 2026-03-30T00:30',
    ])
    expect(
      shiftsIn({ ...atHalfPastTwo }, '2026-10-24T12:00Z', '2026-10-26T12:00Z').map((one) => one.split(' ')[1]),
    ).toEqual(['2026-10-24T12:00', '2026-10-25T00:30', '2026-10-26T01:30'])
  })
})

describe('a schedule', () => {
  const nights = { ...layer, people: ['ned'], only: { days: weekdays, from: '22:00', to: '06:00' } } as const

  test('asks the topmost layer that has somebody', () => {
    expect(shiftsIn(scheduleOf(layer, nights), '2026-06-02T12:00Z', '2026-06-03T12:00Z')).toEqual([
      'bo 2026-06-02T12:00',
      'ned 2026-06-02T20:00',
      'bo 2026-06-03T04:00',
      'cy 2026-06-03T07:00',
    ])
  })

  test('asks whoever stands in for somebody before all', () => {
    const override = { userId: 'zoe', fromMs: at('2026-06-02T21:00Z'), toMs: at('2026-06-02T22:00Z') }
    const later = { ...override, userId: 'yan', fromMs: at('2026-06-02T21:30Z') }
    const schedule = { ...scheduleOf(layer, nights), overrides: [override, later] }
    expect(shiftsIn(schedule, '2026-06-02T20:30Z', '2026-06-03T00:00Z')).toEqual([
      'ned 2026-06-02T20:30',
      'zoe 2026-06-02T21:00',
      'yan 2026-06-02T21:30',
      'ned 2026-06-02T22:00',
    ])
  })

  const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu']
  const time = fc
    .tuple(fc.nat(23), fc.nat(59))
    .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'))
  const hours = fc
    .record({ days: fc.subarray([...weekdays], { minLength: 1 }), from: time, to: time })
    .filter(({ from, to }) => from !== to)
  const layers = fc.array(
    fc.record({
      people: fc.array(fc.constantFrom('ada', 'bo', 'cy', 'dee'), { minLength: 1, maxLength: 4 }),
      startsOn: fc.constantFrom('2026-03-01', '2026-03-27', '2026-10-20'),
      turnDays: fc.integer({ min: 1, max: 9 }),
      handover: time,
      timeZone: fc.constantFrom(...zones),
      only: fc.option(hours),
    }),
    { minLength: 1, maxLength: 3 },
  )
  const instants = fc.integer({ min: at('2026-03-20T00:00Z'), max: at('2026-11-10T00:00Z') })

  test('says the same of an instant as the shift in which it lies, and its shifts have no gaps', () => {
    fc.assert(
      fc.property(
        layers,
        instants,
        fc.nat(10 * DAY_MS),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }),
        (list, fromMs, lengthMs, places) => {
          const schedule = scheduleOf(...list)
          const span = { fromMs, toMs: fromMs + lengthMs + HOUR_MS }
          const shifts = shiftsOf(schedule, span)
          expect(shifts[0]?.fromMs).toBe(span.fromMs)
          expect(shifts.at(-1)?.toMs).toBe(span.toMs)
          for (const [place, shift] of shifts.entries())
            if (place > 0) expect(shift.fromMs).toBe(shifts[place - 1]?.toMs as number)
          for (const place of places) {
            const atMs = Math.floor(fromMs + place * (span.toMs - fromMs - 1))
            const found = shifts.find((shift) => shift.fromMs <= atMs && atMs < shift.toMs)
            expect(found?.userId ?? undefined).toBe(whoIsOnCall(schedule, atMs))
          }
        },
      ),
      { numRuns: 100 },
    )
  }, 60_000)
})
