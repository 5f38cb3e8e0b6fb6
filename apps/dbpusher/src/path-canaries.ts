import type { CheckResult } from '@repo/domain/check'
import { isPathCanary } from '@repo/domain/path-canary'
import type { SaveResults } from './save-results.ts'

/**
 * Saves a batch without its canary checks, which are of no monitor. They are noted when all that came with them is stored:
 * what they show is that results are.
 */
export function notingCanaries(
  saveResults: SaveResults,
  note: (canaries: readonly CheckResult[]) => Promise<void>,
): SaveResults {
  return async (results) => {
    const canaries = results.filter(isPathCanary)
    if (canaries.length === 0) return saveResults(results)
    const others = results.filter((result) => !isPathCanary(result))
    if (others.length > 0) await saveResults(others)
    await note(canaries)
  }
}
