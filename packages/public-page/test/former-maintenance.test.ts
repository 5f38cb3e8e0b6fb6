import { describe, expect, test } from 'bun:test'
import type { FormerWindow } from '@repo/db/queries/former-windows'
import type { MaintenanceSchedule } from '@repo/domain/maintenance'
import { noonMs } from '@repo/domain/testing'
import { formerFact } from '../src/former-maintenance.ts'

const [HOUR_MS, DAY_MS] = [3_600_000, 86_400_000]
const iso = (hours: number) => new Date(noonMs + hours * HOUR_MS).toISOString()
const once = (from: number, until: number) => ({ kind: 'once', startsAt: iso(from), endsAt: iso(until) })
/** Every day at noon in UTC, for an hour. */
const daily = { kind: 'cron', expression: '0 12 * * *', timeZone: 'UTC', durationMinutes: 60 }

/** A window that was what it was from the beginning until now, at noon. */
function former(schedule: unknown): FormerWindow {
  const ids = { id: crypto.randomUUID(), windowId: crypto.randomUUID(), workspaceId: crypto.randomUUID() }
  const announcement = { title: 'Upgrade', body: 'Soon.' }
  const effective = { effectiveFromMs: noonMs - 100 * DAY_MS, effectiveUntilMs: noonMs + HOUR_MS / 2 }
  return { ...ids, ...effective, schedule, announcement, monitorIds: null }
}

interface Told {
  readonly schedule: unknown
  /** When the window was planned for next. */
  readonly next?: MaintenanceSchedule
  readonly nowHours?: number
}

/** In hours from noon on. */
function told({ schedule, next, nowHours = 0.5 }: Told) {
  const now = { next, nowMs: noonMs + nowHours * HOUR_MS }
  const { periods, cancelled } = formerFact(former(schedule), now)
  const hours = ({ fromMs, toMs }: { fromMs: number; toMs: number }) =>
    [fromMs, toMs].map((ms) => (ms - noonMs) / HOUR_MS)
  return { periods: periods.map(hours), cancelled: cancelled.map(hours) }
}

const onceNow = (from: number, until: number): MaintenanceSchedule => ({
  ...{ kind: 'once', startMs: noonMs + from * HOUR_MS, endMs: noonMs + until * HOUR_MS },
})

describe('of a window that is deleted', () => {
  test('what had taken place stays told', () => {
    expect(told({ schedule: once(-3, -2) })).toEqual({ periods: [[-3, -2]], cancelled: [] })
  })

  test('what lasted ended with it', () => {
    expect(told({ schedule: once(0, 2) })).toEqual({ periods: [[0, 0.5]], cancelled: [] })
  })

  test('what was to come is cancelled, and stays so after its time', () => {
    const schedule = once(5, 6)
    expect(told({ schedule })).toEqual({ periods: [], cancelled: [[5, 6]] })
    expect(told({ schedule, nowHours: 48 })).toEqual({ periods: [], cancelled: [[5, 6]] })
    expect(told({ schedule, nowHours: 91 * 24 })).toEqual({ periods: [], cancelled: [] })
  })

  test('what nobody was told of yet is not cancelled', () => {
    expect(told({ schedule: once(31 * 24, 31 * 24 + 1) })).toEqual({ periods: [], cancelled: [] })
  })

  test('each time is told of on its own where it came again: the last thirty, the next ten', () => {
    const { periods, cancelled } = told({ schedule: daily })
    expect([periods.length, cancelled.length]).toEqual([30, 10])
    expect([periods.at(-2), periods.at(-1), cancelled[0]]).toEqual([
      [-24, -23],
      [0, 0.5],
      [24, 25],
    ])
  })
})

describe('of a window that is changed', () => {
  test('one that is put off is not cancelled', () => {
    expect(told({ schedule: once(5, 6), next: onceNow(9, 10) }).cancelled).toEqual([])
  })

  test('what had taken place before is told beside what it is now', () => {
    expect(told({ schedule: once(-3, -2), next: onceNow(9, 10) }).periods).toEqual([[-3, -2]])
  })

  test('what lasts on is told of once', () => {
    expect(told({ schedule: once(0, 2), next: onceNow(0, 4) }).periods).toEqual([])
  })

  test('what goes on, or comes at another time, is known for pages that what it became does not concern', () => {
    const carried = (schedule: unknown, next: MaintenanceSchedule) =>
      formerFact(former(schedule), { next, nowMs: noonMs + HOUR_MS / 2 }).carriedOn
    const [begun, ahead] = [{ fromMs: noonMs, toMs: noonMs + HOUR_MS / 2 }, onceNow(5, 6)]
    expect(carried(once(0, 2), onceNow(0, 4))).toEqual({ begun: [begun], ahead: [], isRecurring: false })
    const put = { fromMs: noonMs + 5 * HOUR_MS, toMs: noonMs + 6 * HOUR_MS }
    expect(carried(once(5, 6), onceNow(9, 10))).toEqual({ begun: [], ahead: [put], isRecurring: false })
    expect(carried(once(5, 6), ahead)).toEqual({ begun: [], ahead: [put], isRecurring: false })
    expect(carried(once(-3, -2), ahead)).toEqual({ begun: [], ahead: [], isRecurring: false })
  })
})
