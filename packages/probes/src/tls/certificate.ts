import type { Certificate, OutcomeCode } from '@repo/domain/outcome'
import type { Failure } from '../engine/failure.ts'
import { escaped, readableCount } from '../engine/readable.ts'
import { isWeakSignature } from './signature.ts'

export interface TlsContext {
  readonly host: string
  readonly certificate: Certificate | null
  /** A version and a cipher were agreed on before the handshake failed. */
  readonly wasAgreed: boolean
  /** We had a certificate of our own to show. */
  readonly hasOwnCertificate: boolean
  /** The oldest version that was offered, `1.2`. */
  readonly minVersion: string
  readonly nowMs: number
}

/** What a failed handshake means, from the code and the text that the TLS library gives it. */
export function explainTls(error: Error, context: TlsContext): Failure {
  const code = codeIn(tlsCode(error), error, context)
  return { code, text: `TLS: ${tlsCause(code, error, context)}`, ...(code === 'TLS_WEAK' && { verdict: 'down' }) }
}

const codeByError: Readonly<Record<string, OutcomeCode>> = {
  CERT_HAS_EXPIRED: 'TLS_EXPIRED',
  CERT_NOT_YET_VALID: 'TLS_NOT_YET_VALID',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'TLS_SELF_SIGNED',
  SELF_SIGNED_CERT_IN_CHAIN: 'TLS_UNTRUSTED',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'TLS_UNTRUSTED',
  UNABLE_TO_GET_ISSUER_CERT: 'TLS_UNTRUSTED',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'TLS_UNTRUSTED',
  CERT_CHAIN_TOO_LONG: 'TLS_UNTRUSTED',
  CERT_UNTRUSTED: 'TLS_UNTRUSTED',
  CERT_REJECTED: 'TLS_UNTRUSTED',
  CERT_REVOKED: 'TLS_UNTRUSTED',
  CERT_SIGNATURE_FAILURE: 'TLS_UNTRUSTED',
  INVALID_CA: 'TLS_UNTRUSTED',
  INVALID_PURPOSE: 'TLS_UNTRUSTED',
  PATH_LENGTH_EXCEEDED: 'TLS_UNTRUSTED',
  ERR_TLS_CERT_ALTNAME_INVALID: 'TLS_NAME',
  HOSTNAME_MISMATCH: 'TLS_NAME',
}

function tlsCode(error: Error): OutcomeCode {
  const errorCode = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const known = codeByError[errorCode]
  if (known) return known
  const reason = libraryReason(error)
  if (/CERTIFICATE_REQUIRED/.test(reason)) return 'TLS_CLIENT_CERT_REQUIRED'
  if (/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/.test(reason)) return 'TLS_VERSION'
  if (/NO_APPLICATION_PROTOCOL/.test(reason)) return 'HTTP2_ONLY'
  return alertOf(error) === undefined ? 'TLS_PROTOCOL' : 'TLS_ALERT'
}

/** Alerts that a server means who misses a certificate of ours, where its TLS has no alert of that name yet. */
const MISSED_CERTIFICATE = /^(handshake_failure|no_certificate|bad_certificate|certificate_unknown)$/

function codeIn(code: OutcomeCode, error: Error, context: TlsContext): OutcomeCode {
  const { certificate } = context
  if (code === 'TLS_ALERT' && context.wasAgreed && !context.hasOwnCertificate) {
    return MISSED_CERTIFICATE.test(alertOf(error) ?? '') ? 'TLS_CLIENT_CERT_REQUIRED' : code
  }
  if (code !== 'TLS_UNTRUSTED' || !certificate) return code
  // Nobody verifies these any more, so that they look like forgeries.
  if ('code' in error && error.code === 'CERT_SIGNATURE_FAILURE' && isWeakSignature(certificate.signature)) {
    return 'TLS_WEAK'
  }
  return isSelfIssued(certificate) ? 'TLS_SELF_SIGNED' : code
}

function tlsCause(code: OutcomeCode, error: Error, context: TlsContext): string {
  const { certificate } = context
  switch (code) {
    case 'TLS_EXPIRED':
      return expiry(certificate, context.nowMs)
    case 'TLS_NOT_YET_VALID':
      return beginning(certificate, context.nowMs)
    case 'TLS_SELF_SIGNED':
      return 'certificate is self-signed'
    case 'TLS_UNTRUSTED':
      return 'certificate comes from an authority that is not trusted, or an intermediate certificate is missing'
    case 'TLS_NAME':
      return wrongName(certificate, context.host)
    case 'TLS_WEAK':
      return `the certificate's signature is so weak (${certificate?.signature}) that it proves nothing`
    case 'TLS_CLIENT_CERT_REQUIRED':
      return 'the server demands a client certificate'
    case 'TLS_VERSION':
      return unsafe(context.minVersion)
    case 'HTTP2_ONLY':
      return 'the server does not speak HTTP/1.1 (no_application_protocol); let the monitor ask for HTTP/2'
    case 'TLS_ALERT':
      return `the server refused the handshake (${alertOf(error)})`
    default:
      return `the handshake broke (${escaped(libraryReason(error).toLowerCase(), 80)})`
  }
}

function unsafe(minVersion: string): string {
  if (minVersion === '1.3') return 'the server does not offer TLS 1.3, which this monitor asks for'
  return minVersion === '1.2'
    ? 'the server offers no TLS version that is still considered safe (1.2 or 1.3)'
    : `the server offers no TLS version from ${minVersion} on`
}

/** The library calls some self-signed certificates merely unverifiable, depending on what they say they may be used for. */
function isSelfIssued({ subject, issuer }: Certificate): boolean {
  return subject === issuer && subject !== ''
}

/** `error:10000410:SSL routines:OPENSSL_internal:SSLV3_ALERT_HANDSHAKE_FAILURE` → its last part. */
function libraryReason(error: Error): string {
  return error.message.slice(error.message.lastIndexOf(':') + 1).trim()
}

/** The library numbers alerts that it has no name for from a thousand on. */
const UNNAMED_ALERT = /^reason\(1(\d{3})\)$/
/** Where the library spells an alert in another way than its specification does (RFC 8446 section 6). */
const respelled: Readonly<Record<string, string>> = { user_cancelled: 'user_canceled' }

/** The name of the alert that ended a handshake: `handshake_failure`; undefined where none did. */
function alertOf(error: Error): string | undefined {
  const reason = libraryReason(error)
  const number = UNNAMED_ALERT.exec(reason)?.[1]
  if (number) return `alert ${Number(number)}`
  if (!reason.includes('ALERT_')) return undefined
  const name = escaped(reason.replace(/^.*ALERT_/, '').toLowerCase())
  return respelled[name] ?? name
}

function expiry(certificate: Certificate | null, nowMs: number): string {
  const atMs = dateMs(certificate?.notAfter)
  if (atMs === null) return 'certificate expired at an unreadable date'
  if (atMs > nowMs) return 'a certificate of the chain has expired, though not the one for this host'
  const days = Math.floor((nowMs - atMs) / 86_400_000)
  const ago = days < 1 ? 'less than a day ago' : days === 1 ? '1 day ago' : `${readableCount(days)} days ago`
  return `certificate expired ${ago} (${new Date(atMs).toISOString().slice(0, 10)})`
}

function beginning(certificate: Certificate | null, nowMs: number): string {
  const atMs = dateMs(certificate?.notBefore)
  if (atMs === null) return 'certificate is not valid before a later date'
  if (atMs <= nowMs) return 'a certificate of the chain is not valid yet'
  return `certificate is not valid before ${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

function dateMs(isoTime: string | null | undefined): number | null {
  return isoTime ? Date.parse(isoTime) : null
}

/** What a certificate is for, beside what it should be for. */
export function wrongName(certificate: Certificate | null, host: string): string {
  return `certificate is for ${shownNames(certificate)}, not ${escaped(host, 253)}`
}

function shownNames(certificate: Certificate | null): string {
  if (!certificate) return 'another name'
  const { names, subject } = certificate
  if (names.length > 0) return escaped(names.join(', '), 80)
  return `no host at all (its subject, ${escaped(subject, 80)}, does not count)`
}
