import { type GroupId, type MonitorId, parseGroupId, parseMonitorId, type WorkspaceId } from '@repo/domain/ids'
import type { GroupRule } from '@repo/domain/monitor-group'
import { type SQL, sql as text } from 'drizzle-orm'
import { numbers, texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'

/** Groups of monitors of a workspace. */

export interface GroupMember {
  readonly monitorId: MonitorId
  readonly weight: number
}

export interface NewGroup {
  readonly id: GroupId
  readonly workspaceId: WorkspaceId
  readonly name: string
  readonly rule: GroupRule
  readonly members: readonly GroupMember[]
}

/** `rule` is as stored: whoever uses it parses it. */
export interface StoredGroup {
  readonly id: GroupId
  readonly name: string
  readonly rule: unknown
  readonly members: readonly GroupMember[]
  readonly version: number
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

interface Owned {
  readonly workspaceId: WorkspaceId
  readonly id: GroupId
}

export async function createGroup(sql: Sql, created: NewGroup, nowMs: number): Promise<void> {
  const { id, workspaceId, name, rule, members } = created
  await sql.execute(text`
    insert into monitor_group (id, workspace_id, name, rule, created_at, updated_at)
    values (${id}, ${workspaceId}, ${name}, ${JSON.stringify(rule)}::jsonb, ${instant(nowMs)}, ${instant(nowMs)})`)
  await addMembers(sql, created, members)
}

/** Ids of monitors that the workspace does not have are passed over: whoever asks has looked before. */
async function addMembers(sql: Sql, { workspaceId, id }: Owned, members: readonly GroupMember[]): Promise<void> {
  await sql.execute(text`
    insert into monitor_group_member (group_id, monitor_key, workspace_id, weight)
    select ${id}::uuid, m.monitor_key, m.workspace_id, a.weight
    from unnest(${texts(members, ({ monitorId }) => monitorId)}::uuid[], ${numbers(members, ({ weight }) => weight)}::integer[]) as a (id, weight)
    join monitor m on m.id = a.id where m.workspace_id = ${workspaceId}`)
}

export async function findGroup(sql: Sql, { workspaceId, id }: Owned): Promise<StoredGroup | undefined> {
  const [found] = await readGroups(sql, text`g.workspace_id = ${workspaceId} and g.id = ${id}`)
  return found
}

export interface GroupPage {
  readonly items: readonly StoredGroup[]
  readonly next: { readonly id: string } | null
}

/** In the order in which they were made. */
export async function listGroups(
  sql: Sql,
  workspaceId: WorkspaceId,
  { limit, cursor }: { limit: number; cursor?: { readonly id: string } | undefined },
): Promise<GroupPage> {
  const later = cursor ? text`g.id > ${cursor.id}::uuid` : text`true`
  const found = await readGroups(sql, text`g.workspace_id = ${workspaceId} and ${later}`, limit + 1)
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, next: found.length > limit && last ? { id: last.id } : null }
}

export async function countGroups(sql: Sql, workspaceId: WorkspaceId): Promise<number> {
  const { rows } = await sql.execute<{ count: number }>(text`
    select count(*)::integer as count from monitor_group where workspace_id = ${workspaceId}`)
  return rows[0]?.count ?? 0
}

export interface GroupChange {
  readonly name?: string | undefined
  readonly rule?: GroupRule | undefined
  readonly members?: readonly GroupMember[] | undefined
  readonly nowMs: number
  /** The version that whoever changes it has seen; without it any will do. */
  readonly expectedVersion?: number | undefined
}

/** @returns `stale`, and nothing is changed, where somebody else changed it since. */
export async function changeGroup(
  sql: Sql,
  { workspaceId, id }: Owned,
  { name, rule, members, nowMs, expectedVersion }: GroupChange,
): Promise<'changed' | 'stale' | 'absent'> {
  const values = [text`updated_at = ${instant(nowMs)}`, text`version = version + 1`]
  if (name !== undefined) values.push(text`name = ${name}`)
  if (rule) values.push(text`rule = ${JSON.stringify(rule)}::jsonb`)
  const { rowCount } = await sql.execute(text`
    update monitor_group set ${text.join(values, text`, `)}
    where workspace_id = ${workspaceId} and id = ${id} and ${isVersion(expectedVersion)}`)
  if (!rowCount) return missed(sql, { workspaceId, id })
  if (members) {
    await sql.execute(text`delete from monitor_group_member where workspace_id = ${workspaceId} and group_id = ${id}`)
    await addMembers(sql, { workspaceId, id }, members)
  }
  return 'changed'
}

export async function deleteGroup(
  sql: Sql,
  { workspaceId, id }: Owned,
  { expectedVersion }: { expectedVersion?: number | undefined },
): Promise<'deleted' | 'stale' | 'absent'> {
  const { rowCount } = await sql.execute(text`
    delete from monitor_group where workspace_id = ${workspaceId} and id = ${id} and ${isVersion(expectedVersion)}`)
  return rowCount ? 'deleted' : missed(sql, { workspaceId, id })
}

function isVersion(expected: number | undefined): SQL {
  return expected === undefined ? text`true` : text`version = ${expected}`
}

async function missed(sql: Sql, owned: Owned): Promise<'stale' | 'absent'> {
  return (await findGroup(sql, owned)) ? 'stale' : 'absent'
}

interface GroupRow {
  id: string
  name: string
  rule: unknown
  members: { monitorId: string; weight: number }[]
  version: number
  created_at_ms: number
  updated_at_ms: number
}

async function readGroups(sql: Sql, where: SQL, limit = 1): Promise<StoredGroup[]> {
  const { rows } = await sql.execute<GroupRow & Record<string, unknown>>(text`
    select g.id, g.name, g.rule, g.version, ${msOf('g.created_at')} as created_at_ms, ${msOf('g.updated_at')} as updated_at_ms,
      coalesce((
        select json_agg(json_build_object('monitorId', m.id, 'weight', l.weight) order by lower(m.name), m.id)
        from monitor_group_member l join monitor m using (monitor_key) where l.group_id = g.id
      ), '[]') as members
    from monitor_group g where ${where} order by g.id limit ${limit}`)
  return rows.map((row) => ({
    id: parseGroupId(row.id),
    name: row.name,
    rule: row.rule,
    members: row.members.map(({ monitorId, weight }) => ({ monitorId: parseMonitorId(monitorId), weight })),
    version: row.version,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  }))
}
