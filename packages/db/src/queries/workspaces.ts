import { parseWorkspaceId, type UserId, type WorkspaceId } from '@repo/domain/ids'
import type { Role } from '@repo/domain/role'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'

export interface ListedWorkspace {
  readonly id: WorkspaceId
  readonly name: string
  readonly role: Role
  readonly createdAtMs: number
}

/** Where a user is a member, the oldest first. */
export async function listWorkspacesOf(sql: Sql, userId: UserId): Promise<ListedWorkspace[]> {
  const { rows } = await sql.execute<{ id: string; name: string; role: Role; createdAtMs: number }>(text`
    select w.id, w.name, m.role, ${msOf('w.created_at')} as "createdAtMs"
    from membership m join workspace w on w.id = m.workspace_id
    where m.user_id = ${userId} order by w.created_at, w.id`)
  return rows.map((row) => ({ ...row, id: parseWorkspaceId(row.id) }))
}

/** So many may one person own, */
const OWNED_AT_MOST = 50
/** and so many with those that they deleted and may still bring back. */
const OWNED_WITH_DELETED = 100

/** @returns false where they own all that they may: of several that they make at once, too. */
export function createWorkspace(
  sql: Sql,
  created: { id: WorkspaceId; name: string; ownerId: UserId; nowMs: number },
): Promise<boolean> {
  const now = instant(created.nowMs)
  return sql.transaction(async (tx) => {
    await tx.execute(text`select from users where id = ${created.ownerId} for no key update`)
    const { rows } = await tx.execute<{ owned: number; deleted: number }>(text`
      select (select count(*)::integer from membership where user_id = ${created.ownerId} and role = 'owner') as owned,
        (select count(*)::integer from former_membership where user_id = ${created.ownerId} and role = 'owner') as deleted`)
    const { owned = 0, deleted = 0 } = rows[0] ?? {}
    if (owned >= OWNED_AT_MOST || owned + deleted >= OWNED_WITH_DELETED) return false
    await tx.execute(text`
      insert into workspace (id, name, created_at, updated_at) values (${created.id}, ${created.name}, ${now}, ${now})`)
    await tx.execute(text`
      insert into membership (workspace_id, user_id, role, joined_at) values (${created.id}, ${created.ownerId}, 'owner', ${now})`)
    return true
  })
}

/** What a workspace may have; null where it is what the instance says. */
export interface WorkspaceLimits {
  readonly monitorLimit: number | null
  readonly memberLimit: number | null
  readonly intervalFloorSeconds: number | null
  readonly checksPerMinute: number | null
}

export interface StoredWorkspace {
  readonly id: WorkspaceId
  readonly name: string
  /** By whose clocks its week begins. */
  readonly timeZone: string
  readonly createdAtMs: number
  readonly updatedAtMs: number
  readonly limits: WorkspaceLimits
}

export async function findWorkspace(sql: Sql, workspaceId: WorkspaceId): Promise<StoredWorkspace | undefined> {
  const { rows } = await sql.execute<WorkspaceRow & Record<string, unknown>>(text`
    select name, time_zone, ${msOf('created_at')} as created_at_ms, ${msOf('updated_at')} as updated_at_ms,
      monitor_limit, member_limit, interval_floor_seconds, checks_per_minute
    from workspace where id = ${workspaceId} and deleted_at is null`)
  const row = rows[0]
  return (
    row && {
      id: workspaceId,
      name: row.name,
      timeZone: row.time_zone,
      createdAtMs: row.created_at_ms,
      updatedAtMs: row.updated_at_ms,
      limits: {
        monitorLimit: row.monitor_limit,
        memberLimit: row.member_limit,
        intervalFloorSeconds: row.interval_floor_seconds,
        checksPerMinute: row.checks_per_minute,
      },
    }
  )
}

interface WorkspaceRow {
  name: string
  time_zone: string
  created_at_ms: number
  updated_at_ms: number
  monitor_limit: number | null
  member_limit: number | null
  interval_floor_seconds: number | null
  checks_per_minute: number | null
}

export async function renameWorkspace(sql: Sql, workspaceId: WorkspaceId, name: string): Promise<boolean> {
  const { rowCount } = await sql.execute(text`
    update workspace set name = ${name}, updated_at = now() where id = ${workspaceId}`)
  return (rowCount ?? 0) > 0
}

/** Sets by whose clocks its week begins. Its people are written to no later than by those that they had. */
export async function setTimeZone(
  sql: Sql,
  workspaceId: WorkspaceId,
  { timeZone, nextDigestMs }: { timeZone: string; nextDigestMs: number },
): Promise<void> {
  await sql.execute(text`
    update workspace set time_zone = ${timeZone}, digest_at = least(digest_at, ${instant(nextDigestMs)}), updated_at = now()
    where id = ${workspaceId}`)
}

/** For the operator of the instance alone: the role of a tenant may not. */
export async function setWorkspaceLimits(
  sql: Sql,
  workspaceId: WorkspaceId,
  limits: WorkspaceLimits,
): Promise<boolean> {
  const { rowCount } = await sql.execute(text`
    update workspace
    set monitor_limit = ${limits.monitorLimit}, member_limit = ${limits.memberLimit},
      interval_floor_seconds = ${limits.intervalFloorSeconds}, checks_per_minute = ${limits.checksPerMinute}, updated_at = now()
    where id = ${workspaceId} and deleted_at is null`)
  return (rowCount ?? 0) > 0
}
