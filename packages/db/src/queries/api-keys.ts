import {
  type ApiKeyId,
  parseApiKeyId,
  parseUserId,
  parseWorkspaceId,
  type UserId,
  type WorkspaceId,
} from '@repo/domain/ids'
import type { Role } from '@repo/domain/role'
import type { Scope } from '@repo/domain/scope'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'

export interface NewKey {
  readonly id: ApiKeyId
  readonly workspaceId: WorkspaceId
  readonly createdBy: UserId
  readonly name: string
  readonly prefix: string
  readonly hash: Buffer
  readonly scopes: readonly Scope[]
  readonly nowMs: number
  readonly expiresAtMs: number | null
}

export async function createKey(sql: Sql, key: NewKey): Promise<void> {
  await sql.execute(text`
    insert into api_key (id, workspace_id, created_by, name, prefix, hash, scopes, created_at, expires_at)
    values (${key.id}, ${key.workspaceId}, ${key.createdBy}, ${key.name}, ${key.prefix}, ${key.hash}, ${text.param([...key.scopes])}::text[],
      ${instant(key.nowMs)}, ${instant(key.expiresAtMs)})`)
}

/** So many that were not revoked, for a workspace. */
const KEYS_AT_MOST = 200

/** @returns whether there is room for another one. Those who ask at once do so one after the other: a part of a transaction. */
export async function hasRoomForKey(tx: Sql, workspaceId: WorkspaceId): Promise<boolean> {
  await tx.execute(text`select from workspace where id = ${workspaceId} for no key update`)
  const { rows } = await tx.execute<{ count: number }>(text`
    select count(*)::integer as count from api_key where workspace_id = ${workspaceId} and revoked_at is null`)
  return (rows[0]?.count ?? 0) < KEYS_AT_MOST
}

/** What a key acts as: its maker, with the role that they have now. */
export interface FoundKey {
  readonly id: ApiKeyId
  readonly userId: UserId
  readonly username: string
  readonly workspaceId: WorkspaceId
  readonly workspaceName: string
  readonly role: Role
  readonly scopes: readonly Scope[]
  readonly expiresAtMs: number | null
}

/** Undefined also where its maker is no member any more. */
export async function findKeyByHash(sql: Sql, hash: Buffer, nowMs: number): Promise<FoundKey | undefined> {
  const { rows } = await sql.execute<KeyRow & Record<string, unknown>>(text`
    select k.id, k.created_by, u.username, k.workspace_id, w.name as workspace_name, m.role, k.scopes, ${msOf('k.expires_at')} as expires_at_ms
    from api_key k
    join membership m on m.workspace_id = k.workspace_id and m.user_id = k.created_by
    join workspace w on w.id = k.workspace_id
    join users u on u.id = k.created_by
    where k.hash = ${hash} and k.revoked_at is null and coalesce(k.expires_at, 'infinity') > ${instant(nowMs)}`)
  const row = rows[0]
  return (
    row && {
      id: parseApiKeyId(row.id),
      userId: parseUserId(row.created_by),
      username: row.username,
      workspaceId: parseWorkspaceId(row.workspace_id),
      workspaceName: row.workspace_name,
      role: row.role,
      scopes: row.scopes,
      expiresAtMs: row.expires_at_ms,
    }
  )
}

interface KeyRow {
  id: string
  created_by: string
  username: string
  workspace_id: string
  workspace_name: string
  role: Role
  scopes: Scope[]
  expires_at_ms: number | null
}

const USED_EVERY_MS = 60_000

/** Keeps when a key was last used, to the minute. */
export async function touchKey(sql: Sql, id: ApiKeyId, nowMs: number): Promise<void> {
  await sql.execute(text`
    update api_key set last_used_at = ${instant(nowMs)}
    where id = ${id} and coalesce(last_used_at, '-infinity') < ${instant(nowMs - USED_EVERY_MS)}`)
}

export interface ListedKey {
  readonly id: ApiKeyId
  readonly name: string
  readonly prefix: string
  readonly scopes: readonly Scope[]
  readonly createdBy: UserId
  readonly createdByName: string
  readonly createdAtMs: number
  readonly expiresAtMs: number | null
  readonly lastUsedAtMs: number | null
}

/** The keys that were not revoked, those that are over included, newest first. A key whose maker left is none. */
export async function listKeys(sql: Sql, workspaceId: WorkspaceId): Promise<ListedKey[]> {
  const { rows } = await sql.execute<RawKey & Record<string, unknown>>(text`
    select k.id, k.name, k.prefix, k.scopes, k.created_by as "createdBy", u.username as "createdByName", ${msOf('k.created_at')} as "createdAtMs",
      ${msOf('k.expires_at')} as "expiresAtMs", ${msOf('k.last_used_at')} as "lastUsedAtMs"
    from api_key k
    join membership m on m.workspace_id = k.workspace_id and m.user_id = k.created_by
    join users u on u.id = k.created_by
    where k.workspace_id = ${workspaceId} and k.revoked_at is null
    order by k.created_at desc, k.id desc`)
  return rows.map((row) => ({ ...row, id: parseApiKeyId(row.id), createdBy: parseUserId(row.createdBy) }))
}

type RawKey = Omit<ListedKey, 'id' | 'createdBy'> & { id: string; createdBy: string }

/** So many keys of somebody's making open something now, in all workspaces together. */
export async function countKeysOf(sql: Sql, userId: UserId, nowMs: number): Promise<number> {
  const { rows } = await sql.execute<{ count: number }>(text`
    select count(*)::integer as count from api_key k
    join membership m on m.workspace_id = k.workspace_id and m.user_id = k.created_by
    where k.created_by = ${userId} and k.revoked_at is null and coalesce(k.expires_at, 'infinity') > ${instant(nowMs)}`)
  return rows[0]?.count ?? 0
}

/** How people know a key; also one that is over or was revoked. */
export async function findKeyName(
  sql: Sql,
  { workspaceId, id }: { workspaceId: WorkspaceId; id: ApiKeyId },
): Promise<{ readonly name: string; readonly prefix: string } | undefined> {
  const { rows } = await sql.execute<{ name: string; prefix: string }>(text`
    select name, prefix from api_key where workspace_id = ${workspaceId} and id = ${id}`)
  return rows[0]
}

/** @returns whether the workspace had such a key, and it was not revoked before. */
export async function revokeKey(
  sql: Sql,
  { workspaceId, id, nowMs }: { workspaceId: WorkspaceId; id: ApiKeyId; nowMs: number },
): Promise<boolean> {
  const { rowCount } = await sql.execute(text`
    update api_key set revoked_at = ${instant(nowMs)} where workspace_id = ${workspaceId} and id = ${id} and revoked_at is null`)
  return (rowCount ?? 0) > 0
}
