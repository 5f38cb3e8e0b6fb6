import { type OutcomeCode, type OutcomeVerdict, outcomeCodes } from '@repo/domain/outcome'

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

const codeKeys = new Map<OutcomeCode, number>(outcomeCodes.map((code, key) => [code, key]))

/** Codes as `tick.code` and `monitor_region.code` store them: their place in the list, which is append only. */
export function codeKey(code: OutcomeCode): number {
  return codeKeys.get(code) ?? 0
}

export function codeFromKey(key: number): OutcomeCode {
  const code = outcomeCodes[key]
  if (!code) throw new Error(`the database holds a code we could not have written: ${key}`)
  return code
}
