import type { X509Certificate } from 'node:crypto'
import type { TlsWishes } from '@repo/contracts/specs/fields'
import type { Certificate } from '@repo/domain/outcome'
import type { Connection } from '../engine/dial.ts'
import type { Failure } from '../engine/failure.ts'
import { escaped, readableCount } from '../engine/readable.ts'
import { isWeakSignature, signatureOf } from './signature.ts'

/**
 * What the other side has shown. A certificate is decoded once: a probe that comes back every minute meets the same one, and
 * knows it again by its fingerprint, which costs a microsecond.
 */
export function certificateFacts(connection: Connection): Certificate | null {
  const x509: X509Certificate | undefined = connection.getPeerX509Certificate()
  if (!x509) return null
  const key = x509.fingerprint256
  let known = decoded.get(key)
  if (!known) {
    known = decode(x509)
    // The oldest goes first.
    if (decoded.size >= DECODED_LIMIT) decoded.delete(decoded.keys().next().value ?? '')
    decoded.set(key, known)
  }
  return { ...known, protocol: connection.getTLSVersion(), cipher: cipherOf(connection) }
}

type Decoded = Omit<Certificate, 'protocol' | 'cipher'>

const DECODED_LIMIT = 10_000
const decoded = new Map<string, Decoded>()

function decode(x509: X509Certificate): Decoded {
  const { asymmetricKeyDetails: details, asymmetricKeyType: type } = x509.publicKey
  return {
    subject: oneLine(x509.subject),
    names: alternativeNames(x509.subjectAltName ?? ''),
    issuer: oneLine(x509.issuer),
    notBefore: isoTime(x509.validFrom),
    notAfter: isoTime(x509.validTo),
    key: `${(type ?? 'unknown').toUpperCase()} ${details?.modulusLength ?? details?.namedCurve ?? ''}`.trim(),
    signature: signatureOf(x509.raw),
    fingerprint: x509.fingerprint256.replaceAll(':', '').toLowerCase(),
    chain: [],
  }
}

function oneLine(distinguishedName: string): string {
  return escaped(distinguishedName.split('\n').filter(Boolean).join(', '), 500)
}

function alternativeNames(text: string): string[] {
  const names = text === '' ? [] : text.split(', ').map((name) => name.replace(/^(DNS|IP Address):/, ''))
  return names.slice(0, 100).map((name) => escaped(name, 255))
}

function isoTime(text: string): string | null {
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? null : new Date(ms).toISOString()
}

function cipherOf(connection: Connection): string {
  const { standardName, name } = connection.getCipher() as { standardName?: string; name?: string }
  return standardName ?? name ?? ''
}

const DAY_MS = 86_400_000
const WARN_DAYS = 14

/** What there is to say about a certificate that is valid. */
export function remarkOnCertificate(
  { notAfter, key, signature, protocol }: Certificate,
  wishes: TlsWishes | undefined,
  nowMs: number,
): Failure | null {
  if (protocol === 'TLSv1' || protocol === 'TLSv1.1') {
    const isAllowed = wishes?.minVersion === '1.0' || wishes?.minVersion === '1.1'
    const version = protocol === 'TLSv1' ? '1.0' : '1.1'
    return {
      code: 'TLS_VERSION',
      text: `TLS: the server offers TLS ${version} only`,
      verdict: isAllowed ? 'degraded' : 'down',
    }
  }
  const weak = weakness(key, signature)
  if (weak && wishes?.weak !== 'ignore') {
    return { code: 'TLS_WEAK', text: `TLS: the certificate's ${weak}`, verdict: wishes?.weak ?? 'degraded' }
  }
  const daysLeft = notAfter ? Math.floor((Date.parse(notAfter) - nowMs) / DAY_MS) : Number.POSITIVE_INFINITY
  if (daysLeft >= (wishes?.warnDays ?? WARN_DAYS)) return null
  return { code: 'TLS_EXPIRING', text: `TLS: the certificate expires in ${readableCount(daysLeft)} days` }
}

function weakness(key: string, signature: string): string | null {
  if (weakKey(key)) return `key is weak (${key})`
  return isWeakSignature(signature) ? `signature is weak (${signature})` : null
}

function weakKey(key: string): boolean {
  const bits = /^(RSA|RSA-PSS|DSA) (\d+)$/.exec(key)?.[2]
  return bits !== undefined && Number(bits) < 2_048
}
