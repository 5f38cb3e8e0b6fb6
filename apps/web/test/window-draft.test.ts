import { describe, expect, test } from 'bun:test'
import { createWindowSchema, toSchedule } from '@repo/contracts/maintenance'
import { isUnderMaintenance, nextOccurrences } from '@repo/domain/maintenance'
import type { Schedule, WindowBody } from '../src/maintenance/maintenance-queries.ts'
import { endingNow } from '../src/maintenance/use-window-deeds.ts'
import {
  draftOfWindow,
  exampleDrafts,
  newWindowDraft,
  windowBody,
  windowErrors,
} from '../src/maintenance/window-draft.ts'

const recurring = { at: '02:00', durationMinutes: 60, timeZone: 'Europe/Berlin' } as const
const schedules: Schedule[] = [
  { kind: 'once', startsAt: '2027-03-29T00:30:00.000Z', endsAt: '2027-03-29T02:30:00.000Z' },
  { kind: 'weekly', days: ['mon', 'thu'], ...recurring, from: '2027-01-01T00:00:00.000Z' },
  { kind: 'monthly', on: { day: 'last' }, ...recurring },
  { kind: 'monthly', on: { weekday: 'tue', nth: 5 }, ...recurring, until: '2027-01-01T00:00:00.000Z' },
  { kind: 'cron', expression: '30 2 * * SUN', durationMinutes: 60, timeZone: 'Europe/Berlin' },
]

describe('the editor of a window', () => {
  test.each(schedules)('gives back what it was given: %j', (schedule) => {
    for (const announcement of [null, { title: 'We update', body: 'It takes *an hour*.' }]) {
      const body: WindowBody = { name: 'Backup', schedule, appliesTo: { kind: 'tags', tags: ['eu'] }, announcement }
      expect(windowBody(draftOfWindow(body))).toEqual(body)
    }
  })

  test('takes back what is announced by saying so, and keeps nothing of it', () => {
    const announcement = { title: 'We update', body: '' }
    const [schedule] = schedules
    if (!schedule) throw new Error('there is no schedule')
    const draft = draftOfWindow({ name: 'Backup', schedule, appliesTo: { kind: 'all' }, announcement })
    expect(windowBody({ ...draft, isAnnounced: false }).announcement).toBeNull()
  })

  test('says at its own field that what is announced has no title', () => {
    const draft = { ...newWindowDraft(), name: 'Backup', isAnnounced: true }
    const issues = createWindowSchema.safeParse(windowBody(draft)).error?.issues ?? []
    const errors = windowErrors(issues.map(({ path, message }) => ({ field: path.join('.'), message })))
    expect(errors).toEqual({ publicTitle: 'What is the public to call it?' })
  })

  test('opens examples that the API takes', () => {
    for (const { draft } of exampleDrafts()) expect(createWindowSchema.safeParse(windowBody(draft)).success).toBe(true)
  })
})

describe('a window that is ended now', () => {
  const duringMs = Date.parse('2027-03-22T01:30:00.000Z')
  const weekly: Schedule = { kind: 'weekly', days: ['mon', 'thu'], ...recurring }

  test('lasts no longer, and comes again when it would have', () => {
    const before = toSchedule(weekly)
    expect(isUnderMaintenance([before], duringMs)).toBe(true)
    const { schedule } = endingNow({ schedule: weekly }, duringMs)
    const after = toSchedule(schedule ?? weekly)
    expect(isUnderMaintenance([after], duringMs)).toBe(false)
    expect(nextOccurrences(after, duringMs, 1)).toEqual(nextOccurrences(before, duringMs, 2).slice(1))
  })

  test('is over where it comes once', () => {
    const once: Schedule = { kind: 'once', startsAt: '2027-03-22T01:00:00.000Z', endsAt: '2027-03-22T02:00:00.000Z' }
    expect(endingNow({ schedule: once }, duringMs).schedule).toEqual({ ...once, endsAt: '2027-03-22T01:30:00.000Z' })
  })
})
