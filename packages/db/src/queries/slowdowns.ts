import { type MonitorId, parseMonitorId, type WorkspaceId } from '@repo/domain/ids'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'

export interface Slowdown {
  readonly monitorId: MonitorId
  readonly monitorName: string
  readonly p95Us: number
  /** On the day before. */
  readonly beforeUs: number
}

/** What is slower by half and by 50 ms at least than on the day before, what slowed down by the largest factor first. */
export async function listSlowdowns(sql: Sql, workspaceId: WorkspaceId, limit: number): Promise<Slowdown[]> {
  const { rows } = await sql.execute<{ id: string; name: string; p95_us: number; before_us: number }>(text`
    select m.id, m.name, f.p95_us, f.before_us
    from monitor_figures f join monitor m using (monitor_key)
    where f.workspace_id = ${workspaceId} and f.slowdown is not null and m.paused_at is null
    order by f.slowdown desc, f.id limit ${limit}`)
  return rows.map((row) => ({
    monitorId: parseMonitorId(row.id),
    monitorName: row.name,
    p95Us: row.p95_us,
    beforeUs: row.before_us,
  }))
}
