import { describe, expect, test } from 'bun:test'
import { entriesOf, monthsOf } from '../src/history.ts'
import { announcedMaintenances } from '../src/page-reading.ts'
import { makeIncident, makeMaintenance, makePage } from '../testing/pages.ts'

describe('the history of a page', () => {
  test.each([
    ['UTC', '2026-11-01'],
    ['America/Los_Angeles', '2026-10-31'],
    ['Asia/Tokyo', '2026-11-01'],
  ])('tells of an incident on the day on which it began in %s', (timeZone, date) => {
    const incidents = [makeIncident(1, { beganAt: '2026-11-01T02:00:00.000Z' })]
    expect(entriesOf(makePage({ timeZone, incidents })).map((entry) => entry.date)).toEqual([date])
  })

  test('is of incidents and of maintenance that has begun, the newest first', () => {
    const incidents = [
      makeIncident(1, { beganAt: '2026-11-02T02:00:00.000Z' }),
      makeIncident(2, { beganAt: '2026-11-04T02:00:00.000Z' }),
    ]
    const maintenances = [
      makeMaintenance(3, { state: 'completed', startsAt: '2026-11-03T02:00:00.000Z' }),
      makeMaintenance(4, { state: 'scheduled', startsAt: '2026-12-03T02:00:00.000Z' }),
      makeMaintenance(5, { state: 'in_progress', startsAt: '2026-11-29T14:00:00.000Z' }),
    ]
    const entries = entriesOf(makePage({ incidents, maintenances }))
    expect(entries.map(({ kind, date }) => `${kind} ${date}`)).toEqual([
      'maintenance 2026-11-29',
      'incident 2026-11-04',
      'maintenance 2026-11-03',
      'incident 2026-11-02',
    ])
  })

  test('is of maintenance that was cancelled once its day is over', () => {
    const maintenances = [
      makeMaintenance(1, { state: 'cancelled', startsAt: '2026-11-28T02:00:00.000Z' }),
      makeMaintenance(2, { state: 'cancelled', startsAt: '2026-11-29T02:00:00.000Z' }),
      makeMaintenance(3, { state: 'cancelled', startsAt: '2026-12-01T02:00:00.000Z' }),
    ]
    const page = makePage({ maintenances, today: '2026-11-29' })
    expect(entriesOf(page).map(({ date }) => date)).toEqual(['2026-11-28'])
    expect(announcedMaintenances(page)).toEqual(maintenances.slice(1))
  })

  test('is of the months of ninety days', () => {
    expect(monthsOf(makePage({ today: '2026-11-29' }))).toEqual(['2026-11', '2026-10', '2026-09'])
    expect(monthsOf(makePage({ today: '2026-01-15' }))).toEqual(['2026-01', '2025-12', '2025-11', '2025-10'])
  })
})
