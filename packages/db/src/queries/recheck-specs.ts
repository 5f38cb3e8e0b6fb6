import { type MonitorId, parseMonitorId, parseWorkspaceId, type WorkspaceId } from '@repo/domain/ids'
import { parseRegion, type Region } from '@repo/domain/region'
import { sql as text } from 'drizzle-orm'
import { numbers } from '../columns.ts'
import type { Sql } from '../database.ts'
import { msOf } from '../instant.ts'

/** What of monitors a check is made of: `spec` as it is stored. Those that are paused meanwhile are left out. */
export async function findSpecs(sql: Sql, monitorKeys: readonly number[]): Promise<ReadonlyMap<number, unknown>> {
  if (monitorKeys.length === 0) return new Map()
  const { rows } = await sql.execute<{ monitor_key: number; spec: unknown }>(text`
    select monitor_key, spec from monitor
    where monitor_key = any(${numbers(monitorKeys, (key) => key)}::integer[]) and paused_at is null and unreadable_since is null`)
  return new Map(rows.map((row) => [row.monitor_key, row.spec]))
}

/** What monitors hang on, as far as that is not known to be down. `spec` is as it is stored. */
export interface ParentToAsk {
  readonly id: MonitorId
  readonly monitorKey: number
  readonly workspaceId: WorkspaceId
  readonly regions: readonly Region[]
  readonly scheduleFromMs: number
  readonly spec: unknown
}

export async function findParentsToAsk(sql: Sql, monitorKeys: readonly number[]): Promise<ParentToAsk[]> {
  if (monitorKeys.length === 0) return []
  const { rows } = await sql.execute<ParentRow & Record<string, unknown>>(text`
    select m.id, m.monitor_key, m.workspace_id, m.regions, ${msOf('m.schedule_from')} as schedule_from_ms, m.spec
    from monitor m join monitor_state s using (monitor_key)
    where m.paused_at is null and m.unreadable_since is null and s.status <> 'down' and exists (
      select from monitor_dependency d
      where d.parent_key = m.monitor_key and d.child_key = any(${numbers(monitorKeys, (key) => key)}::integer[]))`)
  return rows.map((row) => ({
    id: parseMonitorId(row.id),
    monitorKey: row.monitor_key,
    workspaceId: parseWorkspaceId(row.workspace_id),
    regions: row.regions.map(parseRegion),
    scheduleFromMs: row.schedule_from_ms,
    spec: row.spec,
  }))
}

interface ParentRow {
  id: string
  monitor_key: number
  workspace_id: string
  regions: string[]
  schedule_from_ms: number
  spec: unknown
}
