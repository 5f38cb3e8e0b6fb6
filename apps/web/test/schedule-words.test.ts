import { describe, expect, test } from 'bun:test'
import type { Schedule } from '../src/maintenance/maintenance-queries.ts'
import { coverText, scheduleText } from '../src/maintenance/schedule-words.ts'

const recurring = { at: '02:00', durationMinutes: 60, timeZone: 'Europe/Berlin' } as const

describe('a schedule is said as a person would', () => {
  const cases: [string, Schedule][] = [
    ['Every week on Mon, Thu · 02:00–03:00 Europe/Berlin', { kind: 'weekly', days: ['thu', 'mon'], ...recurring }],
    [
      'Every day · 23:30–00:30 Europe/Berlin',
      { kind: 'weekly', days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], ...recurring, at: '23:30' },
    ],
    [
      'Every week on Sun · 02:00 for 48 h Europe/Berlin',
      { kind: 'weekly', days: ['sun'], ...recurring, durationMinutes: 2_880 },
    ],
    ['Every month on its last day · 02:00–03:00 Europe/Berlin', { kind: 'monthly', on: { day: 'last' }, ...recurring }],
    [
      'Every month on the second Tue · 02:00–03:00 Europe/Berlin',
      { kind: 'monthly', on: { weekday: 'tue', nth: 2 }, ...recurring },
    ],
    [
      'Cron 30 2 * * SUN · for 1 h · Europe/Berlin · until 1 Jan 2027',
      {
        kind: 'cron',
        expression: '30 2 * * SUN',
        durationMinutes: 60,
        timeZone: 'Europe/Berlin',
        until: '2026-12-31T23:00:00.000Z',
      },
    ],
    [
      'Once · Sun 29 Mar 2026, 01:30–04:30',
      { kind: 'once', startsAt: '2026-03-29T00:30:00.000Z', endsAt: '2026-03-29T02:30:00.000Z' },
    ],
  ]
  test.each(cases)('%s', (text, schedule) => expect(scheduleText(schedule, 'Europe/Berlin')).toBe(text))
})

test.each([
  ['All monitors', { kind: 'all' }],
  ['Tags eu, shop', { kind: 'tags', tags: ['eu', 'shop'] }],
  ['1 monitor', { kind: 'monitors', monitorIds: ['a'] }],
  ['No monitor any more', { kind: 'monitors', monitorIds: [] }],
] as const)('who it is of is said in a word or two: %s', (text, appliesTo) =>
  expect(coverText(structuredClone(appliesTo) as Parameters<typeof coverText>[0])).toBe(text),
)
