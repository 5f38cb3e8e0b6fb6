import { addStored, emptyHistogram, quantiles } from '@repo/domain/histogram'
import { type SQL, sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant } from '../instant.ts'
import { getRollupProgress } from './rollups.ts'
import { planSeries, type Range } from './series-plan.ts'

const HOUR_MS = 3_600_000

/**
 * The median of the passing checks of each hour, in microseconds, from the hour of `nowMs` so many hours back; the oldest first, and
 * null where none passed. One reading for all monitors; hours that are to be summed up anew are taken as they were.
 */
export async function listHourMedians(
  sql: Sql,
  keys: readonly number[],
  { nowMs, hours }: { readonly nowMs: number; readonly hours: number },
): Promise<Map<number, (number | null)[]>> {
  if (keys.length === 0) return new Map()
  const { hoursThroughMs } = await getRollupProgress(sql)
  const fromMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS - (hours - 1) * HOUR_MS
  const seam = { hoursThroughMs, daysThroughMs: Number.NEGATIVE_INFINITY, dirtyHoursMs: [] }
  const plan = planSeries({ fromMs, toMs: nowMs, bucketMs: HOUR_MS }, seam)
  const pieces = [...(await readHours(sql, keys, plan.hours)), ...(await readTail(sql, keys, plan.ticks))]
  const found = new Map<number, (number | null)[]>()
  for (const [key, ofMonitor] of Map.groupBy(pieces, (piece) => piece.key)) {
    const medians: (number | null)[] = Array.from({ length: hours }, () => null)
    for (const [atMs, ofHour] of Map.groupBy(ofMonitor, (piece) => piece.at_ms))
      medians[Math.round((atMs - fromMs) / HOUR_MS)] = medianOf(ofHour)
    found.set(key, medians)
  }
  return found
}

interface Piece extends Record<string, unknown> {
  readonly key: number
  readonly at_ms: number
  readonly least: number
  readonly most: number
  readonly latencies: Uint8Array
}

function medianOf(pieces: readonly Piece[]): number | null {
  const histogram = emptyHistogram()
  for (const { latencies } of pieces) addStored(histogram, latencies)
  const known = {
    least: Math.min(...pieces.map(({ least }) => least)),
    most: Math.max(...pieces.map(({ most }) => most)),
  }
  return quantiles(histogram, [0.5], known)[0] ?? null
}

async function readHours(sql: Sql, keys: readonly number[], ranges: readonly Range[]): Promise<Piece[]> {
  const pieces: Piece[] = []
  for (const { fromMs, toMs } of ranges) {
    const { rows } = await sql.execute<Piece>(text`
      select m.key, date_part('epoch', at) * 1000 as at_ms, min(total_us_min) as least, max(total_us_max) as most,
        string_agg(latencies, ''::bytea) as latencies
      from ${keysIn(keys)} cross join region r cross join lateral (
        select at, total_us_min, total_us_max, latencies from rollup_hour
        where monitor_key = m.key and region_key = r.region_key and at >= ${instant(fromMs)} and at < ${instant(toMs)}
          and total_us_max is not null
      ) h
      group by 1, 2`)
    pieces.push(...rows)
  }
  return pieces
}

async function readTail(sql: Sql, keys: readonly number[], ranges: readonly Range[]): Promise<Piece[]> {
  const pieces: Piece[] = []
  for (const { fromMs, toMs } of ranges) {
    const { rows } = await sql.execute<Piece>(text`
      select key, at_ms, min(least) as least, max(most) as most, string_agg(latency_entry(bucket, n), ''::bytea) as latencies
      from (
        select m.key, date_part('epoch', date_bin('1 hour', scheduled_at, 'epoch')) * 1000 as at_ms, latency_bucket(total_us) as bucket,
          count(*) as n, min(total_us) as least, max(total_us) as most
        from ${keysIn(keys)} cross join region r cross join lateral (
          select scheduled_at, total_us from tick
          where monitor_key = m.key and region_key = r.region_key and verdict <= 1 and total_us is not null
            and scheduled_at >= ${instant(fromMs)} and scheduled_at < ${instant(toMs)}
        ) t
        group by 1, 2, 3
      ) b
      group by 1, 2`)
    pieces.push(...rows)
  }
  return pieces
}

function keysIn(keys: readonly number[]): SQL {
  return text`unnest(${text.param([...keys])}::integer[]) as m (key)`
}
