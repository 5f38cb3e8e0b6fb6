import type { UserId } from '@repo/domain/ids'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant } from '../instant.ts'

/** The authenticator app of a person: its secret, sealed, and the last step of thirty seconds whose code was taken. */

/** Keeps a secret that counts once its first code was right. @returns false where there is a confirmed one already. */
export async function offerTotp(sql: Sql, userId: UserId, sealed: string): Promise<boolean> {
  const { rowCount } = await sql.execute(text`
    update users set totp_secret = ${sealed}, totp_last_step = null where id = ${userId} and totp_confirmed_at is null`)
  return Boolean(rowCount)
}

/** The secret that was offered and not confirmed yet. */
export async function findOfferedTotp(sql: Sql, userId: UserId): Promise<string | undefined> {
  const { rows } = await sql.execute<{ totp_secret: string | null }>(text`
    select totp_secret from users where id = ${userId} and totp_confirmed_at is null`)
  return rows[0]?.totp_secret ?? undefined
}

/** The secret by which codes are judged; undefined where none was confirmed. */
export async function findTotp(sql: Sql, userId: UserId): Promise<string | undefined> {
  const { rows } = await sql.execute<{ totp_secret: string | null }>(text`
    select totp_secret from users where id = ${userId} and totp_confirmed_at is not null`)
  return rows[0]?.totp_secret ?? undefined
}

/** Confirms the secret whose code was right, and no other that was offered meanwhile. */
export async function confirmTotp(
  sql: Sql,
  userId: UserId,
  { sealed, step, nowMs }: { sealed: string; step: number; nowMs: number },
): Promise<boolean> {
  const { rowCount } = await sql.execute(text`
    update users set totp_confirmed_at = ${instant(nowMs)}, totp_last_step = ${step}
    where id = ${userId} and totp_confirmed_at is null and totp_secret = ${sealed}`)
  return Boolean(rowCount)
}

/** Takes the code of a step, once: of two at the same time one is refused (RFC 6238, 5.2). */
export async function takeTotpStep(sql: Sql, userId: UserId, step: number): Promise<boolean> {
  const { rowCount } = await sql.execute(text`
    update users set totp_last_step = ${step}
    where id = ${userId} and totp_confirmed_at is not null and coalesce(totp_last_step, -1) < ${step}`)
  return Boolean(rowCount)
}

/** Without a second factor there are no recovery codes either: a part of a transaction. */
export async function removeTotp(tx: Sql, userId: UserId): Promise<void> {
  await tx.execute(text`
    update users set totp_secret = null, totp_confirmed_at = null, totp_last_step = null where id = ${userId}`)
  await tx.execute(text`delete from recovery_code where user_id = ${userId}`)
}
