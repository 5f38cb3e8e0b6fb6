import type { UserId } from '@repo/domain/ids'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant } from '../instant.ts'

/** Gives a user new codes in place of all that they had. */
export function replaceRecoveryCodes(sql: Sql, userId: UserId, hashes: readonly Buffer[]): Promise<void> {
  return sql.transaction(async (tx) => {
    await tx.execute(text`delete from recovery_code where user_id = ${userId}`)
    if (hashes.length === 0) return
    const values = hashes.map((hash) => text`(${userId}, ${hash})`)
    await tx.execute(text`insert into recovery_code (user_id, code_hash) values ${text.join(values, text`, `)}`)
  })
}

/** Uses a code up. @returns whether it was one of theirs that was not used before: of several who try at once, one is told so. */
export async function takeRecoveryCode(
  sql: Sql,
  userId: UserId,
  { codeHash, nowMs }: { codeHash: Buffer; nowMs: number },
): Promise<boolean> {
  const { rowCount } = await sql.execute(text`
    update recovery_code set used_at = ${instant(nowMs)} where user_id = ${userId} and code_hash = ${codeHash} and used_at is null`)
  return (rowCount ?? 0) > 0
}

export async function countRecoveryCodes(sql: Sql, userId: UserId): Promise<number> {
  const { rows } = await sql.execute<{ count: number }>(text`
    select count(*)::integer as count from recovery_code where user_id = ${userId} and used_at is null`)
  return rows[0]?.count ?? 0
}
