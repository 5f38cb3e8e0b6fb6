import { type Dependency, findAnyCircle, findCircle } from '@repo/domain/dependency'
import { type MonitorId, parseMonitorId, type WorkspaceId } from '@repo/domain/ids'
import { type SQL, sql as text } from 'drizzle-orm'
import { texts } from '../columns.ts'
import type { Sql } from '../database.ts'

/** What monitors of a workspace hang on. */

interface Owned {
  readonly workspaceId: WorkspaceId
  readonly id: MonitorId
}

/** Of the own locks of this database, that of the dependencies of one workspace. */
const DEPENDENCY_LOCK = 61_804

export type ParentsSet =
  | { readonly kind: 'set' }
  /** It would hang on itself: the way goes from the monitor back to it, over its parents. */
  | { readonly kind: 'circle'; readonly way: readonly MonitorId[] }

/**
 * Sets what a monitor hangs on; ids that the workspace does not have are passed over. Who changes dependencies of a workspace does
 * so one after the other: of two at once each might close the half of a circle that the other did not see.
 */
export function setParents(sql: Sql, { workspaceId, id }: Owned, parentIds: readonly MonitorId[]): Promise<ParentsSet> {
  return sql.transaction(async (tx) => {
    await enter(tx, workspaceId)
    const others = (await listDependencies(tx, workspaceId)).filter(({ childId }) => childId !== id)
    const way = findCircle([...others, ...parentIds.map((parentId) => ({ childId: id, parentId }))], id)
    if (way) return { kind: 'circle', way }
    await write(tx, workspaceId, [{ id, parentIds }])
    return { kind: 'set' }
  })
}

/** The same for many monitors at once, each named once; nothing is set where any of them would hang on itself. */
export function setManyParents(
  sql: Sql,
  workspaceId: WorkspaceId,
  changes: readonly { readonly id: MonitorId; readonly parentIds: readonly MonitorId[] }[],
): Promise<ParentsSet> {
  return sql.transaction(async (tx) => {
    await enter(tx, workspaceId)
    const changed = new Set(changes.map(({ id }) => id))
    const others = (await listDependencies(tx, workspaceId)).filter(({ childId }) => !changed.has(childId))
    const own = changes.flatMap(({ id, parentIds }) => parentIds.map((parentId) => ({ childId: id, parentId })))
    const way = findAnyCircle([...others, ...own])
    if (way) return { kind: 'circle', way }
    await write(tx, workspaceId, changes)
    return { kind: 'set' }
  })
}

async function enter(tx: Sql, workspaceId: WorkspaceId): Promise<void> {
  await tx.execute(text`select pg_advisory_xact_lock(${DEPENDENCY_LOCK}, hashtext(${workspaceId}::text))`)
}

async function write(
  tx: Sql,
  workspaceId: WorkspaceId,
  changes: readonly { readonly id: MonitorId; readonly parentIds: readonly MonitorId[] }[],
): Promise<void> {
  await tx.execute(text`
    delete from monitor_dependency d using monitor m
    where d.workspace_id = ${workspaceId} and m.workspace_id = ${workspaceId} and m.monitor_key = d.child_key
      and m.id = any(${texts(changes, ({ id }) => id)}::uuid[])`)
  const pairs = changes.flatMap(({ id, parentIds }) => [...new Set(parentIds)].map((parentId) => ({ id, parentId })))
  await tx.execute(text`
    insert into monitor_dependency (child_key, parent_key, workspace_id)
    select c.monitor_key, p.monitor_key, c.workspace_id
    from unnest(${texts(pairs, ({ id }) => id)}::uuid[], ${texts(pairs, ({ parentId }) => parentId)}::uuid[]) as a (child_id, parent_id)
    join monitor c on c.id = a.child_id and c.workspace_id = ${workspaceId}
    join monitor p on p.id = a.parent_id and p.workspace_id = ${workspaceId}`)
}

/** Everything that hangs on something, in one workspace. */
export async function listDependencies(sql: Sql, workspaceId: WorkspaceId): Promise<Dependency[]> {
  const { rows } = await sql.execute<{ child_id: string; parent_id: string }>(text`
    select c.id as child_id, p.id as parent_id
    from monitor_dependency d join monitor c on c.monitor_key = d.child_key join monitor p on p.monitor_key = d.parent_key
    where d.workspace_id = ${workspaceId}`)
  return rows.map((row) => ({ childId: parseMonitorId(row.child_id), parentId: parseMonitorId(row.parent_id) }))
}

/** Ids of what a monitor hangs on. */
export function listParentIds(sql: Sql, owned: Owned): Promise<MonitorId[]> {
  return listRelatives(sql, owned, { own: text`d.child_key`, other: text`d.parent_key` })
}

/** Ids of what hangs on a monitor. */
export function listChildIds(sql: Sql, owned: Owned): Promise<MonitorId[]> {
  return listRelatives(sql, owned, { own: text`d.parent_key`, other: text`d.child_key` })
}

async function listRelatives(
  sql: Sql,
  { workspaceId, id }: Owned,
  { own, other }: { own: SQL; other: SQL },
): Promise<MonitorId[]> {
  const { rows } = await sql.execute<{ id: string }>(text`
    select o.id from monitor m join monitor_dependency d on ${own} = m.monitor_key join monitor o on o.monitor_key = ${other}
    where m.workspace_id = ${workspaceId} and m.id = ${id} and d.workspace_id = ${workspaceId}`)
  return rows.map((row) => parseMonitorId(row.id))
}
