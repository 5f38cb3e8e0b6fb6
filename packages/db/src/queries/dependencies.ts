import { type Dependency, findCircle } from '@repo/domain/dependency'
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
    await tx.execute(text`select pg_advisory_xact_lock(${DEPENDENCY_LOCK}, hashtext(${workspaceId}::text))`)
    const others = (await listDependencies(tx, workspaceId)).filter(({ childId }) => childId !== id)
    const way = findCircle([...others, ...parentIds.map((parentId) => ({ childId: id, parentId }))], id)
    if (way) return { kind: 'circle', way }
    await tx.execute(text`
      delete from monitor_dependency d using monitor m
      where d.workspace_id = ${workspaceId} and m.workspace_id = ${workspaceId} and m.monitor_key = d.child_key and m.id = ${id}`)
    await tx.execute(text`
      insert into monitor_dependency (child_key, parent_key, workspace_id)
      select c.monitor_key, p.monitor_key, c.workspace_id from monitor c join monitor p using (workspace_id)
      where c.workspace_id = ${workspaceId} and c.id = ${id} and p.id = any(${texts(parentIds, String)}::uuid[])`)
    return { kind: 'set' }
  })
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
