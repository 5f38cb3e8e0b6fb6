/** What one probe says: never a bare boolean. `unknown` means that we could not look; it is nobody's failure but ours. */
export type OutcomeVerdict = 'up' | 'degraded' | 'down' | 'unknown'

/**
 * The closed list of reasons. Append only: stored ticks and people's filters refer to them by name.
 * `OK` is the only code of a passing check without a remark.
 */
export const outcomeCodes = [
  'OK',
  'DNS_NXDOMAIN',
  'DNS_SERVFAIL',
  'DNS_REFUSED',
  'DNS_TIMEOUT',
  'DNS_NO_ADDRESS',
  'DNS_MALFORMED',
  'PROBE_DNS',
  'NO_ROUTE_V6',
  'BLOCKED_ADDRESS',
  'BLOCKED_REDIRECT',
  'BLOCKED_SCHEME',
  'BLOCKED_PORT',
  'SELF_OFFLINE',
  'TCP_REFUSED',
  'TCP_TIMEOUT',
  'TCP_UNREACHABLE',
  'TCP_RESET',
  'TLS_EXPIRED',
  'TLS_NOT_YET_VALID',
  'TLS_SELF_SIGNED',
  'TLS_UNTRUSTED',
  'TLS_NAME',
  'TLS_ALERT',
  'TLS_VERSION',
  'TLS_TIMEOUT',
  'TLS_CLIENT_CERT_REQUIRED',
  'TLS_PROTOCOL',
  'TTFB_TIMEOUT',
  'HEADERS_TIMEOUT',
  'BODY_TIMEOUT',
  'EMPTY_REPLY',
  'RESET_IN_HEADERS',
  'INCOMPLETE_HEADERS',
  'NOT_HTTP',
  'BAD_STATUS_LINE',
  'BAD_HTTP_VERSION',
  'BAD_HEADER',
  'TOO_MANY_HEADERS',
  'HEADERS_TOO_LARGE',
  'BAD_CONTENT_LENGTH',
  'BAD_TRANSFER_ENCODING',
  'BAD_CHUNK',
  'BAD_TRAILER',
  'TRUNCATED_BODY',
  'NO_FINAL_RESPONSE',
  'UNEXPECTED_UPGRADE',
  'TOO_MANY_REDIRECTS',
  'REDIRECT_NO_LOCATION',
  'BAD_REDIRECT',
  'UNEXPECTED_STATUS',
  'RATE_LIMITED',
  'PROBE_ERROR',
  'EXPIRED',
  'LOST',
] as const
export type OutcomeCode = (typeof outcomeCodes)[number]

/** Durations in whole microseconds; a phase that was not reached is null. `total` runs from the start of the probe. */
export interface Phases {
  readonly dnsUs: number | null
  readonly connectUs: number | null
  readonly tlsUs: number | null
  readonly firstByteUs: number | null
  readonly transferUs: number | null
  readonly totalUs: number
}

export interface Outcome {
  readonly verdict: OutcomeVerdict
  readonly code: OutcomeCode
  /** One sentence that names phase, cause and measured value; free of control characters and secrets. */
  readonly message: string
  readonly phases: Phases
  /** The numeric address that was really used, or null where no connection was tried. */
  readonly address: string | null
  readonly status: number | null
  readonly redirects: number
  readonly certificateExpiresAtMs: number | null
}

export const noPhases: Phases = {
  dnsUs: null,
  connectUs: null,
  tlsUs: null,
  firstByteUs: null,
  transferUs: null,
  totalUs: 0,
}

/** The outcome of a check that was never carried out, for a reason of ours. */
export function notCarriedOut(code: 'EXPIRED' | 'LOST' | 'PROBE_ERROR', message: string): Outcome {
  return {
    verdict: 'unknown',
    code,
    message,
    phases: noPhases,
    address: null,
    status: null,
    redirects: 0,
    certificateExpiresAtMs: null,
  }
}

/** What is said of a passing check without a remark, from what is stored of it. */
export function passingMessage(status: number | null, totalUs: number): string {
  const took = `${Math.max(1, Math.round(totalUs / 1_000))} ms`
  return status === null ? `answered in ${took}` : `answered ${status} in ${took}`
}
