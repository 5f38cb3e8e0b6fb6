import { parseUserId, type UserId, type WorkspaceId } from '@repo/domain/ids'
import type { Role } from '@repo/domain/role'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'

export interface Member {
  readonly userId: UserId
  readonly username: string
  readonly email: string | null
  readonly role: Role
  readonly hasSecondFactor: boolean
  /** Null for those who came before it was written down. */
  readonly joinedAtMs: number | null
}

/** By name. */
export async function listMembers(sql: Sql, workspaceId: WorkspaceId): Promise<Member[]> {
  const { rows } = await sql.execute<Omit<Member, 'userId'> & { userId: string } & Record<string, unknown>>(text`
    select m.user_id as "userId", u.username, u.email, m.role, u.totp_confirmed_at is not null as "hasSecondFactor",
      ${msOf('m.joined_at')} as "joinedAtMs"
    from membership m join users u on u.id = m.user_id
    where m.workspace_id = ${workspaceId} order by lower(u.username), u.id`)
  return rows.map((row) => ({ ...row, userId: parseUserId(row.userId) }))
}

export async function countMembers(sql: Sql, workspaceId: WorkspaceId): Promise<number> {
  const { rows } = await sql.execute<{ count: number }>(text`
    select count(*)::integer as count from membership where workspace_id = ${workspaceId}`)
  return rows[0]?.count ?? 0
}

interface OneMember {
  readonly workspaceId: WorkspaceId
  readonly userId: UserId
}

/** The last owner stays one: a workspace that nobody may look after would be lost to all who are in it. */
export function changeRole(
  sql: Sql,
  { workspaceId, userId, role }: OneMember & { role: Role },
): Promise<'changed' | 'last_owner' | 'absent'> {
  return sql.transaction(async (tx) => {
    const standing = await lockStanding(tx, { workspaceId, userId })
    if (!standing) return 'absent'
    if (role !== 'owner' && isLastOwner(standing)) return 'last_owner'
    await tx.execute(text`
      update membership set role = ${role} where workspace_id = ${workspaceId} and user_id = ${userId}`)
    return 'changed'
  })
}

/** Whoever leaves or is made to leave: their keys of this workspace open nothing from then on, also should they come back. */
export function removeMember(
  sql: Sql,
  { workspaceId, userId, nowMs }: OneMember & { nowMs: number },
): Promise<'removed' | 'last_owner' | 'absent'> {
  return sql.transaction(async (tx) => {
    const standing = await lockStanding(tx, { workspaceId, userId })
    if (!standing) return 'absent'
    if (isLastOwner(standing)) return 'last_owner'
    await tx.execute(text`
      update api_key set revoked_at = ${instant(nowMs)}
      where workspace_id = ${workspaceId} and created_by = ${userId} and revoked_at is null`)
    await tx.execute(text`delete from membership where workspace_id = ${workspaceId} and user_id = ${userId}`)
    return 'removed'
  })
}

interface Standing {
  readonly role: Role
  readonly owners: number
}

function isLastOwner({ role, owners }: Standing): boolean {
  return role === 'owner' && owners === 1
}

/** Roles of one workspace are changed one after the other: of its two last owners not both may go at once. */
async function lockStanding(tx: Sql, { workspaceId, userId }: OneMember): Promise<Standing | undefined> {
  await tx.execute(text`select from workspace where id = ${workspaceId} for no key update`)
  const { rows } = await tx.execute<{ role: Role; owners: number }>(text`
    select role, (select count(*) from membership o where o.workspace_id = ${workspaceId} and o.role = 'owner')::integer as owners
    from membership where workspace_id = ${workspaceId} and user_id = ${userId}`)
  return rows[0]
}
