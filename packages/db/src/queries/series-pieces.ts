import { type SQL, sql as text } from 'drizzle-orm'
import { numbers } from '../columns.ts'
import type { Sql } from '../database.ts'
import { codeKey } from '../verdict-key.ts'
import type { Range, Seam, SeriesPlan } from './series-plan.ts'
import { visible } from './visible-monitor.ts'

/** What was summed up under one key (an instant or a region), out of one source. */
export interface SeriesPiece {
  readonly key: number
  readonly up: number
  readonly degraded: number
  readonly down: number
  readonly unknown: number
  readonly expired: number
  readonly lost: number
  /** Of passing checks, in microseconds; null where none passed. */
  readonly leastUs: number | null
  readonly mostUs: number | null
  /** Sums and counts of each phase of passing checks, in the order of `phaseNames`; the last is the total. */
  readonly phaseUs: readonly number[]
  readonly phaseCounts: readonly number[]
  /** A stored histogram, or several one behind the other. */
  readonly latencies: Uint8Array
}

export const phaseNames = ['dns', 'connect', 'tls', 'firstByte', 'transfer', 'total'] as const

export interface SeriesSubject {
  readonly monitorKey: number
  /** All regions where it is left out. */
  readonly regionKey?: number | undefined
}

/** By what is summed up: buckets of so many milliseconds, or regions. */
export type SeriesKey = { readonly bucketMs: number } | 'region'

/** Where sums end, and which hours of the window are marked. What the plan made of it reads stays right when things move on. */
export async function findSeam(sql: Sql, { monitorKey }: SeriesSubject, { fromMs, toMs }: Range): Promise<Seam> {
  const { rows } = await sql.execute<SeamRow & Record<string, unknown>>(text`
    select (extract(epoch from hours_through) * 1000)::float8 as hours_through_ms, (extract(epoch from days_through) * 1000)::float8 as days_through_ms,
      array(
        select distinct (extract(epoch from at) * 1000)::float8 from rollup_dirty
        where (monitor_key = ${monitorKey} or monitor_key is null) and at >= p.ticks_from and at < p.hours_through
          and at > to_timestamp(${fromMs}::float8 / 1000) - interval '1 hour' and at < to_timestamp(${toMs}::float8 / 1000)
      ) as dirty_ms
    from rollup_progress p`)
  const [row] = rows
  if (!row) throw new Error('the database has lost its only row of rollup_progress')
  return { hoursThroughMs: row.hours_through_ms, daysThroughMs: row.days_through_ms, dirtyHoursMs: row.dirty_ms }
}

interface SeamRow {
  hours_through_ms: number
  days_through_ms: number
  dirty_ms: number[]
}

/** Reads what a plan says from where it says, one after the other; the pieces of one key are to be added. */
export async function readPieces(
  sql: Sql,
  subject: SeriesSubject,
  { plan, by }: { plan: SeriesPlan; by: SeriesKey },
): Promise<SeriesPiece[]> {
  // In the transaction of a tenant there is one connection for all of them.
  const days = await readSums(sql, subject, { table: 'rollup_day', ranges: plan.days, by })
  const hours = await readSums(sql, subject, { table: 'rollup_hour', ranges: plan.hours, by })
  const ticks = await readTicks(sql, subject, { ranges: plan.ticks, by })
  return [...days, ...hours, ...ticks]
}

async function readSums(
  sql: Sql,
  { monitorKey, regionKey }: SeriesSubject,
  { table, ranges, by }: { table: string; ranges: readonly Range[]; by: SeriesKey },
): Promise<SeriesPiece[]> {
  if (ranges.length === 0) return []
  const { rows } = await sql.execute<PieceRow & Record<string, unknown>>(text`
    select ${keyOf(by, 's.at')} as key, ${counts}, min(total_us_min) as least_us, max(total_us_max) as most_us,
      json_build_array(sum(dns_us_sum), sum(connect_us_sum), sum(tls_us_sum), sum(first_byte_us_sum), sum(transfer_us_sum), sum(total_us_sum)) as phase_us,
      json_build_array(sum(dns_count), sum(connect_count), sum(tls_count), sum(first_byte_count), sum(transfer_count), sum(up_count + degraded_count)) as phase_counts,
      string_agg(latencies, ''::bytea) as latencies
    from ${visible(monitorKey)} cross join ${windows(ranges)} cross join region r
    cross join lateral (
      select * from ${text.raw(table)} where monitor_key = m.monitor_key and region_key = r.region_key and at >= w.from_at and at < w.to_at
    ) s
    where ${ofRegion(regionKey)}
    group by 1`)
  return rows.map(toPiece)
}

async function readTicks(
  sql: Sql,
  { monitorKey, regionKey }: SeriesSubject,
  { ranges, by }: { ranges: readonly Range[]; by: SeriesKey },
): Promise<SeriesPiece[]> {
  if (ranges.length === 0) return []
  const { rows } = await sql.execute<PieceRow & Record<string, unknown>>(text`
    select key, ${counts}, min(least_us) filter (where bucket is not null) as least_us, max(most_us) filter (where bucket is not null) as most_us,
      json_build_array(${passing('dns_us')}, ${passing('connect_us')}, ${passing('tls_us')}, ${passing('first_byte_us')}, ${passing('transfer_us')}, ${passing('total_us')}) as phase_us,
      json_build_array(${passing('dns_count')}, ${passing('connect_count')}, ${passing('tls_count')}, ${passing('first_byte_count')}, ${passing('transfer_count')}, ${passing('n')}) as phase_counts,
      coalesce(string_agg(latency_entry(bucket, n), ''::bytea) filter (where bucket is not null), ''::bytea) as latencies
    from (
      select ${keyOf(by, 't.scheduled_at')} as key, case when verdict <= 1 then latency_bucket(total_us) end as bucket, count(*) as n,
        count(*) filter (where verdict = 0) as up_count, count(*) filter (where verdict = 1) as degraded_count, count(*) filter (where verdict = 2) as down_count,
        count(*) filter (where verdict = 3 and code not in (${expired}, ${lost})) as unknown_count,
        count(*) filter (where verdict = 3 and code = ${expired}) as expired_count, count(*) filter (where verdict = 3 and code = ${lost}) as lost_count,
        min(total_us) as least_us, max(total_us) as most_us, sum(total_us) as total_us,
        sum(dns_us) as dns_us, sum(connect_us) as connect_us, sum(tls_us) as tls_us, sum(first_byte_us) as first_byte_us, sum(transfer_us) as transfer_us,
        count(dns_us) as dns_count, count(connect_us) as connect_count, count(tls_us) as tls_count, count(first_byte_us) as first_byte_count, count(transfer_us) as transfer_count
      from ${visible(monitorKey)} cross join ${windows(ranges)} cross join region r
      cross join lateral (
        select * from tick
        where monitor_key = m.monitor_key and region_key = r.region_key and scheduled_at >= w.from_at and scheduled_at < w.to_at
          -- The same once more by constants: days outside of them are not even planned for.
          and scheduled_at >= to_timestamp(${Math.min(...ranges.map((range) => range.fromMs))}::float8 / 1000)
          and scheduled_at < to_timestamp(${Math.max(...ranges.map((range) => range.toMs))}::float8 / 1000)
      ) t
      where ${ofRegion(regionKey)}
      group by 1, 2
    ) b
    group by key`)
  return rows.map(toPiece)
}

const counts = text.raw(
  ['up', 'degraded', 'down', 'unknown', 'expired', 'lost']
    .map((name) => `sum(${name}_count)::integer as ${name}`)
    .join(', '),
)
const passing = (column: string) => text.raw(`coalesce(sum(${column}) filter (where bucket is not null), 0)`)
const expired = text.raw(`${codeKey('EXPIRED')}`)
const lost = text.raw(`${codeKey('LOST')}`)

function keyOf(by: SeriesKey, instant: string): SQL {
  if (by === 'region') return text`r.region_key::float8`
  return text`floor(date_part('epoch', ${text.raw(instant)}) * 1000 / ${by.bucketMs}::float8) * ${by.bucketMs}::float8`
}

function windows(ranges: readonly Range[]): SQL {
  return text`(
      select to_timestamp(from_ms / 1000) as from_at, to_timestamp(to_ms / 1000) as to_at
      from unnest(${numbers(ranges, (range) => range.fromMs)}::float8[], ${numbers(ranges, (range) => range.toMs)}::float8[]) as x (from_ms, to_ms)
    ) w`
}

function ofRegion(regionKey: number | undefined): SQL {
  return regionKey === undefined ? text`true` : text`r.region_key = ${regionKey}::smallint`
}

interface PieceRow {
  key: number
  up: number
  degraded: number
  down: number
  unknown: number
  expired: number
  lost: number
  least_us: number | null
  most_us: number | null
  phase_us: number[]
  phase_counts: number[]
  latencies: Uint8Array
}

function toPiece({ least_us, most_us, phase_us, phase_counts, ...row }: PieceRow): SeriesPiece {
  return { ...row, leastUs: least_us, mostUs: most_us, phaseUs: phase_us, phaseCounts: phase_counts }
}
