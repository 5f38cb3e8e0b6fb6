import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'

const DAY_MS = 86_400_000
/** Held while partitions are made, so that several processes do not make the same one at once. */
const PARTITION_LOCK = 7_283_146_592

/**
 * Makes the partitions of `tick` for the day (UTC) of `nowMs`, the day before it, and the `daysAhead` days after it.
 * A day whose ticks already lie in the default partition stays there: correctness first, the next day is in time again.
 */
export async function ensureTickPartitions(
  sql: Sql,
  { nowMs, daysAhead }: { nowMs: number; daysAhead: number },
): Promise<void> {
  const today = Math.floor(nowMs / DAY_MS)
  await sql.transaction(async (tx) => {
    await tx.execute(text`select pg_advisory_xact_lock(${PARTITION_LOCK})`)
    for (let day = today - 1; day <= today + daysAhead; day += 1) await ensureDay(tx, day)
  })
}

async function ensureDay(sql: Sql, day: number): Promise<void> {
  // With its zone: a server that counts in another one would look at other hours.
  const [from, to] = [`${isoDay(day)}T00:00:00Z`, `${isoDay(day + 1)}T00:00:00Z`]
  const name = `tick_${isoDay(day).replaceAll('-', '')}`
  const { rows } = await sql.execute(text`
    select to_regclass(${name}) is not null as made,
      exists (select from tick_default where scheduled_at >= ${from}::timestamptz and scheduled_at < ${to}::timestamptz) as in_default`)
  if (rows[0]?.made || rows[0]?.in_default) return
  // Names and bounds are made of digits here, never of input: a definition takes no parameters.
  await sql.execute(text.raw(`create table ${name} partition of tick for values from ('${from}') to ('${to}')`))
}

function isoDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}
