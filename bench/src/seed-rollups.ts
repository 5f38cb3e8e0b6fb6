import type { Database } from '@repo/db/database'
import { rollUpDay, rollUpHour } from '@repo/db/queries/rollups'
import type pg from 'pg'

/** Sums up what was seeded, by the statements that do it in earnest. @returns how long it took. */
export async function seedRollups(
  { sql }: Database,
  { client, nowMs }: { client: pg.Client; nowMs: number },
): Promise<number> {
  const startedAt = performance.now()
  while ((await rollUpHour(sql, { nowMs, graceMs: 300_000 })) === 'done');
  while ((await rollUpDay(sql)) === 'done');
  const elapsedMs = performance.now() - startedAt
  await repeatIntoThePast(client)
  return elapsedMs
}

const hourDays = 30
const dayDays = 90

/** The sums of the last whole day once more for each day of the past, so that long ranges find what they would in earnest. */
async function repeatIntoThePast(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = 'rollup_hour'::regclass and attnum > 0 and attname <> 'at' order by attnum`,
  )
  const columns = rows.map((row) => row.name).join(', ')
  const copy = (table: string, days: number) =>
    client.query(`
      insert into ${table} (at, ${columns})
      select at - n * interval '1 day', ${columns} from generate_series(1, ${days}) n, ${table}, rollup_progress p
      where at >= p.days_through - interval '1 day' and at < p.days_through
      order by n desc, monitor_key, region_key, at
      on conflict do nothing`)
  await copy('rollup_hour', hourDays)
  await copy('rollup_day', dayDays)
  for (const table of ['rollup_hour', 'rollup_day', 'monitor', 'state_interval', 'monitor_state']) {
    await client.query(`vacuum (freeze, analyze) ${table}`)
  }
}
