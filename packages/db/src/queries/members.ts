import { parseUserId, type UserId, type WorkspaceId } from '@repo/domain/ids'
import { isAtLeast, type Role } from '@repo/domain/role'
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
  const { rows } = await sql.execute<RawMember & Record<string, unknown>>(text`
    select ${columns} from membership m join users u on u.id = m.user_id
    where m.workspace_id = ${workspaceId} order by lower(u.username), u.id`)
  return rows.map(toMember)
}

type RawMember = Omit<Member, 'userId'> & { userId: string }

const columns = text`m.user_id as "userId", u.username, u.email, m.role, u.totp_confirmed_at is not null as "hasSecondFactor",
  ${msOf('m.joined_at')} as "joinedAtMs"`

function toMember(row: RawMember): Member {
  return { ...row, userId: parseUserId(row.userId) }
}

export async function countMembers(sql: Sql, workspaceId: WorkspaceId): Promise<number> {
  const { rows } = await sql.execute<{ count: number }>(text`
    select count(*)::integer as count from membership where workspace_id = ${workspaceId}`)
  return rows[0]?.count ?? 0
}

export async function findMember(sql: Sql, { workspaceId, userId }: OneMember): Promise<Member | undefined> {
  const { rows } = await sql.execute<RawMember & Record<string, unknown>>(text`
    select ${columns} from membership m join users u on u.id = m.user_id
    where m.workspace_id = ${workspaceId} and m.user_id = ${userId}`)
  return rows[0] && toMember(rows[0])
}

interface OneMember {
  readonly workspaceId: WorkspaceId
  readonly userId: UserId
}

/** Who is changed by whom: what the two may is looked up in the same moment. */
interface OneChange extends OneMember {
  /** Without it somebody who leaves by themselves, or what is done on nobody's behalf. */
  readonly by?: UserId | undefined
}

/** `above`: it takes more than whoever asked for it may, now. */
export type Unchanged = 'last_owner' | 'absent' | 'above'

/** The last owner stays one: a workspace that nobody may look after would be lost to all who are in it. */
export function changeRole(
  sql: Sql,
  { workspaceId, userId, by, role }: OneChange & { role: Role },
): Promise<'changed' | Unchanged> {
  return sql.transaction(async (tx) => {
    const standing = await lockStanding(tx, { workspaceId, userId, by })
    if (!standing) return 'absent'
    if (by !== undefined && !maySettle(standing, role)) return 'above'
    if (role !== 'owner' && isLastOwner(standing)) return 'last_owner'
    await tx.execute(text`
      update membership set role = ${role} where workspace_id = ${workspaceId} and user_id = ${userId}`)
    return 'changed'
  })
}

/** Whoever leaves or is made to leave: their keys of this workspace open nothing from then on, also should they come back. */
export function removeMember(
  sql: Sql,
  { workspaceId, userId, by, nowMs }: OneChange & { nowMs: number },
): Promise<'removed' | Unchanged> {
  return sql.transaction(async (tx) => {
    const standing = await lockStanding(tx, { workspaceId, userId, by })
    if (!standing) return 'absent'
    if (by !== undefined && !maySettle(standing, standing.role)) return 'above'
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
  /** Of whoever asks for the change; null where they are no member. */
  readonly byRole: Role | null
}

/** Nobody makes, changes or removes somebody who may more than they. */
function maySettle({ role, byRole }: Standing, wanted: Role): boolean {
  return byRole !== null && isAtLeast(byRole, 'admin') && isAtLeast(byRole, role) && isAtLeast(byRole, wanted)
}

function isLastOwner({ role, owners }: Standing): boolean {
  return role === 'owner' && owners === 1
}

/** Roles of one workspace are changed one after the other: of its two last owners not both may go at once. */
async function lockStanding(tx: Sql, { workspaceId, userId, by }: OneChange): Promise<Standing | undefined> {
  await tx.execute(text`select from workspace where id = ${workspaceId} for no key update`)
  const { rows } = await tx.execute<{ role: Role; owners: number; byRole: Role | null }>(text`
    select role, (select b.role from membership b where b.workspace_id = ${workspaceId} and b.user_id = ${by ?? null}::uuid) as "byRole",
      (select count(*) from membership o where o.workspace_id = ${workspaceId} and o.role = 'owner')::integer as owners
    from membership where workspace_id = ${workspaceId} and user_id = ${userId}`)
  return rows[0]
}
