import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { sortHours, sumDay, sumHour } from './rollup-sums.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
/** Any number that no other lock of this database has. Held for one step, by one of many. */
const ROLLUP_LOCK = 7_283_146_594
/** A step sums up so many monitors at most, so that it takes some seconds: who is told to stop, stops after it. */
const monitorsInStep = { hour: 10_000, day: 2_000, refresh: 1_000 } as const
/** Sums need room: what does not fit is written to disk in between. */
const stepMemory = '64MB'

/** `busy`: somebody else is at it. `waiting`: there is something to do, but not yet. */
export type RollupStep = 'done' | 'nothing' | 'waiting' | 'busy'

export interface RollupProgress {
  /** Every hour before this is summed up; −∞ before the first one. */
  readonly hoursThroughMs: number
  readonly daysThroughMs: number
  /** Ticks before this are gone, or about to be. */
  readonly ticksFromMs: number
}

export async function getRollupProgress(sql: Sql): Promise<RollupProgress> {
  const { hoursThroughMs, daysThroughMs, ticksFromMs } = await readProgress(sql)
  return { hoursThroughMs, daysThroughMs, ticksFromMs }
}

/**
 * Sums up the next hour, or a part of it where there are very many monitors. An hour is taken once its ticks can be there:
 * `graceMs` after its end, and when no transaction is open that began before. A later tick marks its hour by itself.
 */
export function rollUpHour(sql: Sql, { nowMs, graceMs }: { nowMs: number; graceMs: number }): Promise<RollupStep> {
  return alone(sql, async (tx) => {
    const progress = await readProgress(tx)
    if (progress.hoursThroughMs === Number.NEGATIVE_INFINITY) return begin(tx, nowMs - graceMs)
    const hourMs = progress.hoursThroughMs
    const endMs = hourMs + HOUR_MS
    if (endMs + graceMs > nowMs) return 'nothing'
    if (await isBeingWritten(tx, endMs + graceMs / 2)) return 'waiting'
    const range = rangeFrom(progress.hourMonitorKey, monitorsInStep.hour, progress.lastMonitorKey)
    await sumHour(tx, hourMs, range.scope)
    await tx.execute(text`
      update rollup_progress set hour_monitor_key = ${range.nextKey},
        hours_through = to_timestamp(${range.nextKey === 0 ? endMs : hourMs}::float8 / 1000)`)
    return 'done'
  })
}

/** Adds up the next day of which every hour is summed up, or a part of it, and puts its hours in order. */
export function rollUpDay(sql: Sql): Promise<RollupStep> {
  return alone(sql, async (tx) => {
    const progress = await readProgress(tx)
    const dayMs = progress.daysThroughMs
    const endMs = dayMs + DAY_MS
    if (!(endMs <= progress.hoursThroughMs)) return 'nothing'
    const range = rangeFrom(progress.dayMonitorKey, monitorsInStep.day, progress.lastMonitorKey)
    await sumDay(tx, dayMs, range.scope)
    await sortHours(tx, dayMs, range.scope)
    await tx.execute(text`
      update rollup_progress set day_monitor_key = ${range.nextKey},
        days_through = to_timestamp(${range.nextKey === 0 ? endMs : dayMs}::float8 / 1000)`)
    return 'done'
  })
}

/** Sums up anew the oldest hour that is marked, for a number of its monitors, and their day where that was added up. */
export function refreshDirtyHour(sql: Sql): Promise<RollupStep> {
  return alone(sql, async (tx) => {
    const { rows } = await tx.execute<{ at_ms: number }>(text`
      with gone as (delete from rollup_dirty where at < (select ticks_from from rollup_progress))
      select (extract(epoch from at) * 1000)::float8 as at_ms from rollup_dirty, rollup_progress p
      where at >= p.ticks_from and at < p.hours_through order by at limit 1
      -- Until we are done, nobody says that these ticks are gone.
      for share of p`)
    const hourMs = rows[0]?.at_ms
    if (hourMs === undefined) return 'nothing'
    if (await spreadMark(tx, hourMs)) return 'done'
    // First the marks, then the sums: whoever commits in between has a mark that stays.
    const scope = { kind: 'keys', monitorKeys: await takeMarks(tx, hourMs) } as const
    await sumHour(tx, hourMs, scope)
    const dayMs = Math.floor(hourMs / DAY_MS) * DAY_MS
    const { daysThroughMs, dayMonitorKey } = await readProgress(tx)
    // A day that is being added up has monitors that are done.
    if (dayMs < daysThroughMs || (dayMs === daysThroughMs && dayMonitorKey > 0)) await sumDay(tx, dayMs, scope)
    return 'done'
  })
}

/** Removes at most `limit` hours that began before `beforeMs`, of days that are added up. @returns how many. */
export async function dropRollupHours(
  sql: Sql,
  { beforeMs, limit }: { beforeMs: number; limit: number },
): Promise<number> {
  const { rowCount } = await sql.execute(text`
    delete from rollup_hour where ctid = any(array(
      select ctid from rollup_hour
      where at < to_timestamp(${beforeMs}::float8 / 1000) and at < (select least(days_through, ticks_from) from rollup_progress)
      limit ${limit}))`)
  return rowCount ?? 0
}

export async function dropRollupDays(
  sql: Sql,
  { beforeMs, limit }: { beforeMs: number; limit: number },
): Promise<number> {
  const { rowCount } = await sql.execute(text`
    delete from rollup_day where ctid = any(array(
      select ctid from rollup_day where at < to_timestamp(${beforeMs}::float8 / 1000) limit ${limit}))`)
  return rowCount ?? 0
}

function alone(sql: Sql, step: (tx: Sql) => Promise<RollupStep>): Promise<RollupStep> {
  return sql.transaction(async (tx) => {
    const { rows } = await tx.execute<{ alone: boolean }>(text`
      select pg_try_advisory_xact_lock(${ROLLUP_LOCK}) as alone, set_config('work_mem', ${stepMemory}, true)`)
    return rows[0]?.alone ? step(tx) : 'busy'
  })
}

interface Progress extends RollupProgress {
  readonly hourMonitorKey: number
  readonly dayMonitorKey: number
  readonly lastMonitorKey: number
}

async function readProgress(sql: Sql): Promise<Progress> {
  const { rows } = await sql.execute<Progress & Record<string, unknown>>(text`
    select (extract(epoch from hours_through) * 1000)::float8 as "hoursThroughMs", (extract(epoch from days_through) * 1000)::float8 as "daysThroughMs",
      (extract(epoch from ticks_from) * 1000)::float8 as "ticksFromMs", hour_monitor_key as "hourMonitorKey", day_monitor_key as "dayMonitorKey",
      coalesce((select max(monitor_key) from monitor), 0) as "lastMonitorKey"
    from rollup_progress`)
  if (!rows[0]) throw new Error('the database has lost its only row of rollup_progress')
  return rows[0]
}

const BEYOND_ALL_KEYS = 2_147_483_647

/** The last range is open: what came meanwhile belongs to it. `nextKey` is 0 after it. */
function rangeFrom(fromKey: number, count: number, lastKey: number) {
  const isLast = fromKey + count > lastKey
  const beforeKey = isLast ? BEYOND_ALL_KEYS : fromKey + count
  return { scope: { kind: 'range', fromKey, beforeKey } as const, nextKey: isLast ? 0 : beforeKey }
}

const LOOK_BACK_MS = 400 * DAY_MS

/** Begins with the day of the first tick, but no further back than hours are kept. */
async function begin(sql: Sql, closedMs: number): Promise<RollupStep> {
  const firstMs = await firstTickMs(sql, closedMs - LOOK_BACK_MS)
  const startMs = Math.floor(Math.min(firstMs ?? closedMs, closedMs) / DAY_MS) * DAY_MS
  await sql.execute(text`
    update rollup_progress set hours_through = to_timestamp(${startMs}::float8 / 1000), days_through = to_timestamp(${startMs}::float8 / 1000)`)
  return 'done'
}

async function firstTickMs(sql: Sql, sinceMs: number): Promise<number | undefined> {
  // Done once in the life of a database, so it may read what no page may.
  const { rows } = await sql.execute<{ first_ms: number | null }>(text`
    select (extract(epoch from min(scheduled_at)) * 1000)::float8 as first_ms from tick
    where scheduled_at >= to_timestamp(${sinceMs}::float8 / 1000)`)
  return rows[0]?.first_ms ?? undefined
}

async function isBeingWritten(sql: Sql, beforeMs: number): Promise<boolean> {
  const { rows } = await sql.execute<{ open: boolean }>(text`
    select exists (
      select from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and backend_xid is not null and xact_start < to_timestamp(${beforeMs}::float8 / 1000)
    ) as open`)
  return rows[0]?.open ?? false
}

/** Puts a mark for each monitor in the place of one for all of them. @returns whether there was such a mark. */
async function spreadMark(sql: Sql, hourMs: number): Promise<boolean> {
  const { rowCount } = await sql.execute(text`
    with whole as (
      delete from rollup_dirty where at = to_timestamp(${hourMs}::float8 / 1000) and monitor_key is null returning at
    )
    insert into rollup_dirty (at, monitor_key) select w.at, m.monitor_key from (select distinct at from whole) w cross join monitor m`)
  return (rowCount ?? 0) > 0
}

async function takeMarks(sql: Sql, hourMs: number): Promise<number[]> {
  const { rows } = await sql.execute<{ keys: number[] | null }>(text`
    with first as (
      select max(monitor_key) as last_key from (
        select distinct monitor_key from rollup_dirty
        where at = to_timestamp(${hourMs}::float8 / 1000) and monitor_key is not null order by monitor_key limit ${monitorsInStep.refresh}
      ) x
    ), gone as (
      delete from rollup_dirty using first
      where at = to_timestamp(${hourMs}::float8 / 1000) and monitor_key <= last_key returning monitor_key
    )
    select array_agg(distinct monitor_key) as keys from gone`)
  return rows[0]?.keys ?? []
}
