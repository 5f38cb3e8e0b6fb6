import type { WorkspaceId } from '@repo/domain/ids'
import type { Status } from '@repo/domain/status'
import { and, eq, type SQL, sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { monitor, monitorState } from '../schema.ts'
import { type StoredMonitor, selectMonitors, toMonitor } from './monitors.ts'

/** Where a page ended: its last row. The name is as stored: only the database knows how it lowers letters. */
export interface MonitorCursor {
  readonly rank: number
  readonly name: string
  readonly id: string
}

export interface MonitorFilter {
  readonly status?: Status | undefined
  readonly text?: string | undefined
}

export interface MonitorListing {
  readonly items: readonly StoredMonitor[]
  readonly next: MonitorCursor | null
}

/** What people look for first stands first. */
const shownStatus = text<Status>`case when ${monitor.pausedAt} is not null then 'paused' else ${monitorState.status} end`
const rank = text<number>`case when ${monitor.pausedAt} is not null then 4
  else case ${monitorState.status} when 'down' then 0 when 'degraded' then 1 when 'unknown' then 2 else 3 end end`
const nameKey = text<string>`lower(${monitor.name})`

/** Monitors of a workspace, worst first, then by name; `limit` rows after the cursor. */
export async function listMonitors(
  sql: Sql,
  workspaceId: WorkspaceId,
  page: MonitorFilter & { cursor?: MonitorCursor | undefined; limit: number },
): Promise<MonitorListing> {
  const rows = await selectMonitors(sql)
    .where(and(eq(monitor.workspaceId, workspaceId), ...conditions(page)))
    .orderBy(rank, nameKey, monitor.id)
    .limit(page.limit + 1)
  const items = rows.slice(0, page.limit).map(toMonitor)
  const last = items.at(-1)
  return { items, next: rows.length > page.limit && last ? cursorOf(last) : null }
}

export async function countMonitors(sql: Sql, workspaceId: WorkspaceId): Promise<Map<Status, number>> {
  const rows = await sql
    .select({ status: shownStatus, count: text<number>`count(*)::integer` })
    .from(monitor)
    .innerJoin(monitorState, eq(monitorState.monitorKey, monitor.monitorKey))
    .where(eq(monitor.workspaceId, workspaceId))
    .groupBy(text`1`)
  return new Map(rows.map((row) => [row.status, row.count]))
}

function conditions({ status, cursor, ...filter }: MonitorFilter & { cursor?: MonitorCursor | undefined }): SQL[] {
  const found: SQL[] = []
  if (status) found.push(text`${shownStatus} = ${status}`)
  if (filter.text) {
    const pattern = `%${filter.text.replaceAll(/[\\%_]/g, '\\$&')}%`
    found.push(text`(${nameKey} like lower(${pattern}) or lower(${monitor.target}) like lower(${pattern}))`)
  }
  if (cursor)
    found.push(
      text`(${rank}, ${nameKey}, ${monitor.id}) > (${cursor.rank}::integer, lower(${cursor.name}::text), ${cursor.id}::uuid)`,
    )
  return found
}

function cursorOf({ id, name, pausedAtMs, state }: StoredMonitor): MonitorCursor {
  const ranks = { down: 0, degraded: 1, unknown: 2, up: 3 }
  return { rank: pausedAtMs === null ? ranks[state.status] : 4, name, id }
}
