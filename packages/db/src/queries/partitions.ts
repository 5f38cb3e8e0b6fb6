import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { changeTickTable } from './patience.ts'
import { dayName, dayStorage, isoDay } from './tick-day.ts'

const DAY_MS = 86_400_000

/**
 * Makes the partitions of `tick` for the day (UTC) of `nowMs`, the day before it, and the `daysAhead` days after it.
 * A day whose ticks already lie in the default partition is left to `emptyDefaultPartition`.
 */
export async function ensureTickPartitions(
  sql: Sql,
  { nowMs, daysAhead }: { nowMs: number; daysAhead: number },
): Promise<void> {
  const today = Math.floor(nowMs / DAY_MS)
  const days = Array.from({ length: daysAhead + 2 }, (_, index) => today - 1 + index)
  if ((await findMissing(sql, days)).length === 0) return
  await changeTickTable(sql, async (tx) => {
    for (const day of await findMissing(tx, days)) await makeDay(tx, day)
  })
}

async function findMissing(sql: Sql, days: readonly number[]): Promise<number[]> {
  const { rows } = await sql.execute<{ day: number }>(text`
    select d.day from unnest(${text.param([...days])}::integer[], ${text.param(days.map(dayName))}::text[]) as d (day, name)
    where to_regclass(d.name) is null and not exists (
      select from tick_default
      where scheduled_at >= to_timestamp(d.day * 86400::float8) and scheduled_at < to_timestamp((d.day + 1) * 86400::float8))
    order by d.day`)
  return rows.map((row) => row.day)
}

async function makeDay(sql: Sql, day: number): Promise<void> {
  // Names and bounds are made of digits here, never of input: a definition takes no parameters. The bounds are written with
  // their zone: a server that counts in another one would look at other hours.
  const bounds = `from ('${isoDay(day)}T00:00:00Z') to ('${isoDay(day + 1)}T00:00:00Z')`
  await sql.execute(text.raw(`create table ${dayName(day)} partition of tick for values ${bounds} ${dayStorage}`))
}

export interface Retention {
  readonly nowMs: number
  /** So many whole days (UTC) of ticks are kept, besides the present one. */
  readonly rawDays: number
}

/**
 * Drops the days of ticks that are older than `rawDays`, one after the other, and what comes even later than that. A day that
 * is not summed up yet is kept, however old it is.
 *
 * @returns the names of the partitions that were dropped.
 */
export async function dropOldTicks(sql: Sql, { nowMs, rawDays }: Retention): Promise<string[]> {
  const beforeMs = (Math.floor(nowMs / DAY_MS) - rawDays) * DAY_MS
  // With the ticks goes the right to sum them up again: a late one would be taken for all there ever were. So this comes first.
  await sql.execute(text`
    update rollup_progress set ticks_from = least(to_timestamp(${beforeMs}::float8 / 1000), days_through)
    where ticks_from < least(to_timestamp(${beforeMs}::float8 / 1000), days_through)`)
  const { rows } = await sql.execute<{ name: string }>(text`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid, rollup_progress p
    where i.inhparent = 'tick'::regclass and c.relname ~ '^tick_[0-9]{8}$' and p.ticks_from > '-infinity'
      and to_date(right(c.relname, 8), 'YYYYMMDD') < (p.ticks_from at time zone 'UTC')::date
    order by 1`)
  const names = rows.map((row) => row.name)
  for (const name of names) await changeTickTable(sql, (tx) => tx.execute(text.raw(`drop table if exists ${name}`)))
  await deleteStragglers(sql)
  return names
}

const rowsAtOnce = 10_000

/** Ticks of days that were dropped already, or never had a partition. */
async function deleteStragglers(sql: Sql): Promise<void> {
  for (let deleted = rowsAtOnce; deleted === rowsAtOnce; ) {
    const { rowCount } = await sql.execute(text`
      delete from tick_default where ctid = any(array(
        select ctid from tick_default where scheduled_at < (select ticks_from from rollup_progress) limit ${rowsAtOnce}))`)
    deleted = rowCount ?? 0
  }
}
