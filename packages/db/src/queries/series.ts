import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'

/** Counts of one bucket, and latencies of its passing checks in microseconds (null where none passed). */
export interface SeriesBucket {
  readonly atMs: number
  readonly checks: number
  readonly up: number
  readonly degraded: number
  readonly down: number
  readonly unknown: number
  readonly p50Us: number | null
  readonly p95Us: number | null
  readonly p99Us: number | null
}

export interface Window {
  readonly fromMs: number
  readonly toMs: number
  readonly bucketMs: number
}

/** The ticks of a monitor in buckets, oldest first; a bucket without any tick is left out. */
export function listSeries(sql: Sql, monitorKey: number, window: Window): Promise<SeriesBucket[]> {
  const bucket = text`floor(extract(epoch from scheduled_at) * 1000 / ${window.bucketMs}::float8) * ${window.bucketMs}::float8`
  return queryBuckets(sql, monitorKey, { ...window, bucket })
}

/** The same figures over the whole window as one bucket; undefined where there is no tick in it. */
export async function summariseSeries(sql: Sql, monitorKey: number, window: Window): Promise<SeriesBucket | undefined> {
  const [summary] = await queryBuckets(sql, monitorKey, { ...window, bucket: text`${window.fromMs}::float8` })
  return summary
}

async function queryBuckets(
  sql: Sql,
  monitorKey: number,
  { fromMs, toMs, bucket }: { fromMs: number; toMs: number; bucket: ReturnType<typeof text> },
): Promise<SeriesBucket[]> {
  const { rows } = await sql.execute<SeriesRow & Record<string, unknown>>(text`
    select (${bucket})::float8 as at_ms, count(*)::integer as checks,
      (count(*) filter (where verdict = 0))::integer as up, (count(*) filter (where verdict = 1))::integer as degraded,
      (count(*) filter (where verdict = 2))::integer as down, (count(*) filter (where verdict = 3))::integer as unknown,
      percentile_disc(array[0.5, 0.95, 0.99]) within group (order by total_us) filter (where verdict <= 1) as latencies
    from tick
    where monitor_key = ${monitorKey}
      and scheduled_at >= to_timestamp(${fromMs}::float8 / 1000) and scheduled_at < to_timestamp(${toMs}::float8 / 1000)
    group by 1 order by 1`)
  return rows.map(toBucket)
}

interface SeriesRow {
  at_ms: number
  checks: number
  up: number
  degraded: number
  down: number
  unknown: number
  latencies: number[] | null
}

function toBucket({ at_ms, latencies, ...counts }: SeriesRow): SeriesBucket {
  const [p50Us = null, p95Us = null, p99Us = null] = latencies ?? []
  return { atMs: at_ms, ...counts, p50Us, p95Us, p99Us }
}
