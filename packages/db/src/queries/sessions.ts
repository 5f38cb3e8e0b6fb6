import {
  parseSessionId,
  parseUserId,
  parseWorkspaceId,
  type SessionId,
  type UserId,
  type WorkspaceId,
} from '@repo/domain/ids'
import type { Role } from '@repo/domain/role'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'

export type SignInMethod = 'password' | 'passkey' | 'oidc'

export interface NewSession {
  readonly id: SessionId
  readonly userId: UserId
  readonly method: SignInMethod
  /** Where they begin to work; otherwise in their oldest workspace. */
  readonly workspaceId?: WorkspaceId | undefined
  readonly nowMs: number
  readonly expiresAtMs: number
  readonly userAgent: string | null
  readonly address: string | null
}

/** So many of one person hold at a time. */
const SESSIONS_AT_MOST = 100

/** Whoever opens one too many ends their oldest. */
export async function createSession(sql: Sql, session: NewSession): Promise<void> {
  // Both parts see what was there before: those that stay are one fewer.
  await sql.execute(text`
    with surplus as (
      update session set revoked_at = ${instant(session.nowMs)} where id in (
        select id from session where user_id = ${session.userId} and revoked_at is null and expires_at > ${instant(session.nowMs)}
        order by created_at desc, id desc offset ${SESSIONS_AT_MOST - 1})
    )
    insert into session (id, user_id, workspace_id, method, created_at, last_seen_at, expires_at, user_agent, address)
    values (${session.id}, ${session.userId}, ${session.workspaceId ?? null}::uuid, ${session.method}, ${instant(session.nowMs)},
      ${instant(session.nowMs)}, ${instant(session.expiresAtMs)}, ${session.userAgent}, ${session.address})`)
}

/** What somebody is in a workspace. */
export interface Membership {
  readonly workspaceId: WorkspaceId
  readonly workspaceName: string
  readonly role: Role
}

export interface FoundSession {
  readonly sessionId: SessionId
  readonly userId: UserId
  readonly username: string
  readonly isOperator: boolean
  readonly method: SignInMethod
  readonly createdAtMs: number
  readonly expiresAtMs: number
  /** In the workspace that was asked for; otherwise in that of the session, or else in their oldest. Null where they are in no such. */
  readonly membership: Membership | null
}

/** Who a session that still holds is of, and what they are where they act. */
export async function findSession(
  sql: Sql,
  sessionId: SessionId,
  { nowMs, workspaceId }: { nowMs: number; workspaceId?: WorkspaceId | undefined },
): Promise<FoundSession | undefined> {
  const { rows } = await sql.execute<SessionRow & Record<string, unknown>>(text`
    select s.user_id, u.username, u.is_operator, s.method, ${msOf('s.created_at')} as created_at_ms, ${msOf('s.expires_at')} as expires_at_ms,
      m.workspace_id, m.name as workspace_name, m.role
    from session s join users u on u.id = s.user_id
    left join lateral (
      select m.workspace_id, m.role, w.name from membership m join workspace w on w.id = m.workspace_id
      where m.user_id = s.user_id and (${workspaceId ?? null}::uuid is null or m.workspace_id = ${workspaceId ?? null}::uuid)
      order by m.workspace_id is not distinct from s.workspace_id desc, w.created_at, w.id limit 1
    ) m on true
    where s.id = ${sessionId} and s.revoked_at is null and s.expires_at > ${instant(nowMs)}`)
  const row = rows[0]
  return row && toSession(sessionId, row)
}

interface SessionRow {
  user_id: string
  username: string
  is_operator: boolean
  method: SignInMethod
  created_at_ms: number
  expires_at_ms: number
  workspace_id: string | null
  workspace_name: string
  role: Role
}

function toSession(sessionId: SessionId, row: SessionRow): FoundSession {
  return {
    sessionId,
    userId: parseUserId(row.user_id),
    username: row.username,
    isOperator: row.is_operator,
    method: row.method,
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
    membership:
      row.workspace_id === null
        ? null
        : { workspaceId: parseWorkspaceId(row.workspace_id), workspaceName: row.workspace_name, role: row.role },
  }
}

const SEEN_EVERY_MS = 60_000

/** Keeps when a session was last seen, to the minute: nobody needs it finer, and each time is a write. */
export async function touchSession(sql: Sql, sessionId: SessionId, nowMs: number): Promise<void> {
  await sql.execute(text`
    update session set last_seen_at = ${instant(nowMs)} where id = ${sessionId} and last_seen_at < ${instant(nowMs - SEEN_EVERY_MS)}`)
}

export interface ListedSession {
  readonly id: SessionId
  readonly method: SignInMethod
  readonly createdAtMs: number
  readonly lastSeenAtMs: number
  readonly expiresAtMs: number
  readonly userAgent: string | null
  readonly address: string | null
}

/** The sessions of a user that still hold, the one last seen first. */
export async function listSessions(sql: Sql, userId: UserId, nowMs: number): Promise<ListedSession[]> {
  const { rows } = await sql.execute<Omit<ListedSession, 'id'> & { id: string } & Record<string, unknown>>(text`
    select id, method, ${msOf('created_at')} as "createdAtMs", ${msOf('last_seen_at')} as "lastSeenAtMs", ${msOf('expires_at')} as "expiresAtMs",
      user_agent as "userAgent", address
    from session where user_id = ${userId} and revoked_at is null and expires_at > ${instant(nowMs)}
    order by last_seen_at desc, id desc`)
  return rows.map((row) => ({ ...row, id: parseSessionId(row.id) }))
}

interface OwnSession {
  readonly userId: UserId
  readonly sessionId: SessionId
}

/** @returns whether the user had such a session, and it still held. */
export async function revokeSession(sql: Sql, session: OwnSession & { nowMs: number }): Promise<boolean> {
  const { rowCount } = await sql.execute(text`
    update session set revoked_at = ${instant(session.nowMs)}
    where id = ${session.sessionId} and user_id = ${session.userId} and revoked_at is null`)
  return (rowCount ?? 0) > 0
}

/** Ends all sessions of a user but this one. @returns those that it ended. */
export async function revokeOtherSessions(sql: Sql, session: OwnSession & { nowMs: number }): Promise<SessionId[]> {
  const { rows } = await sql.execute<{ id: string }>(text`
    update session set revoked_at = ${instant(session.nowMs)}
    where user_id = ${session.userId} and id <> ${session.sessionId} and revoked_at is null returning id`)
  return rows.map((row) => parseSessionId(row.id))
}

/** From the next request on the session acts in that workspace. @returns whether its user is in there. */
export async function switchWorkspace(sql: Sql, session: OwnSession & { workspaceId: WorkspaceId }): Promise<boolean> {
  const { rowCount } = await sql.execute(text`
    update session s set workspace_id = m.workspace_id
    from membership m
    where s.id = ${session.sessionId} and s.user_id = ${session.userId} and s.revoked_at is null
      and m.user_id = s.user_id and m.workspace_id = ${session.workspaceId}`)
  return (rowCount ?? 0) > 0
}

/** Sessions that ended before are of no more use to anybody. */
export async function deleteSessionsBefore(sql: Sql, beforeMs: number): Promise<void> {
  await sql.execute(
    text`delete from session where expires_at < ${instant(beforeMs)} or revoked_at < ${instant(beforeMs)}`,
  )
}
