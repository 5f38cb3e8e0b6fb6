import type { OutcomeVerdict } from '@repo/domain/outcome'

/** Verdicts as `tick.verdict` and `monitor_region.verdict` store them. Append only. */
const verdicts: readonly OutcomeVerdict[] = ['up', 'degraded', 'down', 'unknown']

export function verdictKey(verdict: OutcomeVerdict): number {
  return verdicts.indexOf(verdict)
}

export function verdictFromKey(key: number): OutcomeVerdict {
  const verdict = verdicts[key]
  if (!verdict) throw new Error(`the database holds a verdict we could not have written: ${key}`)
  return verdict
}
