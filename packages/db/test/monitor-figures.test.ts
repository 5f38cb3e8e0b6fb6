import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { makeOutcome, makeTick, noonMs } from '@repo/domain/testing'
import { uptimePercent } from '@repo/domain/uptime'
import { sql as text } from 'drizzle-orm'
import { p95FromMs, readFigures, renewFigures } from '../src/queries/monitor-figures.ts'
import { listMonitors } from '../src/queries/monitor-list.ts'
import { changeMonitor, findMonitor, type StoredMonitor } from '../src/queries/monitors.ts'
import { rollUpHour } from '../src/queries/rollups.ts'
import { summariseSeries } from '../src/queries/series.ts'
import { summariseStatuses } from '../src/queries/uptime.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addMonitor, addTicks, addWorkspace } from '../testing/populate.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const nowMs = noonMs + 17 * MINUTE_MS
const unknown = { uptimePercent24h: null, uptimePercent30d: null, p95Us: null }

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

async function addOne(name = 'shop'): Promise<StoredMonitor> {
  return addMonitor(database.sql, await addWorkspace(database.sql), { name })
}

async function say(
  { monitorKey }: StoredMonitor,
  said: [beganAtMs: number, endedAtMs: number | null, status: string][],
) {
  await database.sql.execute(text`delete from state_interval where monitor_key = ${monitorKey}`)
  for (const [beganAtMs, endedAtMs, status] of said)
    await database.sql.execute(text`
      insert into state_interval (monitor_key, began_at, ended_at, status)
      values (${monitorKey}, to_timestamp(${beganAtMs}::float8 / 1000), to_timestamp(${endedAtMs}::float8 / 1000), ${status})`)
}

/** Looks every five minutes of the last two days, of many latencies; the later the slower, and some of them failing. */
async function lookAt(monitor: StoredMonitor): Promise<void> {
  const looks = Array.from({ length: 576 }, (_, index) => {
    const verdict = index % 11 === 0 ? 'down' : 'up'
    const phases = { dns: null, connect: null, tls: null, firstByte: null, transfer: null }
    const total = 3_000 + ((index * 7_919) % 977) * 100 + (576 - index)
    return {
      ...makeTick(index % 2 === 0 ? 'a' : 'b', nowMs - index * 5 * MINUTE_MS - 1, verdict),
      outcome: makeOutcome(verdict, { phases: { ...phases, total } }),
    }
  })
  await addTicks(database.sql, monitor, looks)
}

const renew = (atMs = nowMs, limit = 500) => renewFigures(database.sql, { nowMs: atMs, olderThanMs: 30_000, limit })
const figuresOf = async (monitor: StoredMonitor) => (await findMonitor(database.sql, monitor))?.figures
const rollUp = async () => {
  while ((await rollUpHour(database.sql, { nowMs, graceMs: 300_000 })) === 'done');
}

describe('the figures of a monitor', () => {
  test('are there with it, and say that nothing is known', async () => {
    const monitor = await addOne()
    await say(monitor, [[nowMs - HOUR_MS, null, 'unknown']])
    expect(await figuresOf(monitor)).toEqual(unknown)
    await renew()
    expect(await figuresOf(monitor)).toEqual(unknown)
  })

  test.each([['before any hour is summed up'], ['once hours are']])(
    'are what its uptime and its series say, %s',
    async (when) => {
      const monitor = await addOne()
      await say(monitor, [
        [nowMs - 40 * DAY_MS, nowMs - 3 * DAY_MS, 'up'],
        [nowMs - 3 * DAY_MS, nowMs - 2 * DAY_MS, 'down'],
        [nowMs - 2 * DAY_MS, nowMs - HOUR_MS, 'degraded'],
        [nowMs - HOUR_MS, nowMs - HOUR_MS + 1_234, 'down'],
        [nowMs - HOUR_MS + 1_234, null, 'up'],
      ])
      await lookAt(monitor)
      if (when === 'once hours are') await rollUp()
      await renew(nowMs)
      const uptimeOf = async (days: number) => {
        const window = { fromMs: nowMs - days * DAY_MS, toMs: nowMs }
        const status = (await summariseStatuses(database.sql, [monitor.monitorKey], window)).get(monitor.monitorKey)
        return status && uptimePercent(status.durations)
      }
      const window = { fromMs: p95FromMs(nowMs), toMs: nowMs, bucketMs: HOUR_MS }
      const series = await summariseSeries(database.sql, monitor.monitorKey, window)
      const figures = await figuresOf(monitor)
      expect(figures?.uptimePercent24h).toBe(99.998)
      expect(figures?.uptimePercent24h).toBe(await uptimeOf(1))
      expect(figures?.uptimePercent30d).toBe(await uptimeOf(30))
      expect(figures?.p95Us).toBeGreaterThan(50_000)
      expect(figures?.p95Us).toBe(series?.p95Us)
    },
  )

  test('of one that was down for a second in a month are never a hundred', async () => {
    const monitor = await addOne()
    await say(monitor, [
      [nowMs - 30 * DAY_MS, nowMs - 2_000, 'up'],
      [nowMs - 2_000, nowMs - 1_000, 'down'],
      [nowMs - 1_000, null, 'up'],
    ])
    const found = (await readFigures(database.sql, [monitor.monitorKey], nowMs)).get(monitor.monitorKey)
    expect(found).toEqual({ uptimePercent24h: 99.998, uptimePercent30d: 99.999, p95Us: null })
  })

  test('of failing checks alone have no latency', async () => {
    const monitor = await addOne()
    await addTicks(database.sql, monitor, [makeTick('a', nowMs - MINUTE_MS, 'down')])
    await renew()
    expect((await figuresOf(monitor))?.p95Us).toBeNull()
  })

  test('are renewed a part at a time, the oldest first, and those that are new enough not at all', async () => {
    const laterMs = nowMs + HOUR_MS
    const monitors = [await addOne(), await addOne(), await addOne()]
    const all = 'select count(*)::integer as count from monitor_figures'
    const { rows } = await database.sql.execute<{ count: number }>(text.raw(all))
    const total = rows[0]?.count ?? 0
    expect(await renew(laterMs, 2)).toBe(2)
    const stale = text.raw(`${all} where renewed_at = '-infinity'`)
    expect((await database.sql.execute<{ count: number }>(stale)).rows[0]?.count).toBe(monitors.length - 2)
    expect(await renew(laterMs)).toBe(total - 2)
    expect(await renew(laterMs + 1_000)).toBe(0)
  })

  test('follow the name, and go with the monitor', async () => {
    const monitor = await addOne('Zoo')
    const other = await addMonitor(database.sql, monitor.workspaceId, { name: 'bar' })
    await changeMonitor(database.sql, monitor, { name: 'Aaa', nowMs })
    const page = await listMonitors(database.sql, monitor.workspaceId, { sort: 'slowness', limit: 10 })
    expect(page.items.map(({ name }) => name)).toEqual(['Aaa', 'bar'])
    await database.sql.execute(text`delete from monitor where monitor_key = ${other.monitorKey}`)
    const { rows } = await database.sql.execute(
      text`select from monitor_figures where monitor_key = ${other.monitorKey}`,
    )
    expect(rows).toHaveLength(0)
  })
})
