import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { WorkspaceId } from '@repo/domain/ids'
import { makeTick, noonMs } from '@repo/domain/testing'
import { listHourMedians } from '../src/queries/hour-medians.ts'
import { rollUpHour } from '../src/queries/rollups.ts'
import { listSeries } from '../src/queries/series.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addMonitor, addTicks, addWorkspace } from '../testing/populate.ts'

const HOUR_MS = 3_600_000
let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const nowMs = noonMs + 30 * 60_000

/** Ticks of the last day and of the day before, in the order of hours before and after noon, each as slow as its place says. */
async function watch(workspaceId: WorkspaceId, hours: readonly number[]): Promise<number> {
  const monitor = await addMonitor(database.sql, workspaceId)
  const ticks = hours.map((hour, place) => {
    const tick = makeTick('a', noonMs + hour * HOUR_MS, hour === -1.5 ? 'down' : 'up')
    const phases = { ...tick.outcome.phases, total: (place + 1) * 10_000 }
    return { ...tick, outcome: { ...tick.outcome, phases } }
  })
  await addTicks(database.sql, monitor, ticks)
  return monitor.monitorKey
}

/** What the series of each says, an hour after the other. */
async function fromSeries(monitorKey: number): Promise<(number | null)[]> {
  const window = { fromMs: noonMs - 23 * HOUR_MS, toMs: nowMs, bucketMs: HOUR_MS }
  const series = new Map((await listSeries(database.sql, monitorKey, window)).map(({ atMs, p50Us }) => [atMs, p50Us]))
  return Array.from({ length: 24 }, (_, hour) => series.get(window.fromMs + hour * HOUR_MS) ?? null)
}

test('the median of each hour is that of the series, of many monitors at once, summed up or not', async () => {
  const { sql } = database
  const workspaceId = await addWorkspace(sql)
  const hours = [-26, -23, -22.9, -22.8, -2, -1.5, -1, 0, 0.1, 0.2, 0.25]
  const keys = [await watch(workspaceId, hours), await watch(workspaceId, hours.slice(2)), await watch(workspaceId, [])]
  const [first = 0, second = 0, silent = 0] = keys
  const expected = [await fromSeries(first), await fromSeries(second)]
  expect(new Set(expected[0]).size).toBeGreaterThan(4)
  for (const isSummed of [false, true]) {
    if (isSummed) while ((await rollUpHour(sql, { nowMs, graceMs: 300_000 })) === 'done');
    const medians = await listHourMedians(sql, keys, { nowMs, hours: 24 })
    expect([medians.get(first), medians.get(second)]).toEqual(expected)
    expect(medians.has(silent)).toBeFalse()
  }
})
