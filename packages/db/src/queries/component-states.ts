import type { StatusPageId, WorkspaceId } from '@repo/domain/ids'
import type { ComponentState } from '@repo/domain/status-page'
import { sql as text } from 'drizzle-orm'
import { texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'

/** What people say of the components of a page that nobody watches. */

interface OwnedPage {
  readonly workspaceId: WorkspaceId
  readonly id: StatusPageId
}

/** What it is from now on. Saying the same again changes nothing; what was said at this very instant is said otherwise. */
export async function setComponentState(
  sql: Sql,
  { workspaceId, id }: OwnedPage,
  {
    componentId,
    state,
    nowMs,
  }: { readonly componentId: string; readonly state: ComponentState; readonly nowMs: number },
): Promise<void> {
  const open = text`page_id = ${id} and component_id = ${componentId} and workspace_id = ${workspaceId} and ended_at is null`
  await sql.execute(text`
    update component_state set ended_at = ${instant(nowMs)} where ${open} and state <> ${state} and began_at < ${instant(nowMs)}`)
  await sql.execute(text`
    update component_state set state = ${state} where ${open} and state <> ${state} and began_at >= ${instant(nowMs)}`)
  await beginComponentStates(sql, { workspaceId, id }, { componentIds: [componentId], state, nowMs })
}

/** Begins the histories of those components that have none that goes on. */
export async function beginComponentStates(
  sql: Sql,
  { workspaceId, id }: OwnedPage,
  {
    componentIds,
    state,
    nowMs,
  }: { readonly componentIds: readonly string[]; readonly state: ComponentState; readonly nowMs: number },
): Promise<void> {
  if (componentIds.length === 0) return
  await sql.execute(text`
    insert into component_state (page_id, component_id, workspace_id, state, began_at)
    select p.id, c.id, p.workspace_id, ${state}, ${instant(nowMs)}
    from status_page p, unnest(${texts(componentIds, String)}::uuid[]) as c (id)
    where p.id = ${id} and p.workspace_id = ${workspaceId}
    on conflict do nothing`)
}

/** What people say now, by the component. */
export async function listComponentStates(
  sql: Sql,
  { workspaceId, id }: OwnedPage,
): Promise<{ componentId: string; state: ComponentState; beganAtMs: number }[]> {
  const { rows } = await sql.execute<{ componentId: string; state: ComponentState; beganAtMs: number }>(text`
    select component_id as "componentId", state, ${msOf('began_at')} as "beganAtMs" from component_state
    where page_id = ${id} and workspace_id = ${workspaceId} and ended_at is null order by component_id`)
  return rows
}
