import { sql as text } from 'drizzle-orm'
import { numbers } from '../columns.ts'
import type { Sql } from '../database.ts'

/** What of monitors a check is made of: `spec` as it is stored. Those that are paused meanwhile are left out. */
export async function findSpecs(sql: Sql, monitorKeys: readonly number[]): Promise<ReadonlyMap<number, unknown>> {
  if (monitorKeys.length === 0) return new Map()
  const { rows } = await sql.execute<{ monitor_key: number; spec: unknown }>(text`
    select monitor_key, spec from monitor
    where monitor_key = any(${numbers(monitorKeys, (key) => key)}::integer[]) and paused_at is null and unreadable_since is null`)
  return new Map(rows.map((row) => [row.monitor_key, row.spec]))
}
