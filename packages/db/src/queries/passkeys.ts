import { parseUserId, type UserId } from '@repo/domain/ids'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'

export interface NewPasskey {
  /** base64url. */
  readonly credentialId: string
  readonly userId: UserId
  readonly publicKey: Uint8Array
  readonly counter: number
  readonly transports: readonly string[]
  readonly name: string
  readonly nowMs: number
}

export const passkeysAtMost = 20

/** A credential belongs to one person; of several that they make at once all are counted. A part of a transaction. */
export async function createPasskey(tx: Sql, made: NewPasskey): Promise<'created' | 'known' | 'full'> {
  await tx.execute(text`select from users where id = ${made.userId} for no key update`)
  if ((await listPasskeys(tx, made.userId)).length >= passkeysAtMost) return 'full'
  const { rowCount } = await tx.execute(text`
    insert into passkey (credential_id, user_id, public_key, counter, transports, name, created_at)
    values (${made.credentialId}, ${made.userId}, ${Buffer.from(made.publicKey)}, ${made.counter}, ${text.param([...made.transports])}::text[],
      ${made.name}, ${instant(made.nowMs)})
    on conflict do nothing`)
  return rowCount ? 'created' : 'known'
}

export interface StoredPasskey {
  readonly credentialId: string
  readonly userId: UserId
  readonly publicKey: Uint8Array
  readonly counter: number
  readonly transports: readonly string[]
}

export async function findPasskey(sql: Sql, credentialId: string): Promise<StoredPasskey | undefined> {
  const { rows } = await sql.execute<PasskeyRow & Record<string, unknown>>(text`
    select user_id, public_key, counter::float8 as counter, transports from passkey where credential_id = ${credentialId}`)
  const row = rows[0]
  return (
    row && {
      credentialId,
      userId: parseUserId(row.user_id),
      publicKey: new Uint8Array(row.public_key),
      counter: row.counter,
      transports: row.transports,
    }
  )
}

interface PasskeyRow {
  user_id: string
  public_key: Buffer
  counter: number
  transports: string[]
}

export interface ListedPasskey {
  readonly credentialId: string
  readonly transports: readonly string[]
  readonly name: string
  readonly createdAtMs: number
  readonly lastUsedAtMs: number | null
}

export async function listPasskeys(sql: Sql, userId: UserId): Promise<ListedPasskey[]> {
  const { rows } = await sql.execute<ListedPasskey & Record<string, unknown>>(text`
    select credential_id as "credentialId", transports, name, ${msOf('created_at')} as "createdAtMs", ${msOf('last_used_at')} as "lastUsedAtMs"
    from passkey where user_id = ${userId} order by created_at, credential_id`)
  return rows
}

/**
 * Keeps the counter that an authenticator answered with. @returns false where it does not go forward: then there are two
 * of it. Authenticators that do not count say 0 for ever.
 */
export async function advancePasskey(
  sql: Sql,
  credentialId: string,
  { counter, nowMs }: { counter: number; nowMs: number },
): Promise<boolean> {
  const { rowCount } = await sql.execute(text`
    update passkey set counter = ${counter}, last_used_at = ${instant(nowMs)}
    where credential_id = ${credentialId} and (counter < ${counter} or (counter = 0 and ${counter} = 0))`)
  return (rowCount ?? 0) > 0
}

interface OwnPasskey {
  readonly userId: UserId
  readonly credentialId: string
}

export async function renamePasskey(sql: Sql, { userId, credentialId }: OwnPasskey, name: string): Promise<boolean> {
  const { rowCount } = await sql.execute(text`
    update passkey set name = ${name} where credential_id = ${credentialId} and user_id = ${userId}`)
  return (rowCount ?? 0) > 0
}

export async function deletePasskey(sql: Sql, { userId, credentialId }: OwnPasskey): Promise<boolean> {
  const { rowCount } = await sql.execute(text`
    delete from passkey where credential_id = ${credentialId} and user_id = ${userId}`)
  return (rowCount ?? 0) > 0
}
