import type { UserId, ViewId, WorkspaceId } from '@repo/domain/ids'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant } from '../instant.ts'

/** Whose a view is: one member's, in one workspace. */
export interface ViewOwner {
  readonly workspaceId: WorkspaceId
  readonly userId: UserId
}

export interface StoredView {
  readonly id: ViewId
  readonly name: string
  /** The query of the list's address. */
  readonly search: string
}

/** By name, whatever its case. */
export async function listViews(sql: Sql, { workspaceId, userId }: ViewOwner): Promise<StoredView[]> {
  const { rows } = await sql.execute<StoredView & Record<string, unknown>>(text`
    select id, name, search from saved_view where workspace_id = ${workspaceId} and user_id = ${userId} order by name_key`)
  return rows
}

/** @returns whether it was created; not where they have one of this name. */
export async function createView(sql: Sql, view: StoredView & ViewOwner, nowMs: number): Promise<boolean> {
  const { rowCount } = await sql.execute(text`
    insert into saved_view (id, workspace_id, user_id, name, search, created_at)
    values (${view.id}, ${view.workspaceId}, ${view.userId}, ${view.name}, ${view.search}, ${instant(nowMs)})
    on conflict do nothing`)
  return rowCount === 1
}

const UNIQUE_VIOLATION = '23505'

/** The transaction is at its end where the name is taken: nothing may follow in it. */
export async function renameView(
  sql: Sql,
  { workspaceId, userId, id, name }: ViewOwner & Pick<StoredView, 'id' | 'name'>,
): Promise<StoredView | 'absent' | 'taken'> {
  const rename = text`
    update saved_view set name = ${name} where id = ${id} and workspace_id = ${workspaceId} and user_id = ${userId}
    returning id, name, search`
  try {
    const { rows } = await sql.execute<StoredView & Record<string, unknown>>(rename)
    return rows[0] ?? 'absent'
  } catch (error) {
    if ((error as { code?: string }).code === UNIQUE_VIOLATION) return 'taken'
    throw error
  }
}

/** @returns whether there was one. */
export async function deleteView(
  sql: Sql,
  { workspaceId, userId, id }: ViewOwner & Pick<StoredView, 'id'>,
): Promise<boolean> {
  const { rowCount } = await sql.execute(text`
    delete from saved_view where id = ${id} and workspace_id = ${workspaceId} and user_id = ${userId}`)
  return rowCount === 1
}
