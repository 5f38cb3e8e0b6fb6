import { type MonitorId, parseMonitorId, parseWindowId, type WindowId, type WorkspaceId } from '@repo/domain/ids'
import type { AppliesTo } from '@repo/domain/maintenance'
import { type SQL, sql as text } from 'drizzle-orm'
import { texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'
import { keepFormer } from './former-windows.ts'

/** Maintenance windows of a workspace. */

export interface NewWindow {
  readonly id: WindowId
  readonly workspaceId: WorkspaceId
  readonly name: string
  readonly schedule: unknown
  readonly appliesTo: AppliesTo
  /** What status pages say of it; null, or left out, where they say nothing. */
  readonly announcement?: unknown
}

/** `schedule` and `announcement` are as stored: whoever uses them parses them. */
export interface StoredWindow {
  readonly id: WindowId
  readonly name: string
  readonly schedule: unknown
  readonly announcement: unknown
  readonly appliesTo: AppliesTo
  readonly version: number
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

interface Owned {
  readonly workspaceId: WorkspaceId
  readonly id: WindowId
}

export async function createWindow(sql: Sql, created: NewWindow, nowMs: number): Promise<void> {
  const { id, workspaceId, name, schedule, appliesTo, announcement } = created
  const now = instant(nowMs)
  await sql.execute(text`
    insert into maintenance_window (id, workspace_id, name, schedule, applies_to, tags, announcement, effective_from, created_at, updated_at)
    values (${id}, ${workspaceId}, ${name}, ${JSON.stringify(schedule)}::jsonb, ${appliesTo.kind}, ${tagsOf(appliesTo)}, ${jsonOrNull(announcement)},
      ${now}, ${now}, ${now})`)
  await linkMonitors(sql, created, appliesTo)
}

function jsonOrNull(value: unknown): SQL {
  return text`${value == null ? null : JSON.stringify(value)}::jsonb`
}

function tagsOf(appliesTo: AppliesTo): SQL {
  return text`${texts(appliesTo.kind === 'tags' ? appliesTo.tags : [], String)}::text[]`
}

/** Ids of monitors that the workspace does not have are passed over: whoever asks has looked before. */
async function linkMonitors(sql: Sql, { workspaceId, id }: Owned, appliesTo: AppliesTo): Promise<void> {
  if (appliesTo.kind !== 'monitors') return
  await sql.execute(text`
    insert into maintenance_monitor (window_id, monitor_key, workspace_id)
    select ${id}::uuid, monitor_key, workspace_id from monitor
    where workspace_id = ${workspaceId} and id = any(${texts(appliesTo.monitorIds, String)}::uuid[])`)
}

export async function findWindow(sql: Sql, { workspaceId, id }: Owned): Promise<StoredWindow | undefined> {
  const [found] = await readWindows(sql, text`w.workspace_id = ${workspaceId} and w.id = ${id}`)
  return found
}

export interface WindowPage {
  readonly items: readonly StoredWindow[]
  readonly next: { readonly id: string } | null
}

/** In the order in which they were made. */
export async function listWindows(
  sql: Sql,
  workspaceId: WorkspaceId,
  { limit, cursor }: { limit: number; cursor?: { readonly id: string } | undefined },
): Promise<WindowPage> {
  const later = cursor ? text`w.id > ${cursor.id}::uuid` : text`true`
  const found = await readWindows(sql, text`w.workspace_id = ${workspaceId} and ${later}`, limit + 1)
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, next: found.length > limit && last ? { id: last.id } : null }
}

export async function countWindows(sql: Sql, workspaceId: WorkspaceId): Promise<number> {
  const { rows } = await sql.execute<{ count: number }>(text`
    select count(*)::integer as count from maintenance_window where workspace_id = ${workspaceId}`)
  return rows[0]?.count ?? 0
}

export interface WindowChange {
  readonly name?: string | undefined
  readonly schedule?: unknown
  readonly appliesTo?: AppliesTo | undefined
  /** Null where pages are to say nothing any more. */
  readonly announcement?: unknown
  readonly nowMs: number
  /** The version that whoever changes it has seen; without it any will do. */
  readonly expectedVersion?: number | undefined
}

/**
 * Changes what is given. A change of when, or of whom, says nothing of the time before it.
 *
 * @returns `stale`, and nothing is changed, where somebody else changed it since.
 */
export async function changeWindow(
  sql: Sql,
  { workspaceId, id }: Owned,
  { name, schedule, appliesTo, announcement, nowMs, expectedVersion }: WindowChange,
): Promise<'changed' | 'stale' | 'absent'> {
  const now = instant(nowMs)
  const values = [text`updated_at = ${now}`, text`version = version + 1`]
  if (name !== undefined) values.push(text`name = ${name}`)
  if (schedule !== undefined) values.push(text`schedule = ${JSON.stringify(schedule)}::jsonb`)
  if (appliesTo) values.push(text`applies_to = ${appliesTo.kind}, tags = ${tagsOf(appliesTo)}`)
  if (announcement !== undefined) values.push(text`announcement = ${jsonOrNull(announcement)}`)
  if (schedule !== undefined || appliesTo) values.push(text`effective_from = ${now}`)
  // What is only said otherwise was told of what it is.
  if (schedule !== undefined || appliesTo || announcement === null)
    await keepFormer(sql, { workspaceId, id }, { isMeant: isVersion(expectedVersion), nowMs })
  const { rowCount } = await sql.execute(text`
    update maintenance_window set ${text.join(values, text`, `)}
    where workspace_id = ${workspaceId} and id = ${id} and ${isVersion(expectedVersion)}`)
  if (!rowCount) return missed(sql, { workspaceId, id })
  if (appliesTo) {
    await sql.execute(text`delete from maintenance_monitor where workspace_id = ${workspaceId} and window_id = ${id}`)
    await linkMonitors(sql, { workspaceId, id }, appliesTo)
  }
  return 'changed'
}

export async function deleteWindow(
  sql: Sql,
  { workspaceId, id }: Owned,
  { expectedVersion, nowMs }: { readonly expectedVersion?: number | undefined; readonly nowMs: number },
): Promise<'deleted' | 'stale' | 'absent'> {
  await keepFormer(sql, { workspaceId, id }, { isMeant: isVersion(expectedVersion), nowMs })
  const { rowCount } = await sql.execute(text`
    delete from maintenance_window where workspace_id = ${workspaceId} and id = ${id} and ${isVersion(expectedVersion)}`)
  return rowCount ? 'deleted' : missed(sql, { workspaceId, id })
}

function isVersion(expected: number | undefined): SQL {
  return expected === undefined ? text`true` : text`version = ${expected}`
}

async function missed(sql: Sql, owned: Owned): Promise<'stale' | 'absent'> {
  return (await findWindow(sql, owned)) ? 'stale' : 'absent'
}

interface WindowRow {
  id: string
  name: string
  schedule: unknown
  announcement: unknown
  kind: AppliesTo['kind']
  tags: string[]
  monitor_ids: string[]
  version: number
  created_at_ms: number
  updated_at_ms: number
}

async function readWindows(sql: Sql, where: SQL, limit = 1): Promise<StoredWindow[]> {
  const { rows } = await sql.execute<WindowRow & Record<string, unknown>>(text`
    select w.id, w.name, w.schedule, w.announcement, w.applies_to as kind, w.tags, w.version,
      ${msOf('w.created_at')} as created_at_ms, ${msOf('w.updated_at')} as updated_at_ms,
      array(select m.id::text from maintenance_monitor l join monitor m using (monitor_key) where l.window_id = w.id order by m.id) as monitor_ids
    from maintenance_window w where ${where} order by w.id limit ${limit}`)
  return rows.map((row) => ({
    id: parseWindowId(row.id),
    name: row.name,
    schedule: row.schedule,
    announcement: row.announcement,
    appliesTo: appliesToOf(row),
    version: row.version,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  }))
}

function appliesToOf({ kind, tags, monitor_ids }: WindowRow): AppliesTo {
  if (kind === 'tags') return { kind, tags }
  return kind === 'monitors' ? { kind, monitorIds: monitor_ids.map((id): MonitorId => parseMonitorId(id)) } : { kind }
}
