import type { OutcomeCode, OutcomeVerdict } from '@repo/domain/outcome'

/** Why a probe did not pass: the code decides the verdict, the text is the sentence that people read. */
export interface Failure {
  readonly code: OutcomeCode
  readonly text: string
}

/** What a probe may say about itself: these codes never count against the target. */
const NOT_THEIRS: ReadonlySet<OutcomeCode> = new Set([
  'PROBE_DNS',
  'NO_ROUTE_V6',
  'BLOCKED_ADDRESS',
  'BLOCKED_REDIRECT',
  'BLOCKED_SCHEME',
  'BLOCKED_PORT',
  'SELF_OFFLINE',
  'PROBE_ERROR',
  'EXPIRED',
  'LOST',
])

export function verdictOf(code: OutcomeCode): OutcomeVerdict {
  if (code === 'OK') return 'up'
  if (code === 'RATE_LIMITED') return 'degraded'
  return NOT_THEIRS.has(code) ? 'unknown' : 'down'
}
