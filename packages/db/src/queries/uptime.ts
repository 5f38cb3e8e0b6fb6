import type { Status } from '@repo/domain/status'
import { noDurations, type StatusDurations } from '@repo/domain/uptime'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'

const DAY_MS = 86_400_000

/** One day of a monitor, in the time zone that was asked for. */
export interface DayStatus {
  /** `2026-06-01`. */
  readonly date: string
  /** How long each status was held, in milliseconds. A day has 23 or 25 hours where clocks are changed. */
  readonly durations: StatusDurations
  /** How many outages there were in it; one that goes over midnight is in both days. */
  readonly outages: number
}

export interface DaysAsked {
  /** IANA name. */
  readonly timeZone: string
  /** The last day is that of this instant, and goes no further than it. */
  readonly nowMs: number
  readonly days: number
}

/**
 * The last days of each monitor, oldest first, by one query for a whole page of them. Days in which nothing was said of a
 * monitor are left out. Intervals have no gaps between them, so only those of the window are read, and the one before.
 */
export async function listDayStatuses(
  sql: Sql,
  monitorKeys: readonly number[],
  { timeZone, nowMs, days }: DaysAsked,
): Promise<Map<number, DayStatus[]>> {
  const { rows } = await sql.execute<MonitorRow & Record<string, unknown>>(text`
    with span as materialized (
      -- The midnights, and the present at the end, in milliseconds: an instant is looked up in them by halves.
      select min(d)::date::text as first_date, array_agg(date_part('epoch', d at time zone ${timeZone}) * 1000 order by d) || now_ms as bounds,
        min(d at time zone ${timeZone}) as from_at, now_at, now_ms
      from (select to_timestamp(${nowMs}::float8 / 1000) as now_at, ${nowMs}::float8 as now_ms) n, generate_series(
        date_trunc('day', now_at at time zone ${timeZone}) - make_interval(days => ${days - 1}::integer),
        date_trunc('day', now_at at time zone ${timeZone}), interval '1 day') as d
      group by now_at, now_ms
    )
    select m.monitor_key, span.first_date, p.*
    from span, unnest(${text.param([...monitorKeys])}::integer[]) as m (monitor_key) cross join lateral (
      select ${gathered} from (
        select day, status, sum(least(ended_ms, span.bounds[day + 1]) - greatest(began_ms, span.bounds[day])) as ms,
          count(*) filter (where status = 'down') as outages
        from (
          -- The end does not belong to an interval: one that ends at midnight has nothing of the day that begins.
          select status, began_ms, ended_ms, generate_series(greatest(width_bucket(began_ms, span.bounds), 1), width_bucket(ended_ms - 0.001, span.bounds)) as day
          from (
            select status, date_part('epoch', began_at) * 1000 as began_ms,
              least(coalesce(date_part('epoch', ended_at) * 1000, span.now_ms), span.now_ms) as ended_ms
            from state_interval
            where monitor_key = m.monitor_key and began_at < span.now_at and began_at >= coalesce(
              (select max(b.began_at) from state_interval b where b.monitor_key = m.monitor_key and b.began_at <= span.from_at), span.from_at)
            offset 0
          ) i
        ) x
        group by day, status order by day
      ) d
    ) p
    where p.days is not null`)
  return new Map(rows.map((row) => [row.monitor_key, toDays(row)]))
}

/** The days of `listDayStatuses`, for what is reckoned elsewhere. */
export interface DayBounds {
  /** `2026-06-01`, the oldest first. */
  readonly dates: readonly string[]
  /** The midnights before each, in milliseconds since 1970, and the present at the end. */
  readonly bounds: readonly number[]
}

export async function readDayBounds(sql: Sql, { timeZone, nowMs, days }: DaysAsked): Promise<DayBounds> {
  const { rows } = await sql.execute<{ date: string; ms: number }>(text`
    select d::date::text as date, (date_part('epoch', d at time zone ${timeZone}) * 1000)::float8 as ms
    from (select to_timestamp(${nowMs}::float8 / 1000) as now_at) n, generate_series(
      date_trunc('day', now_at at time zone ${timeZone}) - make_interval(days => ${days - 1}::integer),
      date_trunc('day', now_at at time zone ${timeZone}), interval '1 day') as d
    order by d`)
  return { dates: rows.map(({ date }) => date), bounds: [...rows.map(({ ms }) => ms), nowMs] }
}

/** One array a column: written and read several times as fast as an object a part. */
const gathered = text`to_json(array_agg(day)) as days, to_json(array_agg(status)) as statuses, to_json(array_agg(ms::bigint)) as ms, to_json(array_agg(outages)) as outages`

/** Each place in the arrays is one status in one day. Days count from 1. */
interface MonitorRow {
  monitor_key: number
  first_date: string
  days: number[]
  statuses: Status[]
  ms: number[]
  outages: number[]
}

function toDays({ first_date, days, statuses, ms, outages }: MonitorRow): DayStatus[] {
  const firstMs = Date.parse(first_date)
  const found: (DayStatus & { durations: Record<Status, number>; outages: number })[] = []
  let last = 0
  for (const [index, day] of days.entries()) {
    if (day !== last) {
      const date = new Date(firstMs + (day - 1) * DAY_MS).toISOString().slice(0, 10)
      found.push({ date, durations: noDurations(), outages: 0 })
      last = day
    }
    const ofDay = found.at(-1)
    const status = statuses[index]
    if (!ofDay || !status) continue
    ofDay.durations[status] = ms[index] ?? 0
    ofDay.outages += outages[index] ?? 0
  }
  return found
}

/** What was said of each monitor in a window: how long each status was held, and in how many outages. */
export interface WindowStatus {
  readonly durations: StatusDurations
  readonly outages: number
}

/** The same over one window as a whole, for the figures of 24 hours or 30 days. */
export async function summariseStatuses(
  sql: Sql,
  monitorKeys: readonly number[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<Map<number, WindowStatus>> {
  const { rows } = await sql.execute<MonitorRow & Record<string, unknown>>(text`
    select m.monitor_key, '1970-01-01' as first_date, p.*
    from (select to_timestamp(${fromMs}::float8 / 1000) as from_at, to_timestamp(${toMs}::float8 / 1000) as to_at) span,
    unnest(${text.param([...monitorKeys])}::integer[]) as m (monitor_key) cross join lateral (
      select ${gathered} from (
        select 1 as day, status, count(*) filter (where status = 'down') as outages,
          sum(date_part('epoch', least(coalesce(ended_at, span.to_at), span.to_at) - greatest(began_at, span.from_at)) * 1000) as ms
        from state_interval
        where monitor_key = m.monitor_key and coalesce(ended_at, span.to_at) > span.from_at and began_at < span.to_at and began_at >= coalesce(
          (select max(b.began_at) from state_interval b where b.monitor_key = m.monitor_key and b.began_at <= span.from_at), span.from_at)
        group by status
      ) d
    ) p
    where p.days is not null`)
  return new Map(
    rows.flatMap((row) =>
      toDays(row).map(({ durations, outages }) => [row.monitor_key, { durations, outages }] as const),
    ),
  )
}
