import type { X509Certificate } from 'node:crypto'
import type { TlsWishes } from '@repo/contracts/specs/fields'
import type { Certificate } from '@repo/domain/outcome'
import type { Connection } from '../engine/dial.ts'
import type { Failure } from '../engine/failure.ts'
import { escaped, readableCount } from '../engine/readable.ts'
import { type HostNames, hostNamesOf } from './host-names.ts'
import { isWeakSignature, signatureOf } from './signature.ts'

/** What the other side has shown, and all the names it is for, which may be more than anybody wants to see. */
export interface Shown {
  readonly certificate: Certificate
  readonly hostNames: HostNames
}

/**
 * What the other side has shown. A certificate is decoded once: a probe that comes back every minute meets the same one, and
 * knows it again by its fingerprint, which costs a microsecond.
 */
export function shownBy(connection: Connection): Shown | null {
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
  const { facts, hostNames } = known
  return {
    certificate: { ...facts, protocol: connection.getTLSVersion(), cipher: cipherOf(connection) ?? '' },
    hostNames,
  }
}

interface Decoded {
  readonly facts: Omit<Certificate, 'protocol' | 'cipher'>
  readonly hostNames: HostNames
}

const DECODED_LIMIT = 10_000
const SHOWN_NAMES = 100
const decoded = new Map<string, Decoded>()

function decode(x509: X509Certificate): Decoded {
  const hostNames = hostNamesOf(x509.raw)
  const facts = {
    subject: oneLine(x509.subject),
    names: hostNames.shown.slice(0, SHOWN_NAMES).map((name) => escaped(name, 255)),
    issuer: oneLine(x509.issuer),
    notBefore: isoTime(x509.validFrom),
    notAfter: isoTime(x509.validTo),
    key: keyOf(x509),
    signature: signatureOf(x509.raw),
    fingerprint: x509.fingerprint256.replaceAll(':', '').toLowerCase(),
    chain: [],
  }
  return { facts, hostNames }
}

/** A key of a kind that the runtime cannot read is no reason to know nothing of its certificate. */
function keyOf(x509: X509Certificate): string {
  try {
    const { asymmetricKeyDetails: details, asymmetricKeyType: type } = x509.publicKey
    return `${(type ?? 'unknown').toUpperCase()} ${details?.modulusLength ?? details?.namedCurve ?? ''}`.trim()
  } catch {
    return 'unknown'
  }
}

export function oneLine(distinguishedName: string): string {
  return escaped((distinguishedName ?? '').split('\n').filter(Boolean).join(', '), 500)
}

export function isoTime(text: string): string | null {
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? null : new Date(ms).toISOString()
}

/** Null where the handshake did not come so far. */
export function cipherOf(connection: Connection): string | null {
  const { standardName, name } = connection.getCipher() as { standardName?: string | null; name?: string | null }
  return standardName ?? name ?? null
}

const DAY_MS = 86_400_000
const WARN_DAYS = 14

/** What there is to say about a certificate that is valid. */
export function remarkOnCertificate(
  { notAfter, key, signature, protocol }: Certificate,
  wishes: TlsWishes | undefined,
  nowMs: number,
): Failure | null {
  const old = versionRemark(protocol, wishes)
  if (old) return old
  const weak = weakness(key, signature)
  if (weak && wishes?.weak !== 'ignore') {
    return { code: 'TLS_WEAK', text: `TLS: the certificate's ${weak}`, verdict: wishes?.weak ?? 'degraded' }
  }
  const daysLeft = notAfter ? Math.floor((Date.parse(notAfter) - nowMs) / DAY_MS) : Number.POSITIVE_INFINITY
  // One that has ended already is let through on purpose.
  if (daysLeft < 0 || daysLeft >= (wishes?.warnDays ?? WARN_DAYS)) return null
  return { code: 'TLS_EXPIRING', text: `TLS: the certificate expires ${inDays(daysLeft)}` }
}

function inDays(days: number): string {
  if (days < 1) return 'in less than a day'
  return days === 1 ? 'in 1 day' : `in ${readableCount(days)} days`
}

const versionOf: Readonly<Record<string, string>> = {
  TLSv1: '1.0',
  'TLSv1.1': '1.1',
  'TLSv1.2': '1.2',
  'TLSv1.3': '1.3',
}
const SAFE = '1.2'

/** Below what is asked for a version is a failure; below what is safe it is so by itself, or deserves a look. */
function versionRemark(protocol: string, wishes: TlsWishes | undefined): Failure | null {
  const version = versionOf[protocol]
  const asked = wishes?.minVersion ?? SAFE
  if (version === undefined || (version >= asked && version >= SAFE)) return null
  const text = `TLS: the server offers TLS ${version} only`
  if (version >= asked) return { code: 'TLS_VERSION', text, verdict: 'degraded' }
  return {
    code: 'TLS_VERSION',
    text: asked > SAFE ? `${text}, and this monitor asks for ${asked}` : text,
    verdict: 'down',
  }
}

export function weakness(key: string, signature: string): string | null {
  if (weakKey(key)) return `key is weak (${key})`
  return isWeakSignature(signature) ? `signature is weak (${signature})` : null
}

function weakKey(key: string): boolean {
  const bits = /^(RSA|RSA-PSS|DSA) (\d+)$/.exec(key)?.[2]
  return bits !== undefined && Number(bits) < 2_048
}
