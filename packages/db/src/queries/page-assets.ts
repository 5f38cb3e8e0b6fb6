import type { StatusPageId } from '@repo/domain/ids'
import { type SQL, sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant } from '../instant.ts'
import { type ExpectedVersion, isMeant, type Owned, whyMissed } from './versioned.ts'

/** What belongs to a status page and is not a part of its content: its password and its logo. */

type Result = 'changed' | 'stale' | 'absent'

interface Setting extends ExpectedVersion {
  readonly nowMs: number
}

/** @param setting `passwordHash` is of argon2id, or null where it has none any more. */
export function setPagePassword(
  sql: Sql,
  owned: Owned<StatusPageId>,
  { passwordHash, ...setting }: Setting & { readonly passwordHash: string | null },
): Promise<Result> {
  return set(sql, owned, { ...setting, value: text`password_hash = ${passwordHash}` })
}

/** @param setting `logo` is a PNG, or null where it has none any more. */
export function setPageLogo(
  sql: Sql,
  owned: Owned<StatusPageId>,
  { logo, ...setting }: Setting & { readonly logo: Uint8Array | null },
): Promise<Result> {
  const bytes = logo && Buffer.from(logo)
  return set(sql, owned, {
    ...setting,
    value: text`logo = ${bytes}::bytea, logo_type = ${logo ? 'image/png' : null}`,
  })
}

async function set(
  sql: Sql,
  owned: Owned<StatusPageId>,
  { value, nowMs, expectedVersion }: Setting & { readonly value: SQL },
): Promise<Result> {
  const { rowCount } = await sql.execute(text`
    update status_page set ${value}, updated_at = ${instant(nowMs)}, version = version + 1 where ${isMeant(owned, { expectedVersion })}`)
  return rowCount ? 'changed' : whyMissed(sql, 'status_page', owned)
}

export interface StoredLogo {
  readonly type: string
  readonly bytes: Uint8Array
}

/** Of a page of any workspace: whoever asks has seen that it may be shown. */
export async function readPageLogo(sql: Sql, id: StatusPageId): Promise<StoredLogo | undefined> {
  const { rows } = await sql.execute<{ type: string; bytes: Uint8Array }>(text`
    select logo_type as type, logo as bytes from status_page where id = ${id} and logo is not null`)
  return rows[0]
}
