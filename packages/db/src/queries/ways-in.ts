import type { UserId } from '@repo/domain/ids'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'

/** By what somebody can sign in. */
export interface WaysIn {
  readonly hasPassword: boolean
  readonly passkeys: number
  readonly identities: number
}

/**
 * By what somebody can sign in, until the transaction ends: ways in are taken away one after the other, so that of the last
 * two not both go at once.
 */
export async function holdWaysIn(tx: Sql, userId: UserId): Promise<WaysIn> {
  await tx.execute(text`select from users where id = ${userId} for no key update`)
  // By a statement of its own, which sees what went while the lock was waited for.
  const { rows } = await tx.execute<WaysIn & Record<string, unknown>>(text`
    select password_hash is not null as "hasPassword",
      (select count(*) from passkey where user_id = ${userId})::integer as passkeys,
      (select count(*) from oidc_identity where user_id = ${userId})::integer as identities
    from users where id = ${userId}`)
  return rows[0] ?? { hasPassword: false, passkeys: 0, identities: 0 }
}
