import { parseUserId, type UserId } from '@repo/domain/ids'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant } from '../instant.ts'

export interface NewReset {
  readonly tokenHash: Buffer
  readonly userId: UserId
  readonly expiresAtMs: number
}

/** Those that the user asked for before hold on: a mail that comes late is no worse for a second one. */
export async function createReset(sql: Sql, { tokenHash, userId, expiresAtMs }: NewReset): Promise<void> {
  await sql.execute(text`
    insert into password_reset (token_hash, user_id, expires_at) values (${tokenHash}, ${userId}, ${instant(expiresAtMs)})`)
}

export type TakenReset =
  | { readonly kind: 'taken'; readonly userId: UserId }
  | { readonly kind: 'absent' | 'used' | 'expired' }

/** Uses a reset up: of several who try at once, one does. */
export async function takeReset(sql: Sql, tokenHash: Buffer, nowMs: number): Promise<TakenReset> {
  const { rows } = await sql.execute<{ user_id: string }>(text`
    update password_reset set used_at = ${instant(nowMs)}
    where token_hash = ${tokenHash} and used_at is null and expires_at > ${instant(nowMs)} returning user_id`)
  if (rows[0]) return { kind: 'taken', userId: parseUserId(rows[0].user_id) }
  const found = await sql.execute<{ used: boolean }>(text`
    select used_at is not null as used from password_reset where token_hash = ${tokenHash}`)
  if (!found.rows[0]) return { kind: 'absent' }
  return { kind: found.rows[0].used ? 'used' : 'expired' }
}

export async function deleteResetsBefore(sql: Sql, beforeMs: number): Promise<void> {
  await sql.execute(text`delete from password_reset where expires_at < ${instant(beforeMs)}`)
}
