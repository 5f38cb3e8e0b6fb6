import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { bucketOf } from '@repo/domain/histogram'
import type { WorkspaceId } from '@repo/domain/ids'
import type { OutcomeVerdict } from '@repo/domain/outcome'
import { type Look, makeOutcome, makeTick } from '@repo/domain/testing'
import { sql as text } from 'drizzle-orm'
import { deleteMonitor, type StoredMonitor } from '../src/queries/monitors.ts'
import { markDirtyBuckets } from '../src/queries/rollup-marks.ts'
import { dropRollupHours, getRollupProgress, refreshDirtyHour, rollUpDay, rollUpHour } from '../src/queries/rollups.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addMonitor, addTicks, addWorkspace } from '../testing/populate.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const graceMs = 300_000
/** The first instant of a day. */
const dayMs = Date.UTC(2026, 5, 1)

let database: TestDatabase
let workspaceId: WorkspaceId
beforeAll(async () => {
  database = await openTestDatabase()
  workspaceId = await addWorkspace(database.sql)
})
afterAll(() => database[Symbol.asyncDispose]())
beforeEach(async () => {
  await database.sql.execute(text`delete from tick`)
  await database.sql.execute(text`delete from rollup_hour`)
  await database.sql.execute(text`delete from rollup_day`)
  await database.sql.execute(text`delete from rollup_dirty`)
  await database.sql.execute(
    text`update rollup_progress set hours_through = '-infinity', days_through = '-infinity', ticks_from = '-infinity'`,
  )
})

const addWatched = () => addMonitor(database.sql, workspaceId)

function look(atMs: number, verdict: OutcomeVerdict, changed: Partial<Look['outcome']> = {}): Look {
  return { ...makeTick('a', atMs, verdict), outcome: makeOutcome(verdict, changed) }
}

function passing(atMs: number, totalUs: number): Look {
  return look(atMs, 'up', { phases: { dns: 1, connect: 2, tls: null, firstByte: 4, transfer: 5, total: totalUs } })
}

async function rollUpAll(nowMs: number): Promise<void> {
  while ((await rollUpHour(database.sql, { nowMs, graceMs })) === 'done');
  while ((await rollUpDay(database.sql)) === 'done');
}

async function refreshAll(): Promise<void> {
  while ((await refreshDirtyHour(database.sql)) === 'done');
}

async function addLate(monitor: StoredMonitor, looks: readonly Look[], nowMs: number): Promise<void> {
  await database.sql.transaction(async (tx) => {
    const added = await addTicks(tx, monitor, looks)
    await markDirtyBuckets(tx, added, nowMs)
  })
}

async function waitForLock(): Promise<void> {
  const deadlineMs = performance.now() + 10_000
  for (let waiting = 0; waiting === 0; ) {
    if (performance.now() > deadlineMs) throw new Error('nobody waits for a lock')
    const { rows } = await database.sql.execute<{ count: number }>(text`
      select count(*)::integer as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
    waiting = rows[0]?.count ?? 0
  }
}

async function sumsOf(table: 'rollup_hour' | 'rollup_day', { monitorKey }: StoredMonitor) {
  const { rows } = await database.sql.execute<Record<string, unknown>>(text`
    select (extract(epoch from at) * 1000)::float8 as at_ms, up_count as up, degraded_count as degraded, down_count as down, unknown_count as unknown,
      expired_count as expired, lost_count as lost, total_us_sum::float8 as total, total_us_min as least, total_us_max as most,
      dns_us_sum::float8 as dns, dns_count, tls_us_sum::float8 as tls, tls_count,
      (select json_object_agg(bucket, n order by bucket) from (select bucket, sum(n) as n from latency_entries(latencies) group by 1) e) as latencies
    from ${text.raw(table)} where monitor_key = ${monitorKey} order by at`)
  return rows
}

const everything = async () => {
  const { rows } = await database.sql.execute(
    text`select * from rollup_hour union all select * from rollup_day order by monitor_key, at, up_count`,
  )
  return rows
}

describe('the buckets of latencies', () => {
  test('are the same in the database as in the domain', async () => {
    const powers = Array.from({ length: 31 }, (_, power) => 2 ** power).flatMap((value) => [
      value - 1,
      value,
      value + 1,
    ])
    const spread = Array.from({ length: 5_000 }, (_, index) => Math.floor(1.004_3 ** index))
    const values = [...powers, ...spread, -1, 2 ** 31 - 1].filter((value) => value < 2 ** 31)
    const { rows } = await database.sql.execute<{ value: number; bucket: number }>(text`
      select value, latency_bucket(value) as bucket from unnest(${text.param(values)}::integer[]) as value`)
    expect(rows.filter(({ value, bucket }) => bucketOf(value) !== bucket)).toEqual([])
    expect(rows.length).toBe(values.length)
  })

  test.each([[1], [32_767], [32_768], [86_400], [1_000_000_000]])('hold a count of %i', async (count) => {
    const { rows } = await database.sql.execute<{ bucket: number; n: number }>(text`
      select bucket, sum(n)::integer as n from latency_entries(latency_entry(863::smallint, ${count}::bigint)) group by 1`)
    expect(rows).toEqual([{ bucket: 863, n: count }])
  })
})

describe('the sum of an hour', () => {
  test('counts every verdict, what expired and what was lost apart, and measures passing checks alone', async () => {
    const monitor = await addWatched()
    await addTicks(database.sql, monitor, [
      passing(dayMs, 100),
      passing(dayMs + 1, 100),
      passing(dayMs + HOUR_MS - 1, 5_000),
      look(dayMs + 2, 'degraded', { phases: { dns: null, connect: 2, tls: 3, firstByte: 4, transfer: 5, total: 20 } }),
      look(dayMs + 3, 'down'),
      look(dayMs + 4, 'unknown', { code: 'EXPIRED' }),
      look(dayMs + 5, 'unknown', { code: 'LOST' }),
      look(dayMs + 6, 'unknown', { code: 'PROBE_ERROR' }),
      look(dayMs + 7, 'unknown', { code: 'LOST' }),
    ])
    await rollUpAll(dayMs + HOUR_MS + graceMs)
    expect(await sumsOf('rollup_hour', monitor)).toEqual([
      {
        at_ms: dayMs,
        ...{ up: 3, degraded: 1, down: 1, unknown: 1, expired: 1, lost: 2 },
        ...{ total: 5_220, least: 20, most: 5_000, dns: 3, dns_count: 3, tls: 3, tls_count: 1 },
        latencies: { [bucketOf(20)]: 1, [bucketOf(100)]: 2, [bucketOf(5_000)]: 1 },
      },
    ])
  })

  test('of checks that all failed has no latency', async () => {
    const monitor = await addWatched()
    await addTicks(database.sql, monitor, [look(dayMs, 'down')])
    await rollUpAll(dayMs + HOUR_MS + graceMs)
    expect(await sumsOf('rollup_hour', monitor)).toMatchObject([{ down: 1, total: 0, least: null, latencies: null }])
  })

  test('is not made before its ticks can all be there', async () => {
    await addTicks(database.sql, await addWatched(), [passing(dayMs, 100)])
    await rollUpAll(dayMs + HOUR_MS + graceMs - 1)
    expect((await getRollupProgress(database.sql)).hoursThroughMs).toBe(dayMs)
    await rollUpAll(dayMs + HOUR_MS + graceMs)
    expect((await getRollupProgress(database.sql)).hoursThroughMs).toBe(dayMs + HOUR_MS)
  })

  test('is not made while somebody writes who began before its end', async () => {
    const nowMs = Date.now() + HOUR_MS
    const presentMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS
    await database.sql.execute(
      text`update rollup_progress set hours_through = to_timestamp(${presentMs - HOUR_MS}::float8 / 1000)`,
    )
    const monitor = await addWatched()
    await database.sql.transaction(async (tx) => {
      await addTicks(tx, monitor, [passing(presentMs - 1, 100)])
      expect(await rollUpHour(database.sql, { nowMs: presentMs + graceMs, graceMs })).toBe('waiting')
    })
    expect(await rollUpHour(database.sql, { nowMs: presentMs + graceMs, graceMs })).toBe('done')
    expect(await sumsOf('rollup_hour', monitor)).toHaveLength(1)
  })

  test('of a monitor that was deleted is not made, and goes with it', async () => {
    const [monitor, gone] = [await addWatched(), await addWatched()]
    await addTicks(database.sql, monitor, [passing(dayMs, 100)])
    await addTicks(database.sql, gone, [passing(dayMs, 100)])
    await deleteMonitor(database.sql, gone)
    await rollUpAll(dayMs + DAY_MS + graceMs)
    expect(await everything()).toHaveLength(2)
    await deleteMonitor(database.sql, monitor)
    expect(await everything()).toEqual([])
  })
})

describe('the sum of a day', () => {
  test('is that of its hours', async () => {
    const monitor = await addWatched()
    const looks = Array.from({ length: 24 }, (_, hour) =>
      passing(dayMs + hour * HOUR_MS + 5, 1_000 + (hour % 2) * 50_000),
    )
    await addTicks(database.sql, monitor, [...looks, look(dayMs + 6, 'down'), passing(dayMs + DAY_MS, 7)])
    await rollUpAll(dayMs + DAY_MS + HOUR_MS + graceMs)
    expect(await sumsOf('rollup_day', monitor)).toMatchObject([
      {
        ...{
          at_ms: dayMs,
          up: 24,
          down: 1,
          total: 12 * 1_000 + 12 * 51_000,
          least: 1_000,
          most: 51_000,
          dns_count: 24,
        },
        latencies: { [bucketOf(1_000)]: 12, [bucketOf(51_000)]: 12 },
      },
    ])
  })

  test('puts its hours in the order of monitors, and changes nothing of them', async () => {
    const monitors = [await addWatched(), await addWatched(), await addWatched()]
    for (let hour = 0; hour < 26; hour += 1) {
      for (const monitor of monitors) {
        await addTicks(database.sql, monitor, [passing(dayMs + hour * HOUR_MS, 1_000 + hour)])
      }
    }
    await rollUpAll(dayMs + DAY_MS + graceMs - 1)
    const before = await everything()
    await rollUpAll(dayMs + DAY_MS + graceMs)
    const after = await Promise.all(monitors.map((monitor) => sumsOf('rollup_hour', monitor)))
    expect(after.map((hours) => hours.length)).toEqual([24, 24, 24])
    expect((await everything()).filter((row) => before.some((other) => Bun.deepEquals(row, other)))).toHaveLength(69)
    const { rows } = await database.sql.execute(text`
      select count(*)::integer as out_of_order from (
        select monitor_key < lag(monitor_key) over (order by ctid) as is_behind from rollup_hour where at < to_timestamp(${dayMs + DAY_MS}::float8 / 1000)
      ) x where is_behind`)
    expect(rows).toEqual([{ out_of_order: 0 }])
  })

  test('is made when all of its hours are', async () => {
    await addTicks(database.sql, await addWatched(), [passing(dayMs, 7)])
    await rollUpAll(dayMs + DAY_MS + graceMs - 1)
    expect((await getRollupProgress(database.sql)).daysThroughMs).toBe(dayMs)
    await rollUpAll(dayMs + DAY_MS + graceMs)
    expect((await getRollupProgress(database.sql)).daysThroughMs).toBe(dayMs + DAY_MS)
  })
})

describe('summing up', () => {
  test('catches up after days of absence, hour by hour', async () => {
    const monitor = await addWatched()
    await addTicks(database.sql, monitor, [passing(dayMs, 7)])
    await rollUpAll(dayMs + 2 * HOUR_MS)
    await addTicks(database.sql, monitor, [passing(dayMs + 3 * DAY_MS + HOUR_MS, 7)])
    await rollUpAll(dayMs + 5 * DAY_MS)
    expect((await sumsOf('rollup_hour', monitor)).map((row) => row.at_ms)).toEqual([
      dayMs,
      dayMs + 3 * DAY_MS + HOUR_MS,
    ])
    expect(await sumsOf('rollup_day', monitor)).toHaveLength(2)
  })

  test('twice changes nothing', async () => {
    const monitor = await addWatched()
    await addTicks(database.sql, monitor, [passing(dayMs, 7), passing(dayMs + 9 * HOUR_MS, 70_000)])
    await rollUpAll(dayMs + 2 * DAY_MS)
    const first = await everything()
    await database.sql.execute(text`update rollup_progress set hours_through = '-infinity', days_through = '-infinity'`)
    await rollUpAll(dayMs + 2 * DAY_MS)
    expect(await everything()).toEqual(first)
    expect(first).toHaveLength(3)
  })

  test('by many at once makes what one makes', async () => {
    const monitors = [await addWatched(), await addWatched()]
    for (const monitor of monitors) {
      await addTicks(
        database.sql,
        monitor,
        Array.from({ length: 40 }, (_, hour) => passing(dayMs + hour * HOUR_MS, hour)),
      )
    }
    const nowMs = dayMs + 2 * DAY_MS
    const work = async () => {
      while ((await getRollupProgress(database.sql)).daysThroughMs < dayMs + DAY_MS) {
        await rollUpHour(database.sql, { nowMs, graceMs })
        await rollUpDay(database.sql)
      }
    }
    await Promise.all([work(), work(), work()])
    for (const monitor of monitors) expect(await sumsOf('rollup_day', monitor)).toMatchObject([{ up: 24 }])
  })

  test('that breaks in the middle of a step has changed nothing', async () => {
    const monitor = await addWatched()
    await addTicks(database.sql, monitor, [passing(dayMs, 7)])
    await rollUpAll(dayMs + graceMs)
    const broken = database.sql.transaction(async (tx) => {
      await rollUpHour(tx, { nowMs: dayMs + 2 * HOUR_MS, graceMs })
      throw new Error('killed')
    })
    await broken.catch(() => {})
    expect(await everything()).toEqual([])
    expect((await getRollupProgress(database.sql)).hoursThroughMs).toBe(dayMs)
  })
})

describe('a tick that comes late', () => {
  const nowMs = dayMs + 2 * DAY_MS + HOUR_MS / 2

  test('is in the sums of its hour and its day after the next look', async () => {
    const [monitor, other] = [await addWatched(), await addWatched()]
    for (const each of [monitor, other]) await addTicks(database.sql, each, [passing(dayMs, 7)])
    await rollUpAll(nowMs)
    await addLate(monitor, [passing(dayMs + 1, 9), passing(dayMs + HOUR_MS, 9)], nowMs)
    await refreshAll()
    expect(await sumsOf('rollup_hour', monitor)).toMatchObject([{ up: 2 }, { up: 1 }])
    expect(await sumsOf('rollup_day', monitor)).toMatchObject([{ up: 3, most: 9 }])
    expect(await sumsOf('rollup_day', other)).toMatchObject([{ up: 1 }])
  })

  test('of the present hour marks nothing', async () => {
    await addLate(await addWatched(), [passing(nowMs, 7), passing(nowMs - HOUR_MS / 2, 7)], nowMs)
    const { rows } = await database.sql.execute(text`select from rollup_dirty`)
    expect(rows).toHaveLength(0)
  })

  test('that is one of very many marks its hour as a whole', async () => {
    const late = Array.from({ length: 500 }, (_, index) => ({ monitorKey: index, scheduledAtMs: dayMs + index }))
    const monitor = await addWatched()
    await addTicks(database.sql, monitor, [passing(dayMs, 7)])
    await rollUpAll(nowMs)
    await addTicks(database.sql, monitor, [passing(dayMs + 1, 7)])
    await markDirtyBuckets(database.sql, late, nowMs)
    const { rows } = await database.sql.execute(text`select monitor_key from rollup_dirty`)
    expect(rows).toEqual([{ monitor_key: null }])
    await refreshAll()
    expect(await sumsOf('rollup_hour', monitor)).toMatchObject([{ up: 2 }])
  })

  test('keeps its mark when it is committed while its hour is being summed up anew', async () => {
    const monitor = await addWatched()
    await addTicks(database.sql, monitor, [passing(dayMs, 7)])
    await rollUpAll(nowMs)
    await addLate(monitor, [passing(dayMs + 1, 7)], nowMs)
    await database.sql.transaction(async (tx) => {
      const added = await addTicks(tx, monitor, [passing(dayMs + 2, 7)])
      await markDirtyBuckets(tx, added, nowMs)
      await refreshAll()
      expect(await sumsOf('rollup_hour', monitor)).toMatchObject([{ up: 2 }])
    })
    await refreshAll()
    expect(await sumsOf('rollup_hour', monitor)).toMatchObject([{ up: 3 }])
  })

  test('keeps its mark too when it is committed between the reading of its hour and the end of that', async () => {
    const monitor = await addWatched()
    await addTicks(database.sql, monitor, [passing(dayMs, 7)])
    await rollUpAll(nowMs)
    await addLate(monitor, [passing(dayMs + 1, 7)], nowMs)
    let refreshing: Promise<unknown> | undefined
    await database.sql.transaction(async (tx) => {
      // Whoever wants to write this sum has read its ticks, and waits.
      await tx.execute(text`select from rollup_hour where monitor_key = ${monitor.monitorKey} for update`)
      refreshing = refreshDirtyHour(database.sql)
      await waitForLock()
      await addLate(monitor, [passing(dayMs + 2, 7)], nowMs)
    })
    await refreshing
    await refreshAll()
    expect(await sumsOf('rollup_hour', monitor)).toMatchObject([{ up: 3 }])
  })

  test('of an hour whose ticks are gone does not take its sum away', async () => {
    const monitor = await addWatched()
    await addTicks(database.sql, monitor, [passing(dayMs, 7)])
    await rollUpAll(nowMs)
    await database.sql.execute(text`delete from tick`)
    await database.sql.execute(
      text`update rollup_progress set ticks_from = to_timestamp(${dayMs + DAY_MS}::float8 / 1000)`,
    )
    await addLate(monitor, [look(dayMs + 1, 'down')], nowMs)
    await refreshAll()
    expect(await sumsOf('rollup_hour', monitor)).toMatchObject([{ up: 1, down: 0 }])
    const { rows } = await database.sql.execute(text`select from rollup_dirty`)
    expect(rows).toHaveLength(0)
  })
})

describe('sums of hours', () => {
  test('are dropped by their age, and never while their ticks or their day might still be needed', async () => {
    const monitor = await addWatched()
    await addTicks(
      database.sql,
      monitor,
      [0, 1, 2].map((day) => passing(dayMs + day * DAY_MS, 7)),
    )
    await rollUpAll(dayMs + 4 * DAY_MS)
    const drop = () => dropRollupHours(database.sql, { beforeMs: dayMs + 2 * DAY_MS, limit: 1 })
    expect(await drop()).toBe(0)
    await database.sql.execute(
      text`update rollup_progress set ticks_from = to_timestamp(${dayMs + 3 * DAY_MS}::float8 / 1000)`,
    )
    expect([await drop(), await drop(), await drop()]).toEqual([1, 1, 0])
    expect(await sumsOf('rollup_hour', monitor)).toHaveLength(1)
    expect(await sumsOf('rollup_day', monitor)).toHaveLength(3)
  })
})
