import { afterAll, beforeAll, expect, test } from 'bun:test'
import { parseRegion } from '@repo/domain/region'
import { makeTick, noonMs } from '@repo/domain/testing'
import { listHourMedians } from '../src/queries/hour-medians.ts'
import { listSeries } from '../src/queries/series.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addMonitor, addTicks, addWorkspace } from '../testing/populate.ts'

const HOUR_MS = 3_600_000
let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

test('the median of each hour is that of the series, of many monitors at once', async () => {
  const { sql } = database
  const workspaceId = await addWorkspace(sql)
  const nowMs = noonMs + 30 * 60_000
  const monitors = [
    await addMonitor(sql, workspaceId),
    await addMonitor(sql, workspaceId),
    await addMonitor(sql, workspaceId),
  ]
  for (const [place, monitor] of monitors.slice(0, 2).entries()) {
    const ticks = [-26, -23, -2, -1.5, -1, 0, 0.25].map((hour, at) => ({
      ...makeTick('a', noonMs + hour * HOUR_MS, at === 3 ? 'down' : 'up'),
      region: parseRegion('a'),
    }))
    await addTicks(sql, monitor, ticks.slice(place))
  }
  const medians = await listHourMedians(
    sql,
    monitors.map(({ monitorKey }) => monitorKey),
    { nowMs, hours: 24 },
  )
  for (const { monitorKey } of monitors.slice(0, 2)) {
    const window = { fromMs: noonMs - 23 * HOUR_MS, toMs: nowMs, bucketMs: HOUR_MS }
    const series = new Map((await listSeries(sql, monitorKey, window)).map(({ atMs, p50Us }) => [atMs, p50Us]))
    const expected = Array.from({ length: 24 }, (_, hour) => series.get(window.fromMs + hour * HOUR_MS) ?? null)
    expect(medians.get(monitorKey)).toEqual(expected)
    expect(expected.filter((one) => one !== null).length).toBeGreaterThan(2)
  }
  expect(medians.has(monitors[2]?.monitorKey ?? 0)).toBeFalse()
})
