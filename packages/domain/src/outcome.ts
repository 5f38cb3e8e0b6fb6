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
  'DNS_CNAME_LOOP',
  'DNS_VALUE',
  'SLOW_DNS',
  'SLOW_CONNECT',
  'SLOW_TLS',
  'SLOW_FIRST_BYTE',
  'SLOW_RESPONSE',
  'TLS_EXPIRING',
  'TLS_WEAK',
  'TLS_REVOKED',
  'TLS_PIN',
  'UNCLEAN_CLOSE',
  'AMBIGUOUS_LENGTH',
  'BODY_CAP_REACHED',
  'TOO_MANY_ENCODINGS',
  'BAD_ENCODING',
  'KEYWORD_NOT_FOUND',
  'KEYWORD_PRESENT',
  'HEADER_MISMATCH',
  'JSON_INVALID',
  'JSON_MISMATCH',
  'BODY_SIZE',
  'BOT_CHALLENGE',
  'NOT_HTTPS',
  'REDIRECT_REFUSED',
  'HTTP2_ONLY',
  'H2_ERROR',
  'H2_ABUSE',
  'PROXY_FAILED',
  'ADDRESSES_FAILED',
  'STARTTLS_REFUSED',
  'UNEXPECTED_ANSWER',
  'ANSWER_TIMEOUT',
  'CLOSED_EARLY',
  'UDP_REFUSED',
  'UDP_NO_ANSWER',
  'PING_NO_REPLY',
  'PING_LOSS',
  'PING_UNAVAILABLE',
  'WS_REFUSED',
  'WS_PROTOCOL',
  'GRPC_NOT_SERVING',
  'GRPC_ERROR',
  'DOMAIN_NOT_FOUND',
  'DOMAIN_EXPIRED',
  'DOMAIN_EXPIRING',
  'DOMAIN_STATUS',
  'RDAP_UNAVAILABLE',
  'OUT_OF_DESCRIPTORS',
  'CLOCK_JUMP',
  'SECRET_UNREADABLE',
  'REGION_QUARANTINED',
  'HEARTBEAT_OVERDUE',
  'HEARTBEAT_FAILED',
  'HEARTBEAT_TOO_LONG',
  'HEARTBEAT_UNWATCHED',
  'CANARY_FAILED',
] as const
export type OutcomeCode = (typeof outcomeCodes)[number]

/** Durations in whole microseconds; a phase that was not reached is null. `total` runs from the start of the probe. */
export interface Phases {
  readonly dns: number | null
  readonly connect: number | null
  readonly tls: number | null
  readonly firstByte: number | null
  readonly transfer: number | null
  readonly total: number
}

/** One request of a check and what became of it; the last one is the final answer. */
export interface Hop {
  /** Without its query and fragment, which may hold secrets. */
  readonly url: string
  readonly address: string | null
  readonly status: number | null
  /** Whole microseconds. */
  readonly total: number
}

export interface CertificateLink {
  readonly subject: string
  readonly issuer: string
  /** ISO 8601. */
  readonly notAfter: string | null
}

/** What was shown to us in a TLS handshake. Dates are ISO 8601 in UTC. */
export interface Certificate {
  readonly subject: string
  readonly names: readonly string[]
  readonly issuer: string
  readonly notBefore: string | null
  readonly notAfter: string | null
  /** `RSA 2048`, `EC prime256v1`. */
  readonly key: string
  /** How it is signed: `RSA-SHA256`. */
  readonly signature: string
  readonly fingerprint: string
  /** The leaf first; empty where only the leaf was looked at. */
  readonly chain: readonly CertificateLink[]
  /** `TLSv1.3`. */
  readonly protocol: string
  readonly cipher: string
}

/** What a person needs to see a failure for themselves. Secrets are masked, hostile bytes escaped. */
export interface Evidence {
  readonly request: string | null
  readonly responseHead: string | null
  /** At most 4 KiB of it. */
  readonly body: string | null
  readonly addresses: readonly string[]
  readonly chain: readonly string[]
  /** A command that repeats the check. */
  readonly curl: string | null
}

/** What one check type alone has to tell: `lossPercent`, `serial`, `records`. */
export type Facts = Readonly<Record<string, string | number | boolean | null | readonly string[]>>

export interface Outcome {
  readonly verdict: OutcomeVerdict
  readonly code: OutcomeCode
  /** One sentence that names phase, cause and measured value; free of control characters and secrets. */
  readonly message: string
  readonly phases: Phases
  readonly hops: readonly Hop[]
  /** The numeric address that was really used, or null where no connection was tried. */
  readonly address: string | null
  /** `1.0`, `1.1` or `2`. */
  readonly httpVersion: string | null
  readonly status: number | null
  /** Bytes of the body that were read, as they came over the wire. */
  readonly bodyBytes: number | null
  readonly certificate: Certificate | null
  readonly facts: Facts
  /** Only with a check that did not pass. */
  readonly evidence: Evidence | null
}

/** What is stored of an outcome for as long as its tick. */
export interface TickOutcome extends Pick<Outcome, 'verdict' | 'code' | 'message' | 'phases' | 'address' | 'status'> {
  readonly redirects: number
  readonly certificateExpiresAtMs: number | null
}

export function tickOutcome(outcome: Outcome): TickOutcome {
  const { verdict, code, message, phases, address, status, hops, certificate } = outcome
  return {
    verdict,
    code,
    message,
    phases,
    address,
    status,
    redirects: Math.max(0, hops.length - 1),
    certificateExpiresAtMs: epochMs(certificate?.notAfter),
  }
}

function epochMs(isoTime: string | null | undefined): number | null {
  const ms = isoTime ? Date.parse(isoTime) : Number.NaN
  return Number.isNaN(ms) ? null : ms
}

export const noPhases: Phases = {
  dns: null,
  connect: null,
  tls: null,
  firstByte: null,
  transfer: null,
  total: 0,
}

/** An outcome with nothing known but why. */
export function bareOutcome(verdict: OutcomeVerdict, code: OutcomeCode, message: string): Outcome {
  return {
    verdict,
    code,
    message,
    phases: noPhases,
    hops: [],
    address: null,
    httpVersion: null,
    status: null,
    bodyBytes: null,
    certificate: null,
    facts: {},
    evidence: null,
  }
}

/** The outcome of a check that was never carried out, for a reason of ours. */
export function notCarriedOut(
  code:
    | 'EXPIRED'
    | 'LOST'
    | 'PROBE_ERROR'
    | 'SELF_OFFLINE'
    | 'SECRET_UNREADABLE'
    | 'REGION_QUARANTINED'
    | 'CANARY_FAILED',
  message: string,
): Outcome {
  return bareOutcome('unknown', code, message)
}

/** What is said of a passing check without a remark, from what is stored of it. */
export function passingMessage(status: number | null, totalUs: number): string {
  const took = `${Math.max(1, Math.round(totalUs / 1_000))} ms`
  return status === null ? `answered in ${took}` : `answered ${status} in ${took}`
}
