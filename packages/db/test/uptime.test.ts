import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { WorkspaceId } from '@repo/domain/ids'
import type { Status } from '@repo/domain/status'
import { addDurations, noDurations, uptimePercent } from '@repo/domain/uptime'
import { sql as text } from 'drizzle-orm'
import type { StoredMonitor } from '../src/queries/monitors.ts'
import { listDayStatuses, summariseStatuses } from '../src/queries/uptime.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addMonitor, addWorkspace } from '../testing/populate.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

let database: TestDatabase
let workspaceId: WorkspaceId
beforeAll(async () => {
  database = await openTestDatabase()
  workspaceId = await addWorkspace(database.sql)
})
afterAll(() => database[Symbol.asyncDispose]())

/** A monitor of which was said what is listed, each until the next; the last until now. */
async function monitorThatWas(...said: [number, Status][]): Promise<StoredMonitor> {
  const monitor = await addMonitor(database.sql, workspaceId)
  await database.sql.execute(text`delete from state_interval where monitor_key = ${monitor.monitorKey}`)
  for (const [index, [beganAtMs, status]] of said.entries()) {
    const endedAtMs = said[index + 1]?.[0] ?? null
    await database.sql.execute(text`
      insert into state_interval (monitor_key, began_at, ended_at, status)
      values (${monitor.monitorKey}, to_timestamp(${beganAtMs}::float8 / 1000), to_timestamp(${endedAtMs}::float8 / 1000), ${status})`)
  }
  return monitor
}

async function daysOf({ monitorKey }: StoredMonitor, asked: { timeZone?: string; nowMs: number; days: number }) {
  const days = await listDayStatuses(database.sql, [monitorKey], { timeZone: 'UTC', ...asked })
  return days.get(monitorKey) ?? []
}

const midnightMs = Date.UTC(2026, 5, 1)

describe('the days of a monitor', () => {
  test('hold how long each status was held, cut at midnight and at the present', async () => {
    const monitor = await monitorThatWas(
      [midnightMs - 2 * DAY_MS, 'up'],
      [midnightMs - HOUR_MS, 'down'],
      [midnightMs + 2 * HOUR_MS, 'degraded'],
      [midnightMs + 3 * HOUR_MS, 'down'],
      [midnightMs + 3 * HOUR_MS + 1, 'up'],
    )
    expect(await daysOf(monitor, { nowMs: midnightMs + 5 * HOUR_MS, days: 3 })).toEqual([
      { date: '2026-05-30', durations: { ...noDurations(), up: DAY_MS }, outages: 0 },
      { date: '2026-05-31', durations: { ...noDurations(), up: 23 * HOUR_MS, down: HOUR_MS }, outages: 1 },
      {
        date: '2026-06-01',
        durations: { ...noDurations(), down: 2 * HOUR_MS + 1, degraded: HOUR_MS, up: 2 * HOUR_MS - 1 },
        outages: 2,
      },
    ])
  })

  test('begin with the monitor, and are as many as were asked for', async () => {
    const monitor = await monitorThatWas([midnightMs + 12 * HOUR_MS, 'unknown'], [midnightMs + 13 * HOUR_MS, 'up'])
    const days = await daysOf(monitor, { nowMs: midnightMs + 100 * DAY_MS + 1, days: 102 })
    expect(days).toHaveLength(101)
    expect(days[0]).toEqual({
      date: '2026-06-01',
      durations: { ...noDurations(), unknown: HOUR_MS, up: 11 * HOUR_MS },
      outages: 0,
    })
    expect(await daysOf(monitor, { nowMs: midnightMs + 100 * DAY_MS + 1, days: 90 })).toHaveLength(90)
  })

  test('of an interval that ended as the window began have nothing of it', async () => {
    const monitor = await monitorThatWas([midnightMs - DAY_MS, 'down'], [midnightMs, 'up'])
    expect(await daysOf(monitor, { nowMs: midnightMs + HOUR_MS, days: 1 })).toEqual([
      { date: '2026-06-01', durations: { ...noDurations(), up: HOUR_MS }, outages: 0 },
    ])
  })

  const zones: [string, string, number, number][] = [
    ['where clocks go forward', '2026-03-29', Date.UTC(2026, 2, 28, 23), 23],
    ['where clocks go back', '2026-10-25', Date.UTC(2026, 9, 24, 22), 25],
    ['of no change', '2026-06-01', Date.UTC(2026, 4, 31, 22), 24],
  ]
  test.each(zones)(
    '%s, in Berlin, %s begins at its own midnight and has so many hours',
    async (_when, date, fromMs, hours) => {
      const monitor = await monitorThatWas(
        [fromMs - HOUR_MS, 'down'],
        [fromMs, 'up'],
        [fromMs + hours * HOUR_MS, 'down'],
      )
      const nowMs = fromMs + (hours + 1) * HOUR_MS
      const days = await daysOf(monitor, { timeZone: 'Europe/Berlin', nowMs, days: 3 })
      expect(days.map((day) => [day.durations.up, day.durations.down])).toEqual([
        [0, HOUR_MS],
        [hours * HOUR_MS, 0],
        [0, HOUR_MS],
      ])
      expect(days[1]?.date).toBe(date)
    },
  )

  test('add up to the whole window, whatever the zone', async () => {
    const monitor = await monitorThatWas(
      [midnightMs, 'up'],
      [midnightMs + 3 * DAY_MS, 'down'],
      [midnightMs + 4 * DAY_MS, 'up'],
    )
    const nowMs = midnightMs + 60 * DAY_MS + 12_345
    for (const timeZone of ['UTC', 'Pacific/Apia', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe']) {
      const days = await daysOf(monitor, { timeZone, nowMs, days: 90 })
      const sum = addDurations(days.map((day) => day.durations))
      expect([timeZone, sum]).toEqual([timeZone, { ...noDurations(), up: 59 * DAY_MS + 12_345, down: DAY_MS }])
    }
  })

  test('of a page of monitors come by one query, each its own', async () => {
    const [one, other] = [await monitorThatWas([midnightMs, 'up']), await monitorThatWas([midnightMs, 'paused'])]
    const asked = { timeZone: 'UTC', nowMs: midnightMs + HOUR_MS, days: 90 }
    const days = await listDayStatuses(database.sql, [one.monitorKey, other.monitorKey], asked)
    expect(days.get(one.monitorKey)?.map((day) => day.durations.up)).toEqual([HOUR_MS])
    expect(days.get(other.monitorKey)?.map((day) => day.durations.paused)).toEqual([HOUR_MS])
    expect(await listDayStatuses(database.sql, [], asked)).toEqual(new Map())
  })
})

describe('the statuses of a window', () => {
  test('are cut at its ends, with the outages that reach into it', async () => {
    const monitor = await monitorThatWas(
      [midnightMs - DAY_MS, 'down'],
      [midnightMs + HOUR_MS, 'up'],
      [midnightMs + 2 * HOUR_MS, 'down'],
    )
    const window = { fromMs: midnightMs, toMs: midnightMs + 4 * HOUR_MS }
    const status = (await summariseStatuses(database.sql, [monitor.monitorKey], window)).get(monitor.monitorKey)
    expect(status).toEqual({ durations: { ...noDurations(), down: 3 * HOUR_MS, up: HOUR_MS }, outages: 2 })
    expect(uptimePercent(status?.durations ?? noDurations())).toBe(25)
  })

  test('before a monitor began are none', async () => {
    const monitor = await monitorThatWas([midnightMs, 'up'])
    const window = { fromMs: midnightMs - DAY_MS, toMs: midnightMs }
    expect((await summariseStatuses(database.sql, [monitor.monitorKey], window)).size).toBe(0)
  })
})
