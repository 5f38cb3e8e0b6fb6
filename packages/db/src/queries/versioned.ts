import { type SQL, sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'

/** Rows of a workspace that people change one after the other: each says which version they saw. */
export interface Versioned {
  readonly version: number
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

export interface Owned<Id extends string> {
  readonly workspaceId: string
  readonly id: Id
}

export interface ExpectedVersion {
  /** The version that whoever changes it has seen; without it any will do. */
  readonly expectedVersion?: number | undefined
}

/** Which row is meant, provided that it has the version that is expected. */
export function isMeant({ workspaceId, id }: Owned<string>, { expectedVersion }: ExpectedVersion): SQL {
  const version = expectedVersion === undefined ? text`true` : text`version = ${expectedVersion}`
  return text`workspace_id = ${workspaceId} and id = ${id} and ${version}`
}

/** Why nothing was changed: somebody else has changed it since, or there is no such row. */
export async function whyMissed(
  sql: Sql,
  table: string,
  { workspaceId, id }: Owned<string>,
): Promise<'stale' | 'absent'> {
  const { rowCount } = await sql.execute(text`
    select from ${text.identifier(table)} where workspace_id = ${workspaceId} and id = ${id}`)
  return rowCount ? 'stale' : 'absent'
}
