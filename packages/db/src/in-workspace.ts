import type { WorkspaceId } from '@repo/domain/ids'
import { sql as text } from 'drizzle-orm'
import { PgTransaction } from 'drizzle-orm/pg-core'
import type { Sql } from './database.ts'

/** The workspace was deleted: nothing of it is seen, nor done in it, though it can still be brought back. */
export class WorkspaceDeleted extends Error {
  override readonly name = 'WorkspaceDeleted'
}

/**
 * Runs statements for one workspace in a transaction that sees and changes no other's rows, whatever a statement forgot.
 * Within a transaction it is a part of that one, which afterwards goes on as it was.
 *
 * @throws WorkspaceDeleted where it is deleted.
 * @throws Error where the transaction works for another workspace already.
 */
export function inWorkspace<Answer>(
  sql: Sql,
  workspaceId: WorkspaceId,
  work: (tx: Sql) => Promise<Answer>,
): Promise<Answer> {
  return sql.transaction(async (tx) => {
    const before = await enter(tx, workspaceId)
    const answer = await work(tx)
    // Of a whole transaction nothing outlives the end; of a part of one, its role would.
    if (sql instanceof PgTransaction) await leave(tx, before)
    return answer
  })
}

interface Before {
  readonly role: string
  readonly workspace: string
  readonly randomPageCost: string
  readonly pageCost: string
  readonly isDeleted: boolean | null
}

/** Of a page, beside 0.01 for a row; 1 would be one that is read from the disk. */
const inMemoryCost = '0.1'

async function enter(tx: Sql, workspaceId: WorkspaceId): Promise<Before> {
  // What requests read by index is mostly in memory. At the usual costs a page of a list is made of all that could be on it.
  const { rows } = await tx.execute<Before & Record<string, unknown>>(text`
    select current_setting('role') as role, coalesce(current_setting('betteruptime.workspace', true), '') as workspace,
      current_setting('random_page_cost') as "randomPageCost", current_setting('seq_page_cost') as "pageCost",
      (select deleted_at is not null from workspace where id = ${workspaceId}) as "isDeleted",
      set_config('role', 'betteruptime_tenant', true), set_config('betteruptime.workspace', ${workspaceId}, true),
      set_config('random_page_cost', ${inMemoryCost}, true), set_config('seq_page_cost', ${inMemoryCost}, true)`)
  const before = rows[0]
  if (!before) throw new Error('the database did not say what it did before')
  if (before.isDeleted) throw new WorkspaceDeleted(`the workspace ${workspaceId} is deleted`)
  if (before.workspace !== '' && before.workspace !== workspaceId) {
    throw new Error('a transaction of one workspace cannot work for another')
  }
  return before
}

async function leave(tx: Sql, { role, workspace, randomPageCost, pageCost }: Before): Promise<void> {
  await tx.execute(text`
    select set_config('role', ${role}, true), set_config('betteruptime.workspace', ${workspace}, true),
      set_config('random_page_cost', ${randomPageCost}, true), set_config('seq_page_cost', ${pageCost}, true)`)
}
