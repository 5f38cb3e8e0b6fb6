import type { Sql } from '@repo/db/database'
import { inWorkspace } from '@repo/db/in-workspace'
import type { Context } from 'hono'
import type { ApiDeps } from '../deps.ts'
import type { Asked } from './guard.ts'

/**
 * Does the database's part of a request in one transaction, as the role that sees the rows of the caller's workspace and
 * no others: the second lock, for the day on which a statement forgets to say which workspace it means.
 */
export function inTenant<Result>(
  { sql }: Pick<ApiDeps, 'sql'>,
  context: Context<Asked>,
  work: (sql: Sql) => Promise<Result>,
): Promise<Result> {
  return inWorkspace(sql, context.get('principal').workspaceId, work)
}
