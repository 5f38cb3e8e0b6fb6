import { parseWorkspaceId, type WorkspaceId } from '@repo/domain/ids'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { msOf } from '../instant.ts'
import type { WorkspaceLimits } from './workspaces.ts'

/** What an operator sees: all workspaces, by how much they have, and nothing of what is in them. */

export interface InstanceWorkspace {
  readonly id: WorkspaceId
  readonly name: string
  readonly createdAtMs: number
  readonly monitors: number
  readonly members: number
  readonly limits: WorkspaceLimits
}

/** One page of all workspaces, in the order in which they were made. */
export async function listInstanceWorkspaces(
  sql: Sql,
  page: { limit: number; after?: string | undefined },
): Promise<{ items: InstanceWorkspace[]; next: { id: string } | null }> {
  const { rows } = await sql.execute<Row & Record<string, unknown>>(text`
    select w.id, w.name, ${msOf('w.created_at')} as created_at_ms, w.monitor_limit, w.member_limit, w.interval_floor_seconds, w.checks_per_minute,
      (select count(*)::integer from monitor_state s where s.workspace_id = w.id) as monitors,
      (select count(*)::integer from membership m where m.workspace_id = w.id) as members
    from workspace w
    where w.deleted_at is null and (${page.after ?? null}::uuid is null or w.id > ${page.after ?? null}::uuid)
    order by w.id limit ${page.limit + 1}`)
  const items = rows.slice(0, page.limit).map(toWorkspace)
  const last = items.at(-1)
  return { items, next: rows.length > page.limit && last ? { id: last.id } : null }
}

interface Row {
  id: string
  name: string
  created_at_ms: number
  monitor_limit: number | null
  member_limit: number | null
  interval_floor_seconds: number | null
  checks_per_minute: number | null
  monitors: number
  members: number
}

function toWorkspace(row: Row): InstanceWorkspace {
  return {
    id: parseWorkspaceId(row.id),
    name: row.name,
    createdAtMs: row.created_at_ms,
    monitors: row.monitors,
    members: row.members,
    limits: {
      monitorLimit: row.monitor_limit,
      memberLimit: row.member_limit,
      intervalFloorSeconds: row.interval_floor_seconds,
      checksPerMinute: row.checks_per_minute,
    },
  }
}
