import { addStored, emptyHistogram, type Histogram, mergeInto, quantiles } from '@repo/domain/histogram'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { findSeam, phaseNames, readPieces, type SeriesPiece, type SeriesSubject } from './series-pieces.ts'
import { planSeries } from './series-plan.ts'
import { visible } from './visible-monitor.ts'

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
  /** One region alone; all of them together where it is left out. */
  readonly regionKey?: number | undefined
}

export interface SeriesReading {
  /** Oldest first; a bucket without any tick is left out. */
  readonly buckets: readonly SeriesBucket[]
  /** The whole window as one bucket; undefined where there is no tick in it. */
  readonly summary: SeriesBucket | undefined
}

const HOUR_MS = 3_600_000
const shares = [0.5, 0.95, 0.99]

/**
 * The checks of a monitor over a window. Buckets of whole hours are read from sums, and from single ticks where there is no
 * sum yet: counts are exact, percentiles within 1.6 %. Shorter buckets are read from ticks, and exact.
 */
export function readSeries(sql: Sql, monitorKey: number, window: Window): Promise<SeriesReading> {
  const subject = { monitorKey, regionKey: window.regionKey }
  return window.bucketMs % HOUR_MS === 0 ? readSummed(sql, subject, window) : readExact(sql, subject, window)
}

export async function listSeries(sql: Sql, monitorKey: number, window: Window): Promise<readonly SeriesBucket[]> {
  return (await readSeries(sql, monitorKey, window)).buckets
}

export async function summariseSeries(sql: Sql, monitorKey: number, window: Window): Promise<SeriesBucket | undefined> {
  return (await readSeries(sql, monitorKey, window)).summary
}

/** The whole window as one bucket for each region (by its key) that has a tick in it. */
export async function summariseRegions(
  sql: Sql,
  monitorKey: number,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<Map<number, SeriesBucket>> {
  const plan = planSeries({ fromMs, toMs, bucketMs: DAY_MS }, await findSeam(sql, { monitorKey }, { fromMs, toMs }))
  const sums = addUp(await readPieces(sql, { monitorKey }, { plan, by: 'region' }))
  return new Map([...sums].map(([regionKey, sum]) => [regionKey, toBucket(fromMs, sum)]))
}

const DAY_MS = 86_400_000

/** The mean of each phase of the passing checks that reached it, in microseconds; null where none did. */
export type PhaseMeans = Readonly<Record<(typeof phaseNames)[number], number | null>> & { readonly atMs: number }

/** The phases of passing checks, oldest first: of whole hours from sums, of shorter buckets from ticks. */
export async function listPhases(sql: Sql, monitorKey: number, window: Window): Promise<PhaseMeans[]> {
  const sums = await sumWindow(sql, { monitorKey, regionKey: window.regionKey }, window)
  return sums.map(([atMs, { phaseUs, phaseCounts }]) => {
    const means = phaseNames.map((name, index) => {
      const count = phaseCounts[index] ?? 0
      return [name, count === 0 ? null : Math.round((phaseUs[index] ?? 0) / count)]
    })
    return { atMs, ...Object.fromEntries(means) } as PhaseMeans
  })
}

async function readSummed(sql: Sql, subject: SeriesSubject, window: Window): Promise<SeriesReading> {
  const sums = await sumWindow(sql, subject, window)
  const whole = emptySum()
  for (const [, sum] of sums) addSum(whole, sum)
  return {
    buckets: sums.map(([atMs, sum]) => toBucket(atMs, sum)),
    summary: sums.length === 0 ? undefined : toBucket(window.fromMs, whole),
  }
}

async function sumWindow(sql: Sql, subject: SeriesSubject, window: Window): Promise<[number, Sum][]> {
  const plan = planSeries(window, await findSeam(sql, subject, window))
  const sums = addUp(await readPieces(sql, subject, { plan, by: { bucketMs: window.bucketMs } }))
  return [...sums].sort(([a], [b]) => a - b)
}

interface Sum {
  up: number
  degraded: number
  down: number
  unknown: number
  leastUs: number
  mostUs: number
  readonly phaseUs: number[]
  readonly phaseCounts: number[]
  readonly histogram: Histogram
}

function emptySum(): Sum {
  const phases = () => phaseNames.map(() => 0)
  const bounds = { leastUs: Number.POSITIVE_INFINITY, mostUs: 0 }
  const counts = { up: 0, degraded: 0, down: 0, unknown: 0 }
  return { ...counts, ...bounds, phaseUs: phases(), phaseCounts: phases(), histogram: emptyHistogram() }
}

function addUp(pieces: readonly SeriesPiece[]): Map<number, Sum> {
  const sums = new Map<number, Sum>()
  for (const piece of pieces) {
    const sum = sums.get(piece.key) ?? emptySum()
    sums.set(piece.key, sum)
    addStored(sum.histogram, piece.latencies)
    addCounts(sum, {
      ...piece,
      unknown: piece.unknown + piece.expired + piece.lost,
      leastUs: piece.leastUs ?? Number.POSITIVE_INFINITY,
      mostUs: piece.mostUs ?? 0,
    })
  }
  return sums
}

function addSum(sum: Sum, other: Sum): void {
  mergeInto(sum.histogram, other.histogram)
  addCounts(sum, other)
}

type Counts = Omit<Sum, 'histogram' | 'phaseUs' | 'phaseCounts'> & Pick<SeriesPiece, 'phaseUs' | 'phaseCounts'>

function addCounts(sum: Sum, other: Counts): void {
  sum.up += other.up
  sum.degraded += other.degraded
  sum.down += other.down
  sum.unknown += other.unknown
  sum.leastUs = Math.min(sum.leastUs, other.leastUs)
  sum.mostUs = Math.max(sum.mostUs, other.mostUs)
  for (const index of phaseNames.keys()) {
    sum.phaseUs[index] = (sum.phaseUs[index] ?? 0) + (other.phaseUs[index] ?? 0)
    sum.phaseCounts[index] = (sum.phaseCounts[index] ?? 0) + (other.phaseCounts[index] ?? 0)
  }
}

function toBucket(atMs: number, { up, degraded, down, unknown, histogram, leastUs, mostUs }: Sum): SeriesBucket {
  const [p50Us = null, p95Us = null, p99Us = null] = quantiles(histogram, shares, { least: leastUs, most: mostUs })
  return { atMs, checks: up + degraded + down + unknown, up, degraded, down, unknown, p50Us, p95Us, p99Us }
}

async function readExact(
  sql: Sql,
  { monitorKey, regionKey }: SeriesSubject,
  { fromMs, toMs, bucketMs }: Window,
): Promise<SeriesReading> {
  const region = regionKey === undefined ? text`true` : text`r.region_key = ${regionKey}::smallint`
  const { rows } = await sql.execute<ExactRow & Record<string, unknown>>(text`
    select at_ms, count(*)::integer as checks,
      (count(*) filter (where verdict = 0))::integer as up, (count(*) filter (where verdict = 1))::integer as degraded,
      (count(*) filter (where verdict = 2))::integer as down, (count(*) filter (where verdict = 3))::integer as unknown,
      percentile_disc(array[0.5, 0.95, 0.99]) within group (order by total_us) filter (where verdict <= 1) as latencies
    from (
      select floor(date_part('epoch', scheduled_at) * 1000 / ${bucketMs}::float8) * ${bucketMs}::float8 as at_ms, verdict, total_us
      from ${visible(monitorKey)} cross join region r cross join lateral (
        select scheduled_at, verdict, total_us from tick
        where monitor_key = m.monitor_key and region_key = r.region_key
          and scheduled_at >= to_timestamp(${fromMs}::float8 / 1000) and scheduled_at < to_timestamp(${toMs}::float8 / 1000)
      ) t
      where ${region}
    ) b
    group by grouping sets ((at_ms), ())
    order by at_ms`)
  const buckets = rows.flatMap((row) => (row.at_ms === null ? [] : [toExactBucket(row, row.at_ms)]))
  const whole = rows.find((row) => row.at_ms === null)
  return { buckets, summary: whole && whole.checks > 0 ? toExactBucket(whole, fromMs) : undefined }
}

interface ExactRow {
  at_ms: number | null
  checks: number
  up: number
  degraded: number
  down: number
  unknown: number
  latencies: number[] | null
}

function toExactBucket({ latencies, ...counts }: ExactRow, atMs: number): SeriesBucket {
  const [p50Us = null, p95Us = null, p99Us = null] = latencies ?? []
  const { checks, up, degraded, down, unknown } = counts
  return { atMs, checks, up, degraded, down, unknown, p50Us, p95Us, p99Us }
}
