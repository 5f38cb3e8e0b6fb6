import type { X509Certificate } from 'node:crypto'
import type { PeerCertificate } from 'node:tls'
import type { OutcomeCode } from '@repo/domain/outcome'
import type { Socket } from 'bun'
import type { Failure } from '../engine/failure.ts'
import { escaped, readableCount } from '../engine/readable.ts'

export interface TlsContext {
  readonly host: string
  readonly certificate: PeerCertificate | null
  readonly nowMs: number
}

/** When the other side's certificate ends, or null where there is none or its date cannot be read. */
export function certificateExpiry(connection: Pick<Socket, 'getPeerX509Certificate'> | null): number | null {
  // Ten times cheaper than the decoded form of the certificate, which only a failure has to be explained by.
  const certificate: X509Certificate | undefined = connection?.getPeerX509Certificate()
  return dateMs(certificate?.validTo)
}

function dateMs(text: string | undefined): number | null {
  const ms = Date.parse(text ?? '')
  return Number.isNaN(ms) ? null : ms
}

/** What a failed handshake means, from the code and the text that the TLS library gives it. */
export function explainTls(error: Error, context: TlsContext): Failure {
  const code =
    isSelfIssued(context.certificate) && tlsCode(error) === 'TLS_UNTRUSTED' ? 'TLS_SELF_SIGNED' : tlsCode(error)
  return { code, text: `TLS: ${tlsCause(code, error, context)}` }
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
  return /ALERT/.test(reason) ? 'TLS_ALERT' : 'TLS_PROTOCOL'
}

function tlsCause(code: OutcomeCode, error: Error, context: TlsContext): string {
  const { certificate } = context
  switch (code) {
    case 'TLS_EXPIRED':
      return `certificate expired ${age(dateMs(certificate?.valid_to), context.nowMs)}`
    case 'TLS_NOT_YET_VALID':
      return `certificate is not valid before ${escaped(certificate?.valid_from ?? 'a later date')}`
    case 'TLS_SELF_SIGNED':
      return 'certificate is self-signed'
    case 'TLS_UNTRUSTED':
      return 'certificate comes from an authority that is not trusted, or an intermediate certificate is missing'
    case 'TLS_NAME':
      return `certificate is for ${names(certificate)}, not ${context.host}`
    case 'TLS_CLIENT_CERT_REQUIRED':
      return 'the server demands a client certificate'
    case 'TLS_VERSION':
      return 'the server offers no TLS version that is still considered safe (1.2 or 1.3)'
    case 'HTTP2_ONLY':
      return 'the server does not speak HTTP/1.1 (no_application_protocol); let the monitor ask for HTTP/2'
    case 'TLS_ALERT':
      return `the server refused the handshake (${alertName(error)})`
    default:
      return `the handshake broke (${escaped(libraryReason(error).toLowerCase(), 80)})`
  }
}

/** The library calls some self-signed certificates merely unverifiable, depending on what they say they may be used for. */
function isSelfIssued(certificate: PeerCertificate | null): boolean {
  return certificate?.issuer !== undefined && Bun.deepEquals(certificate.issuer, certificate.subject)
}

/** `error:10000410:SSL routines:OPENSSL_internal:SSLV3_ALERT_HANDSHAKE_FAILURE` → its last part. */
function libraryReason(error: Error): string {
  return error.message.slice(error.message.lastIndexOf(':') + 1).trim()
}

function alertName(error: Error): string {
  return escaped(
    libraryReason(error)
      .replace(/^.*ALERT_/, '')
      .toLowerCase(),
  )
}

function age(atMs: number | null, nowMs: number): string {
  if (atMs === null) return 'at an unreadable date'
  const days = Math.floor((nowMs - atMs) / 86_400_000)
  const ago = days < 1 ? 'less than a day ago' : days === 1 ? '1 day ago' : `${readableCount(days)} days ago`
  return `${ago} (${new Date(atMs).toISOString().slice(0, 10)})`
}

function names(certificate: PeerCertificate | null): string {
  const alternative = certificate?.subjectaltname?.replaceAll(/(DNS|IP Address):/g, '')
  return escaped(alternative || [certificate?.subject?.CN ?? 'no name'].flat().join(', '), 80)
}
