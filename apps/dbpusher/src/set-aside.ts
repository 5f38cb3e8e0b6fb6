import type { CheckResult } from '@repo/domain/check'
import { type Refusal, Refused } from '@repo/streams/stream'
import type { SaveResults } from './save-results.ts'

/** Classes of PostgreSQL's errors (SQLSTATE) that say: this very data can never be stored. */
const NEVER = /^(22|23)/

/**
 * Saves a batch without those of its results that the database will never take: they are found by halves and refused, so that
 * one of them does not hold up all behind it. Every other failure is the batch's, which comes again.
 *
 * @throws Refused when all but some were saved.
 */
export function savingAllBut(saveResults: SaveResults): SaveResults {
  return async (results) => {
    const refused: Refusal<CheckResult>[] = []
    await save(results)
    if (refused.length > 0) throw new Refused(refused)

    async function save(part: readonly CheckResult[]): Promise<void> {
      try {
        await saveResults(part)
      } catch (error) {
        if (!NEVER.test(String((error as { code?: unknown }).code))) throw error
        const [only] = part
        if (only && part.length === 1) {
          refused.push({ message: only, reason: `the database refuses it: ${(error as Error).message}` })
          return
        }
        const half = Math.ceil(part.length / 2)
        await save(part.slice(0, half))
        await save(part.slice(half))
      }
    }
  }
}
