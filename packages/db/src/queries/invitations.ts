import { type InvitationId, parseInvitationId, parseWorkspaceId, type UserId, type WorkspaceId } from '@repo/domain/ids'
import type { Role } from '@repo/domain/role'
import { type SQL, sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'
import { insertUser, type NewPerson } from './users.ts'

export interface NewInvitation {
  readonly id: InvitationId
  readonly workspaceId: WorkspaceId
  readonly email: string | null
  readonly role: Role
  readonly tokenHash: Buffer
  readonly invitedBy: UserId
  readonly nowMs: number
  readonly expiresAtMs: number
}

export async function createInvitation(sql: Sql, made: NewInvitation): Promise<void> {
  await sql.execute(text`
    insert into invitation (id, workspace_id, email, role, token_hash, invited_by, created_at, expires_at)
    values (${made.id}, ${made.workspaceId}, ${made.email}, ${made.role}, ${made.tokenHash}, ${made.invitedBy}, ${instant(made.nowMs)},
      ${instant(made.expiresAtMs)})`)
}

/** Each role with those that may invite to it. */
const isStillTheirs = text`exists (
  select from membership inviter where inviter.workspace_id = i.workspace_id and inviter.user_id = i.invited_by
    and inviter.role in ('admin', 'owner') and (i.role <> 'owner' or inviter.role = 'owner'))`

/** So many that can still be accepted, for a workspace. */
const INVITATIONS_AT_MOST = 200

/** @returns whether there is room for another one. Those who ask at once do so one after the other: a part of a transaction. */
export async function hasRoomForInvitation(tx: Sql, workspaceId: WorkspaceId, nowMs: number): Promise<boolean> {
  await tx.execute(text`select from workspace where id = ${workspaceId} for no key update`)
  const { rows } = await tx.execute<{ count: number }>(text`
    select count(*)::integer as count from invitation i where i.workspace_id = ${workspaceId} and ${stateAt(nowMs)} = 'open'`)
  return (rows[0]?.count ?? 0) < INVITATIONS_AT_MOST
}

export type InvitationState = 'open' | 'used' | 'revoked' | 'expired'

export interface Invitation {
  readonly id: InvitationId
  readonly email: string | null
  readonly role: Role
  /** Null where they are no longer there. */
  readonly invitedByName: string | null
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

export interface FoundInvitation extends Invitation {
  readonly workspaceId: WorkspaceId
  readonly workspaceName: string
  readonly state: InvitationState
}

const columns = text`i.id, i.email, i.role, u.username as "invitedByName", ${msOf('i.created_at')} as "createdAtMs", ${msOf('i.expires_at')} as "expiresAtMs"`
type Raw = Omit<Invitation, 'id'> & { id: string } & Record<string, unknown>

/** Asking does not use it up. */
export async function findInvitation(sql: Sql, tokenHash: Buffer, nowMs: number): Promise<FoundInvitation | undefined> {
  const { rows } = await sql.execute<Raw & { workspaceId: string; workspaceName: string; state: InvitationState }>(text`
    select ${columns}, i.workspace_id as "workspaceId", w.name as "workspaceName", ${stateAt(nowMs)} as state
    from invitation i join workspace w on w.id = i.workspace_id and w.deleted_at is null left join users u on u.id = i.invited_by
    where i.token_hash = ${tokenHash}`)
  const row = rows[0]
  return row && { ...row, id: parseInvitationId(row.id), workspaceId: parseWorkspaceId(row.workspaceId) }
}

/** It gives no more than whoever made it may give now: of somebody who was sent away since, nothing. */
function stateAt(nowMs: number): SQL {
  return text`case when i.accepted_at is not null then 'used' when i.revoked_at is not null or not ${isStillTheirs} then 'revoked'
    when i.expires_at <= ${instant(nowMs)} then 'expired' else 'open' end`
}

/** Those of a workspace that can still be accepted, newest first. */
export async function listInvitations(sql: Sql, workspaceId: WorkspaceId, nowMs: number): Promise<Invitation[]> {
  const { rows } = await sql.execute<Raw>(text`
    select ${columns} from invitation i left join users u on u.id = i.invited_by
    where i.workspace_id = ${workspaceId} and ${stateAt(nowMs)} = 'open' order by i.created_at desc, i.id desc`)
  return rows.map((row) => ({ ...row, id: parseInvitationId(row.id) }))
}

/** @returns whether the workspace had such an invitation that nobody had accepted or revoked. */
export async function revokeInvitation(
  sql: Sql,
  { workspaceId, id, nowMs }: { workspaceId: WorkspaceId; id: InvitationId; nowMs: number },
): Promise<boolean> {
  const { rowCount } = await sql.execute(text`
    update invitation set revoked_at = ${instant(nowMs)}
    where workspace_id = ${workspaceId} and id = ${id} and accepted_at is null and revoked_at is null`)
  return (rowCount ?? 0) > 0
}

export type Accepted =
  | {
      readonly kind: 'accepted'
      readonly invitationId: InvitationId
      readonly workspaceId: WorkspaceId
      readonly role: Role
    }
  | { readonly kind: 'absent' | 'used' | 'revoked' | 'expired' | 'full' | 'already_member' | 'username_taken' }

export interface Accepting {
  readonly tokenHash: Buffer
  readonly nowMs: number
  /** So many members a workspace may have that has no limit of its own. */
  readonly memberLimit: number
}

/** Makes a user a member, once for an invitation. Who is in already stays what they are, and the invitation stays open. */
export function acceptInvitation(sql: Sql, userId: UserId, accepting: Accepting): Promise<Accepted> {
  return sql.transaction(async (tx) => {
    const open = await lockOpen(tx, accepting)
    return open.kind === 'accepted' ? settle(tx, open, { userId, nowMs: accepting.nowMs }) : open
  })
}

/** The same for somebody who is no user yet: with the membership they become one, without a workspace of their own. */
export function joinByInvitation(sql: Sql, user: NewPerson, accepting: Accepting): Promise<Accepted> {
  return sql.transaction(async (tx) => {
    const open = await lockOpen(tx, accepting)
    if (open.kind !== 'accepted') return open
    const { created } = await insertUser(tx, user)
    return created ? settle(tx, open, { userId: user.id, nowMs: accepting.nowMs }) : { kind: 'username_taken' }
  })
}

/** Until the transaction ends nobody else can accept it, nor any other of its workspace: members are counted one by one. */
async function lockOpen(tx: Sql, { tokenHash, nowMs, memberLimit }: Accepting): Promise<Accepted> {
  const { rows } = await tx.execute<{ id: string; workspace_id: string; role: Role; state: InvitationState }>(text`
    select i.id, i.workspace_id, i.role, ${stateAt(nowMs)} as state from invitation i
    where i.token_hash = ${tokenHash} and exists (select from workspace w where w.id = i.workspace_id and w.deleted_at is null) for update`)
  const row = rows[0]
  if (!row) return { kind: 'absent' }
  if (row.state !== 'open') return { kind: row.state }
  const locked = await tx.execute<{ limit: number }>(text`
    select coalesce(member_limit, ${memberLimit}::integer) as limit from workspace where id = ${row.workspace_id} for no key update`)
  // Counted by a statement of its own, which sees who came while the lock was waited for.
  const counted = await tx.execute<{ count: number }>(text`
    select count(*)::integer as count from membership where workspace_id = ${row.workspace_id}`)
  if ((counted.rows[0]?.count ?? 0) >= (locked.rows[0]?.limit ?? 0)) return { kind: 'full' }
  return {
    kind: 'accepted',
    invitationId: parseInvitationId(row.id),
    workspaceId: parseWorkspaceId(row.workspace_id),
    role: row.role,
  }
}

async function settle(
  tx: Sql,
  open: Accepted & { kind: 'accepted' },
  { userId, nowMs }: { userId: UserId; nowMs: number },
): Promise<Accepted> {
  const { rowCount } = await tx.execute(text`
    insert into membership (workspace_id, user_id, role, joined_at) values (${open.workspaceId}, ${userId}, ${open.role}, ${instant(nowMs)})
    on conflict do nothing`)
  if (!rowCount) return { kind: 'already_member' }
  await tx.execute(text`
    update invitation set accepted_at = ${instant(nowMs)}, accepted_by = ${userId} where id = ${open.invitationId}`)
  return open
}

export async function deleteInvitationsBefore(sql: Sql, beforeMs: number): Promise<void> {
  await sql.execute(text`delete from invitation where expires_at < ${instant(beforeMs)}`)
}
