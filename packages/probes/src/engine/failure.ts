import type { OutcomeCode, OutcomeVerdict } from '@repo/domain/outcome'

/** Why a probe did not simply pass: the code decides the verdict, the text is the sentence that people read. */
export interface Failure {
  readonly code: OutcomeCode
  readonly text: string
  /** Where what the person asked for decides the weight, and not the code. */
  readonly verdict?: OutcomeVerdict
}

export function isFailure(value: object): value is Failure {
  return 'code' in value && 'text' in value
}

export function failureVerdict({ code, verdict }: Failure): OutcomeVerdict {
  return verdict ?? verdictOf(code)
}

/** What a code means where nobody asked for another weight. */
export function verdictOf(code: OutcomeCode): OutcomeVerdict {
  return special[code] ?? 'down'
}

const special: Readonly<Partial<Record<OutcomeCode, OutcomeVerdict>>> = {
  OK: 'up',
  // Remarks about a check that passed.
  TLS_EXPIRING: 'up',
  AMBIGUOUS_LENGTH: 'up',
  BODY_CAP_REACHED: 'up',
  // It works, but not as it should.
  RATE_LIMITED: 'degraded',
  SLOW_DNS: 'degraded',
  SLOW_CONNECT: 'degraded',
  SLOW_TLS: 'degraded',
  SLOW_FIRST_BYTE: 'degraded',
  SLOW_RESPONSE: 'degraded',
  UNCLEAN_CLOSE: 'degraded',
  ADDRESSES_FAILED: 'degraded',
  PING_LOSS: 'degraded',
  TLS_WEAK: 'degraded',
  DOMAIN_EXPIRING: 'degraded',
  // What a probe says about itself never counts against the target.
  PROBE_DNS: 'unknown',
  NO_ROUTE_V6: 'unknown',
  BLOCKED_ADDRESS: 'unknown',
  BLOCKED_REDIRECT: 'unknown',
  BLOCKED_SCHEME: 'unknown',
  BLOCKED_PORT: 'unknown',
  SELF_OFFLINE: 'unknown',
  OUT_OF_DESCRIPTORS: 'unknown',
  CLOCK_JUMP: 'unknown',
  SECRET_UNREADABLE: 'unknown',
  REGION_QUARANTINED: 'unknown',
  CANARY_FAILED: 'unknown',
  PROXY_FAILED: 'unknown',
  PING_UNAVAILABLE: 'unknown',
  RDAP_UNAVAILABLE: 'unknown',
  PROBE_ERROR: 'unknown',
  EXPIRED: 'unknown',
  LOST: 'unknown',
  HEARTBEAT_UNWATCHED: 'unknown',
}

const weight: Readonly<Record<OutcomeVerdict, number>> = { up: 0, degraded: 1, down: 2, unknown: 3 }

/** The weightier of two findings; the first one where they weigh the same. */
export function worse(a: Failure | null, b: Failure | null): Failure | null {
  if (!a || !b) return a ?? b
  return weight[failureVerdict(b)] > weight[failureVerdict(a)] ? b : a
}
