import type { ApiKeyId, InvitationId, SessionId, UserId, WorkspaceId } from '@repo/domain/ids'
import { parseApiKeyId, parseInvitationId, parseSessionId } from '@repo/domain/ids'
import type { Role } from '@repo/domain/role'
import { makeUserId, noonMs } from '@repo/domain/testing'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../src/database.ts'
import { createKey, type NewKey } from '../src/queries/api-keys.ts'
import { createInvitation, type NewInvitation } from '../src/queries/invitations.ts'
import { createSession, type NewSession } from '../src/queries/sessions.ts'
import { insertUser } from '../src/queries/users.ts'

/** People and what they come in by, for tests, made by the queries that make them in earnest. Everything begins at `noonMs`. */

export const hourMs = 3_600_000

/** SHA-256, as of a token. */
export const hashOf = (token: string): Buffer => Buffer.from(new Bun.CryptoHasher('sha256').update(token).digest())

/** Somebody without a workspace of their own. */
export async function addPerson(sql: Sql, username = `person-${crypto.randomUUID()}`): Promise<UserId> {
  const id = makeUserId()
  const { created } = await sql.transaction((tx) => insertUser(tx, { id, username, passwordHash: 'none' }))
  if (!created) throw new Error(`the name ${username} is taken`)
  return id
}

export async function addMember(sql: Sql, workspaceId: WorkspaceId, role: Role): Promise<UserId> {
  const userId = await addPerson(sql)
  await join(sql, { workspaceId, userId, role })
  return userId
}

export async function join(sql: Sql, joined: { workspaceId: WorkspaceId; userId: UserId; role: Role }): Promise<void> {
  await sql.execute(text`
    insert into membership (workspace_id, user_id, role) values (${joined.workspaceId}, ${joined.userId}, ${joined.role})`)
}

/** Somebody who was in a workspace when it was deleted: of one that is there, nobody in earnest. */
export async function addFormerMember(sql: Sql, workspaceId: WorkspaceId): Promise<void> {
  await sql.execute(text`
    insert into former_membership (workspace_id, user_id, role, digest, digest_token, views)
    values (${workspaceId}, ${await addPerson(sql)}, 'viewer', true, gen_random_uuid(), '[]')`)
}

export async function addSession(sql: Sql, userId: UserId, changed: Partial<NewSession> = {}): Promise<SessionId> {
  const id = parseSessionId(crypto.randomUUID())
  const times = { nowMs: noonMs, expiresAtMs: noonMs + hourMs }
  await createSession(sql, {
    id,
    userId,
    method: 'password',
    userAgent: 'test',
    address: '192.0.2.1',
    ...times,
    ...changed,
  })
  return id
}

/** A key of the hash of its own id. */
export async function addKey(
  sql: Sql,
  { workspaceId, createdBy, ...changed }: Pick<NewKey, 'workspaceId' | 'createdBy'> & Partial<NewKey>,
): Promise<ApiKeyId> {
  const id = parseApiKeyId(crypto.randomUUID())
  const shown = { name: 'deploys', prefix: 'bu_abc', hash: hashOf(id), scopes: ['read'] as const }
  await createKey(sql, { id, workspaceId, createdBy, ...shown, nowMs: noonMs, expiresAtMs: null, ...changed })
  return id
}

/** An invitation whose token is its own id. */
export async function addInvitation(
  sql: Sql,
  { workspaceId, invitedBy, ...changed }: Pick<NewInvitation, 'workspaceId' | 'invitedBy'> & Partial<NewInvitation>,
): Promise<InvitationId> {
  const id = parseInvitationId(crypto.randomUUID())
  const made = {
    id,
    email: null,
    role: 'member',
    tokenHash: hashOf(id),
    nowMs: noonMs,
    expiresAtMs: noonMs + hourMs,
  } as const
  await createInvitation(sql, { ...made, workspaceId, invitedBy, ...changed })
  return id
}
