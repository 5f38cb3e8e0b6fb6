import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { changeTickTable, PARTITION_LOCK } from './patience.ts'
import { dayName, dayStorage, isoDay } from './tick-day.ts'

const DAY_MS = 86_400_000
const rowsAtOnce = 20_000
/** What came while the others were copied is copied too, again and again, until it is little. Many writers may be faster than that. */
const catchUpRounds = 10

export interface DefaultPartitionAsked {
  readonly nowMs: number
  readonly daysAhead: number
  /** So many rows that have to stay are put aside and back while everybody waits; with more, the others are deleted instead. */
  readonly rowsSetAside?: number
}

/**
 * Gives each day whose ticks lie in the default partition a partition of its own, up to `daysAhead` days from now. What lies
 * further ahead comes of a clock that is wrong, and stays where it is.
 *
 * The ticks are copied to a table beside, batch by batch, while they can be read and written where they are. Only the end
 * keeps others waiting: what came meanwhile is copied too, the default partition is emptied, and the tables take its place.
 * Whoever is stopped half-way goes on next time; several may do it at once.
 *
 * @returns the partitions that were made.
 */
export async function emptyDefaultPartition(
  sql: Sql,
  { nowMs, daysAhead, rowsSetAside = 100_000 }: DefaultPartitionAsked,
): Promise<string[]> {
  const days = await beginMoves(sql, Math.floor(nowMs / DAY_MS) + daysAhead)
  for (const day of days) {
    while ((await copyBatch(sql, day)) === rowsAtOnce);
    for (let round = 0; round < catchUpRounds && (await catchUp(sql, day)) > rowsAtOnce; round += 1);
  }
  return days.length === 0 ? [] : changeTickTable(sql, (tx) => attachMoved(tx, rowsSetAside))
}

/** Makes a table beside for each day that has none, and answers all days that have one. */
function beginMoves(sql: Sql, lastDay: number): Promise<number[]> {
  return sql.transaction(async (tx) => {
    await tx.execute(text`select pg_advisory_xact_lock(${PARTITION_LOCK})`)
    const { rows } = await tx.execute<{ day: number }>(text`
      select distinct floor(extract(epoch from scheduled_at) / 86400)::integer as day from tick_default
      where scheduled_at < to_timestamp(${(lastDay + 1) * 86_400}::float8) and scheduled_at >= (select ticks_from from rollup_progress)`)
    const begun = (await findMoves(tx)).map((move) => move.day)
    const fresh = rows.map((row) => row.day).filter((day) => !begun.includes(day))
    for (const day of fresh) await beginMove(tx, day)
    return [...begun, ...fresh]
  })
}

async function beginMove(sql: Sql, day: number): Promise<void> {
  const beside = besideName(day)
  await sql.execute(text.raw(`create table ${beside} (like tick including all) ${dayStorage}`))
  // What the table promises need not be looked up again when it becomes a partition.
  await sql.execute(text.raw(`alter table ${beside} add constraint day check ${withinDay(day, 'scheduled_at')}`))
  await sql.execute(text`
    insert into tick_move (day, since_xid) values (${isoDay(day)}::date, pg_snapshot_xmin(pg_current_snapshot()))`)
}

async function findMoves(sql: Sql): Promise<{ day: number; sinceXid: string }[]> {
  const { rows } = await sql.execute<{ day: number; sinceXid: string }>(text`
    select day - '1970-01-01'::date as day, since_xid::text as "sinceXid" from tick_move order by 1`)
  return rows
}

/** Copies the next ticks of a day in the order of their key: the last that was copied says where to go on. */
function copyBatch(sql: Sql, day: number): Promise<number> {
  return sql.transaction(async (tx) => {
    await tx.execute(text`select pg_advisory_xact_lock(${PARTITION_LOCK})`)
    // Somebody else may have finished it.
    if (!(await findMoves(tx)).some((move) => move.day === day)) return 0
    const beside = besideName(day)
    const { rowCount } = await tx.execute(
      text.raw(`
        with last as (
          select monitor_key, region_key, scheduled_at from ${beside} order by monitor_key desc, region_key desc, scheduled_at desc limit 1
        )
        insert into ${beside} select d.* from tick_default d
        where ${withinDay(day)} and (d.monitor_key, d.region_key, d.scheduled_at) > (
          coalesce((select monitor_key from last), 0), coalesce((select region_key from last), 0::smallint), coalesce((select scheduled_at from last), '-infinity'))
        order by d.monitor_key, d.region_key, d.scheduled_at limit ${rowsAtOnce}`),
    )
    return rowCount ?? 0
  })
}

async function attachMoved(tx: Sql, rowsSetAside: number): Promise<string[]> {
  const moves = await findMoves(tx)
  if (moves.length === 0) return []
  for (const move of moves) await copyRecent(tx, move)
  const days = moves.map((move) => move.day)
  await clearMoved(tx, days, rowsSetAside)
  for (const { day } of moves) {
    const bounds = `from ('${isoDay(day)}T00:00:00Z') to ('${isoDay(day + 1)}T00:00:00Z')`
    await tx.execute(text.raw(`alter table tick attach partition ${besideName(day)} for values ${bounds}`))
    await tx.execute(text.raw(`alter table ${besideName(day)} rename to ${dayName(day)}`))
    await tx.execute(text.raw(`alter table ${dayName(day)} drop constraint day`))
  }
  await tx.execute(text`delete from tick_move`)
  return moves.map((move) => dayName(move.day))
}

/** Copies what was written since the last time. @returns how many ticks that were. */
function catchUp(sql: Sql, day: number): Promise<number> {
  return sql.transaction(async (tx) => {
    await tx.execute(text`select pg_advisory_xact_lock(${PARTITION_LOCK})`)
    const move = (await findMoves(tx)).find((found) => found.day === day)
    if (!move) return 0
    // Asked for before the ticks are read: what is committed in between is copied twice, and not never.
    const { rows } = await tx.execute<{ xid: string }>(
      text`select pg_snapshot_xmin(pg_current_snapshot())::text as xid`,
    )
    const copied = await copyRecent(tx, move)
    await tx.execute(text`update tick_move set since_xid = ${rows[0]?.xid}::xid8 where day = ${isoDay(day)}::date`)
    return copied
  })
}

/**
 * Ticks that were written since the copying began: they may have been missed, or may have taken the place of others. A tick is
 * never taken away without another in its place, in one transaction, so there is nothing to be taken away here.
 */
async function copyRecent(sql: Sql, { day, sinceXid }: { day: number; sinceXid: string }): Promise<number> {
  const { rows } = await sql.execute<{ taken: string }>(text`
    select string_agg(format('%I = excluded.%I', attname, attname), ', ') as taken from pg_attribute
    where attrelid = 'tick'::regclass and attnum > 0 and not attisdropped and attname not in ('monitor_key', 'region_key', 'scheduled_at')`)
  const { rowCount } = await sql.execute(
    text.raw(`
      insert into ${besideName(day)} select d.* from tick_default d
      where ${withinDay(day)} and age(d.xmin) <= age('${BigInt(sinceXid)}'::xid8::xid)
      on conflict (monitor_key, region_key, scheduled_at) do update set ${rows[0]?.taken}`),
  )
  return rowCount ?? 0
}

/** Takes the ticks of these days out of the default partition. */
async function clearMoved(sql: Sql, days: readonly number[], rowsSetAside: number): Promise<void> {
  const isMoved = `(${days.map((day) => withinDay(day)).join(' or ')})`
  const { rows } = await sql.execute<{ kept: number }>(
    text.raw(`select (count(*) filter (where not ${isMoved}))::integer as kept from tick_default d`),
  )
  if ((rows[0]?.kept ?? 0) > rowsSetAside) {
    await sql.execute(text.raw(`delete from tick_default d where ${isMoved}`))
    return
  }
  // To empty a table takes no longer for ten million rows than for one.
  await sql.execute(
    text.raw(`create temporary table tick_kept on commit drop as select * from tick_default d where not ${isMoved}`),
  )
  await sql.execute(text`truncate tick_default`)
  await sql.execute(text`insert into tick_default select * from tick_kept`)
}

function besideName(day: number): string {
  return dayName(day).replace('tick_', 'tick_beside_')
}

/** Made of digits, never of input. */
function withinDay(day: number, instant = 'd.scheduled_at'): string {
  return `(${instant} >= '${isoDay(day)}T00:00:00Z'::timestamptz and ${instant} < '${isoDay(day + 1)}T00:00:00Z'::timestamptz)`
}
