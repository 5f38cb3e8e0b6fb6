import { parseWorkspaceId, type WorkspaceId } from '@repo/domain/ids'
import { type SQL, sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'

/**
 * A column that holds sealed texts. Whoever adds one adds it here, or its secrets are lost when an old key goes; a test looks for
 * columns that are called like one.
 */
export interface SealedColumn {
  readonly table: string
  readonly column: string
  readonly type: 'jsonb' | 'text'
  readonly key: { readonly column: string; readonly type: 'integer' | 'uuid' }
  readonly hasWorkspace: boolean
  /** Written with each change: a publisher reads anew what has another version. */
  readonly version?: string
}

export const sealedColumns: readonly SealedColumn[] = [
  {
    table: 'monitor',
    column: 'spec',
    type: 'jsonb',
    key: { column: 'monitor_key', type: 'integer' },
    hasWorkspace: true,
    version: 'updated_at',
  },
  {
    table: 'heartbeat',
    column: 'token',
    type: 'text',
    key: { column: 'monitor_key', type: 'integer' },
    hasWorkspace: true,
  },
  { table: 'channel', column: 'settings', type: 'text', key: { column: 'id', type: 'uuid' }, hasWorkspace: true },
  {
    table: 'page_subscriber',
    column: 'settings',
    type: 'text',
    key: { column: 'id', type: 'uuid' },
    hasWorkspace: true,
  },
  { table: 'users', column: 'totp_secret', type: 'text', key: { column: 'id', type: 'uuid' }, hasWorkspace: false },
]

export interface SealedRow {
  readonly key: string
  readonly workspaceId: WorkspaceId | undefined
  /** The column as text; of JSON the one that the database writes. */
  readonly text: string
}

/** A page of rows in the order of their keys: ask again with the last key until a page is short. */
export async function loadSealedPage(
  sql: Sql,
  column: SealedColumn,
  page: { after: string | undefined; limit: number },
): Promise<SealedRow[]> {
  const { key, keyType } = partsOf(column)
  const { after, limit } = page
  const condition = after === undefined ? text`true` : text`${key} > ${after}::${keyType}`
  return await selectRows(sql, column, text`${condition} order by ${key} limit ${limit}`)
}

export async function findSealedRow(sql: Sql, column: SealedColumn, wanted: string): Promise<SealedRow | undefined> {
  const { key, keyType } = partsOf(column)
  const [row] = await selectRows(sql, column, text`${key} = ${wanted}::${keyType}`)
  return row
}

async function selectRows(sql: Sql, column: SealedColumn, which: SQL): Promise<SealedRow[]> {
  const { name, key, table } = partsOf(column)
  const workspaceId = column.hasWorkspace ? text`workspace_id::text` : text`null::text`
  const { rows } = await sql.execute<{ key: string; workspace_id: string | null; text: string }>(text`
    select ${key}::text as key, ${workspaceId} as workspace_id, ${name}::text as text
    from ${table} where ${name} is not null and ${which}`)
  return rows.map((row) => ({
    key: row.key,
    workspaceId: row.workspace_id === null ? undefined : parseWorkspaceId(row.workspace_id),
    text: row.text,
  }))
}

export async function countSealedRows(sql: Sql, column: SealedColumn): Promise<number> {
  const { name, table } = partsOf(column)
  const { rows } = await sql.execute<{ count: number }>(
    text`select count(*)::integer as count from ${table} where ${name} is not null`,
  )
  return rows[0]?.count ?? 0
}

/** Replaces what a row holds, unless somebody has changed it meanwhile. @returns whether it was replaced. */
export async function replaceSealed(
  sql: Sql,
  column: SealedColumn,
  change: { key: string; before: string; after: string },
): Promise<boolean> {
  const { name, key, keyType, table } = partsOf(column)
  const version = column.version === undefined ? undefined : text.identifier(column.version)
  // Later than it was, whatever the clocks say.
  const newer: SQL =
    version === undefined ? text`` : text`, ${version} = greatest(now(), ${version} + interval '1 millisecond')`
  const { rowCount } = await sql.execute(text`
    update ${table} set ${name} = ${change.after}::${text.raw(column.type)} ${newer}
    where ${key} = ${change.key}::${keyType} and ${name}::text = ${change.before}`)
  return rowCount === 1
}

function partsOf({ table, column, key }: SealedColumn) {
  return {
    table: text.identifier(table),
    name: text.identifier(column),
    key: text.identifier(key.column),
    keyType: text.raw(key.type),
  }
}
