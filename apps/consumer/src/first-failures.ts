import type { CheckResult } from '@repo/domain/check'

const REMEMBERED = 100_000

/**
 * Lets the evidence of a failure ride along with the first of its kind only: what is seen every minute of an outage says no
 * more, and would be carried and stored each time.
 */
export function createEvidenceFilter(): (result: CheckResult) => CheckResult {
  const failing = new Map<number, string>()
  return (result) => {
    const { monitorKey, outcome } = result
    const isFailing = outcome.verdict === 'down' || outcome.verdict === 'degraded'
    if (!isFailing) {
      // That we could not look says nothing of the failure before.
      if (outcome.verdict === 'up') failing.delete(monitorKey)
      return result
    }
    const isKnown = failing.get(monitorKey) === outcome.code
    if (failing.size >= REMEMBERED) failing.delete(failing.keys().next().value ?? 0)
    failing.set(monitorKey, outcome.code)
    return isKnown && outcome.evidence ? { ...result, outcome: { ...outcome, evidence: null } } : result
  }
}
