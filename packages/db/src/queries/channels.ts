import {
  type ChannelId,
  parseChannelId,
  parseUserId,
  parseWorkspaceId,
  type UserId,
  type WorkspaceId,
} from '@repo/domain/ids'
import { type SQL, sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'
import { type ExpectedVersion, isMeant, type Owned, type Versioned, whyMissed } from './versioned.ts'

/** Ways to tell people of a workspace. */

export interface NewChannel {
  readonly id: ChannelId
  readonly workspaceId: WorkspaceId
  /** Whose it is; null where it is of the workspace. */
  readonly userId: UserId | null
  readonly name: string
  readonly kind: string
  /** Sealed as a whole. */
  readonly settings: string
}

export interface StoredChannel extends NewChannel, Versioned {
  readonly pausedAtMs: number | null
  /** How often in a row it was in vain. */
  readonly failures: number
  readonly failingSinceMs: number | null
  readonly lastAcceptedAtMs: number | null
}

export async function createChannel(sql: Sql, created: NewChannel, nowMs: number): Promise<void> {
  const { id, workspaceId, userId, name, kind, settings } = created
  const now = instant(nowMs)
  await sql.execute(text`
    insert into channel (id, workspace_id, user_id, name, kind, settings, created_at, updated_at)
    values (${id}, ${workspaceId}, ${userId}, ${name}, ${kind}, ${settings}, ${now}, ${now})`)
}

export async function findChannel(sql: Sql, { workspaceId, id }: Owned<ChannelId>): Promise<StoredChannel | undefined> {
  const [found] = await readChannels(sql, text`workspace_id = ${workspaceId} and id = ${id}`, 1)
  return found
}

export interface ChannelPage {
  readonly items: readonly StoredChannel[]
  readonly next: { readonly id: string } | null
}

/** In the order in which they were made. */
export async function listChannels(
  sql: Sql,
  workspaceId: WorkspaceId,
  { limit, cursor }: { limit: number; cursor?: { readonly id: string } | undefined },
): Promise<ChannelPage> {
  const later = cursor ? text`id > ${cursor.id}::uuid` : text`true`
  const found = await readChannels(sql, text`workspace_id = ${workspaceId} and ${later}`, limit + 1)
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, next: found.length > limit && last ? { id: last.id } : null }
}

/** Somebody's own channels of a kind, in each workspace in which they are: none is an answer too. */
export async function listOwnChannels(
  sql: Sql,
  userId: UserId,
  kind: string,
): Promise<Map<WorkspaceId, readonly StoredChannel[]>> {
  const { rows } = await sql.execute<{ workspace_id: string }>(text`
    select workspace_id from membership where user_id = ${userId} order by workspace_id`)
  const found = new Map<WorkspaceId, readonly StoredChannel[]>()
  for (const { workspace_id: id } of rows) {
    const own = text`workspace_id = ${id} and user_id = ${userId} and kind = ${kind}`
    found.set(parseWorkspaceId(id), await readChannels(sql, own, ownAtMost))
  }
  return found
}

const ownAtMost = 100

export async function countChannels(sql: Sql, workspaceId: WorkspaceId): Promise<number> {
  const { rows } = await sql.execute<{ count: number }>(text`
    select count(*)::integer as count from channel where workspace_id = ${workspaceId}`)
  return rows[0]?.count ?? 0
}

export interface ChannelChange extends ExpectedVersion {
  readonly name?: string | undefined
  readonly settings?: string | undefined
  readonly isPaused?: boolean | undefined
  readonly nowMs: number
}

/** Other settings are tried at once, whatever the provider said of those before. What is to be told by one that is paused waits. */
export async function changeChannel(
  sql: Sql,
  owned: Owned<ChannelId>,
  { name, settings, isPaused, nowMs, ...expected }: ChannelChange,
): Promise<'changed' | 'stale' | 'absent'> {
  const now = instant(nowMs)
  const values = [text`updated_at = ${now}`, text`version = version + 1`]
  if (name !== undefined) values.push(text`name = ${name}`)
  if (settings !== undefined)
    values.push(text`settings = ${settings}, held_until = null, failures = 0, failing_since = null`)
  if (isPaused !== undefined)
    values.push(text`paused_at = case when ${isPaused}::boolean then coalesce(paused_at, ${now}) end`)
  const { rowCount } = await sql.execute(text`
    update channel set ${text.join(values, text`, `)} where ${isMeant(owned, expected)}`)
  return rowCount ? 'changed' : whyMissed(sql, 'channel', owned)
}

export async function deleteChannel(
  sql: Sql,
  owned: Owned<ChannelId>,
  expected: ExpectedVersion,
): Promise<'deleted' | 'stale' | 'absent'> {
  const { rowCount } = await sql.execute(text`delete from channel where ${isMeant(owned, expected)}`)
  return rowCount ? 'deleted' : whyMissed(sql, 'channel', owned)
}

interface ChannelRow {
  id: string
  workspace_id: WorkspaceId
  user_id: string | null
  name: string
  kind: string
  settings: string
  paused_at_ms: number | null
  failures: number
  failing_since_ms: number | null
  last_accepted_at_ms: number | null
  version: number
  created_at_ms: number
  updated_at_ms: number
}

async function readChannels(sql: Sql, where: SQL, limit: number): Promise<StoredChannel[]> {
  const { rows } = await sql.execute<ChannelRow & Record<string, unknown>>(text`
    select id, workspace_id, user_id, name, kind, settings, failures, version, ${msOf('paused_at')} as paused_at_ms,
      ${msOf('failing_since')} as failing_since_ms, ${msOf('last_accepted_at')} as last_accepted_at_ms,
      ${msOf('created_at')} as created_at_ms, ${msOf('updated_at')} as updated_at_ms
    from channel where ${where} order by id limit ${limit}`)
  return rows.map((row) => ({
    id: parseChannelId(row.id),
    workspaceId: row.workspace_id,
    userId: row.user_id === null ? null : parseUserId(row.user_id),
    name: row.name,
    kind: row.kind,
    settings: row.settings,
    pausedAtMs: row.paused_at_ms,
    failures: row.failures,
    failingSinceMs: row.failing_since_ms,
    lastAcceptedAtMs: row.last_accepted_at_ms,
    version: row.version,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  }))
}

/** A message of which nobody keeps a delivery was taken: a test. */
export async function markAccepted(sql: Sql, { workspaceId, id }: Owned<ChannelId>, nowMs: number): Promise<void> {
  await sql.execute(text`
    update channel set last_accepted_at = greatest(last_accepted_at, ${instant(nowMs)})
    where workspace_id = ${workspaceId} and id = ${id}`)
}
