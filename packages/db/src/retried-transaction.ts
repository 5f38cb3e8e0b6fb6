import { PgTransaction } from 'drizzle-orm/pg-core'
import type { Sql } from './database.ts'

const attempts = 5

/**
 * A transaction that is begun anew where PostgreSQL gave it up for the sake of another one: two that waited for each other,
 * or changed the same at once. All that `work` does must be a matter of the transaction. Within another transaction it is
 * carried out once: that one is lost as a whole.
 */
export async function retriedTransaction<Answer>(sql: Sql, work: (tx: Sql) => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await sql.transaction(work)
    } catch (error) {
      if (attempt === attempts || sql instanceof PgTransaction || !isGivenUp(error)) throw error
    }
  }
}

const givenUp: readonly unknown[] = ['40P01', '40001']

function isGivenUp(error: unknown): boolean {
  return error instanceof Error && 'code' in error && givenUp.includes(error.code)
}
