import { addStored, emptyHistogram, quantiles } from '@repo/domain/histogram'
import { uptimePercent } from '@repo/domain/uptime'
import { type SQL, sql as text } from 'drizzle-orm'
import { numbers } from '../columns.ts'
import type { Sql } from '../database.ts'
import { instant } from '../instant.ts'
import { getRollupProgress } from './rollups.ts'
import { planSeries, type Range } from './series-plan.ts'
import { summariseStatuses } from './uptime.ts'

/** What the list says of a monitor beside its state; null where nothing is known. */
export interface MonitorFigures {
  /** In per cent, rounded down at three decimals. */
  readonly uptimePercent24h: number | null
  readonly uptimePercent30d: number | null
  /** Of the passing checks of the last 24 whole hours and the one that runs. */
  readonly p95Us: number | null
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const MONTH_DAYS = 30
/** Uptimes are stored in parts of one per cent. */
const uptimeParts = 1_000

export function percentOf(stored: number | null): number | null {
  return stored === null ? null : stored / uptimeParts
}

export function storedPercent(percent: number | null): number | null {
  return percent === null ? null : Math.round(percent * uptimeParts)
}

/**
 * Reckons anew the figures of those monitors whose are the oldest, as the routes of their uptime and of their series reckon
 * them. @returns how many there were: fewer than `limit` where none is left that is older than `olderThanMs`.
 */
export async function renewFigures(
  sql: Sql,
  { nowMs, olderThanMs, limit }: { nowMs: number; olderThanMs: number; limit: number },
): Promise<number> {
  const endMs = p95FromMs(nowMs)
  const { rows } = await sql.execute<{ key: number; is_another_day: boolean }>(text`
    select monitor_key as key, before_at is distinct from ${instant(endMs)} as is_another_day
    from monitor_figures where renewed_at < ${instant(nowMs - olderThanMs)}
    order by renewed_at, monitor_key limit ${limit}`)
  const keys = rows.map(({ key }) => key)
  if (keys.length === 0) return 0
  await saveFigures(sql, await readFigures(sql, keys, nowMs), nowMs)
  const another = rows.filter(({ is_another_day }) => is_another_day).map(({ key }) => key)
  if (another.length > 0) {
    const day = { fromMs: endMs - DAY_MS, toMs: endMs }
    await saveBefore(sql, { keys: another, found: await readSlowness(sql, another, day), endMs })
  }
  return keys.length
}

/** The figures of monitors as they are now, out of what is stored of their verdicts and checks. */
export async function readFigures(
  sql: Sql,
  keys: readonly number[],
  nowMs: number,
): Promise<Map<number, MonitorFigures>> {
  const day = await summariseStatuses(sql, keys, { fromMs: nowMs - DAY_MS, toMs: nowMs })
  const month = await summariseStatuses(sql, keys, { fromMs: nowMs - MONTH_DAYS * DAY_MS, toMs: nowMs })
  const slowness = await readSlowness(sql, keys, { fromMs: p95FromMs(nowMs), toMs: nowMs })
  const percentOf = (found: typeof day, key: number) => {
    const summary = found.get(key)
    return (summary && uptimePercent(summary.durations)) ?? null
  }
  return new Map(
    keys.map((key) => [
      key,
      {
        uptimePercent24h: percentOf(day, key),
        uptimePercent30d: percentOf(month, key),
        p95Us: slowness.get(key) ?? null,
      },
    ]),
  )
}

/** The 95th percentile of each. Hours that are to be summed up anew are taken as they were summed up. */
async function readSlowness(sql: Sql, keys: readonly number[], { fromMs, toMs }: Range): Promise<Map<number, number>> {
  const { hoursThroughMs } = await getRollupProgress(sql)
  const window = { fromMs, toMs, bucketMs: HOUR_MS }
  const seam = { hoursThroughMs, daysThroughMs: Number.NEGATIVE_INFINITY, dirtyHoursMs: [] }
  const plan = planSeries(window, seam)
  const pieces = [...(await readHours(sql, keys, plan.hours)), ...(await readTail(sql, keys, plan.ticks))]
  const found = new Map<number, number>()
  for (const [key, ofMonitor] of Map.groupBy(pieces, (piece) => piece.key)) {
    const histogram = emptyHistogram()
    for (const { latencies } of ofMonitor) addStored(histogram, latencies)
    const known = {
      least: Math.min(...ofMonitor.map(({ least }) => least)),
      most: Math.max(...ofMonitor.map(({ most }) => most)),
    }
    const [p95 = null] = quantiles(histogram, [0.95], known)
    if (p95 !== null) found.set(key, p95)
  }
  return found
}

/** From the beginning of an hour: what is summed up is not taken apart again. */
export function p95FromMs(nowMs: number): number {
  return Math.floor(nowMs / HOUR_MS) * HOUR_MS - DAY_MS
}

interface Piece extends Record<string, unknown> {
  readonly key: number
  readonly least: number
  readonly most: number
  readonly latencies: Uint8Array
}

async function readHours(sql: Sql, keys: readonly number[], ranges: readonly Range[]): Promise<Piece[]> {
  const pieces: Piece[] = []
  for (const range of ranges) {
    const { rows } = await sql.execute<Piece>(text`
      select m.key, min(total_us_min) as least, max(total_us_max) as most, string_agg(latencies, ''::bytea) as latencies
      from ${keysIn(keys)} cross join region r cross join lateral (
        select total_us_min, total_us_max, latencies from rollup_hour
        where monitor_key = m.key and region_key = r.region_key and at >= ${instant(range.fromMs)} and at < ${instant(range.toMs)} and total_us_max is not null
      ) h
      group by 1`)
    pieces.push(...rows)
  }
  return pieces
}

/** What is not summed up yet: read by the index alone, which has the latency and the verdict of each check. */
async function readTail(sql: Sql, keys: readonly number[], ranges: readonly Range[]): Promise<Piece[]> {
  const pieces: Piece[] = []
  for (const range of ranges) {
    const { rows } = await sql.execute<Piece>(text`
      select key, min(least) as least, max(most) as most, string_agg(latency_entry(bucket, n), ''::bytea) as latencies
      from (
        select m.key, latency_bucket(total_us) as bucket, count(*) as n, min(total_us) as least, max(total_us) as most
        from ${keysIn(keys)} cross join region r cross join lateral (
          select total_us from tick
          where monitor_key = m.key and region_key = r.region_key and verdict <= 1 and total_us is not null
            and scheduled_at >= ${instant(range.fromMs)} and scheduled_at < ${instant(range.toMs)}
        ) t
        group by 1, 2
      ) b
      group by 1`)
    pieces.push(...rows)
  }
  return pieces
}

function keysIn(keys: readonly number[]): SQL {
  return text`unnest(${text.param([...keys])}::integer[]) as m (key)`
}

async function saveFigures(sql: Sql, figures: ReadonlyMap<number, MonitorFigures>, nowMs: number): Promise<void> {
  const rows = [...figures]
  await sql.execute(text`
    update monitor_figures f set uptime_day = n.uptime_day, uptime_month = n.uptime_month, p95_us = n.p95_us, renewed_at = ${instant(nowMs)}
    from unnest(
      ${numbers(rows, ([key]) => key)}::integer[], ${numbers(rows, ([, one]) => storedPercent(one.uptimePercent24h))}::integer[],
      ${numbers(rows, ([, one]) => storedPercent(one.uptimePercent30d))}::integer[], ${numbers(rows, ([, one]) => one.p95Us)}::integer[]
    ) as n (monitor_key, uptime_day, uptime_month, p95_us)
    where f.monitor_key = n.monitor_key`)
}

interface Before {
  readonly keys: readonly number[]
  readonly found: ReadonlyMap<number, number>
  readonly endMs: number
}

/** How slow each was on the day that ended then, which changes by the hour. */
async function saveBefore(sql: Sql, { keys, found, endMs }: Before): Promise<void> {
  await sql.execute(text`
    update monitor_figures f set before_us = n.before_us, before_at = ${instant(endMs)}
    from unnest(${numbers(keys, (key) => key)}::integer[], ${numbers(keys, (key) => found.get(key) ?? null)}::integer[]) as n (monitor_key, before_us)
    where f.monitor_key = n.monitor_key`)
}
