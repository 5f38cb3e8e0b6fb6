import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'

const attempts = 20
const lockTimeout = '1s'
const pauseSeconds = 0.5

/**
 * Changes the partitions of `tick` in a transaction that nobody else reads or writes ticks in. Whoever wants to meanwhile
 * waits for us, and we wait for whoever came before: for a second at most, then all others go first and we try again.
 */
export async function changeTickTable<Answer>(sql: Sql, change: (tx: Sql) => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await sql.transaction(async (tx) => {
        await tx.execute(text`select set_config('lock_timeout', ${lockTimeout}, true)`)
        await tx.execute(text`select pg_advisory_xact_lock(${PARTITION_LOCK})`)
        // The parent alone and first: whoever waited for one of its partitions would not see what takes that one's place.
        await tx.execute(text`lock table only tick in access exclusive mode`)
        return await change(tx)
      })
    } catch (error) {
      if (attempt === attempts || !isLockTimeout(error)) throw error
      await sql.execute(text`select pg_sleep(${pauseSeconds})`)
    }
  }
}

/** Held while partitions are made or changed, so that several processes do not do it at once. */
export const PARTITION_LOCK = 7_283_146_592

function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55P03'
}
