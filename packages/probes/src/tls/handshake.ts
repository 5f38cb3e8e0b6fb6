import type { TlsWishes } from '@repo/contracts/specs/fields'
import type { Certificate } from '@repo/domain/outcome'
import type { TLSOptions } from 'bun'
import type { Connection } from '../engine/dial.ts'
import type { Failure } from '../engine/failure.ts'
import { escaped } from '../engine/readable.ts'
import { explainTls, wrongName } from './certificate.ts'
import { cipherOf, remarkOnCertificate, type Shown, shownBy } from './certificate-facts.ts'
import { asciiName, type HostNames, isFor } from './host-names.ts'

export interface Handshake {
  readonly certificate: Certificate | null
  readonly hostNames?: HostNames | null
  readonly failure: Failure | null
  readonly remark: Failure | null
}

/** Says what a finished, or failed, handshake means. The connection is null where there was none to ask. */
export type HandshakeJudge = (connection: Connection | null, error: Error | null) => Handshake

export interface HandshakeContext {
  readonly wishes: TlsWishes | undefined
  /** The name that the certificate must be for. */
  readonly host: string
  readonly nowMs: number
}

export function judgeHandshake(
  connection: Connection | null,
  error: Error | null,
  context: HandshakeContext,
): Handshake {
  const shown = connection && shownBy(connection)
  const certificate = shown?.certificate ?? null
  const failure = error
    ? explainHandshake(error, { connection, certificate }, context)
    : shown && judgeName(shown, context)
  if (failure) return { certificate, failure, remark: null }
  const remark = certificate ? remarkOnCertificate(certificate, context.wishes, context.nowMs) : null
  const isFailing = remark !== null && remark.verdict === 'down'
  const hostNames = shown?.hostNames ?? null
  return { certificate, hostNames, failure: isFailing ? remark : null, remark: isFailing ? null : remark }
}

/** The library lets common names and parts of labels pass, which no browser does. */
function judgeName({ certificate, hostNames }: Shown, { wishes, host }: HandshakeContext): Failure | null {
  const name = wishes?.serverName ?? host
  if (wishes?.verify === false || isFor(hostNames, name)) return null
  return { code: 'TLS_NAME', text: `TLS: ${wrongName(certificate, name)}` }
}

function explainHandshake(
  error: Error,
  { connection, certificate }: { connection: Connection | null; certificate: Certificate | null },
  { wishes, host, nowMs }: HandshakeContext,
): Failure | null {
  if (isSystemError(error)) return CUT_HANDSHAKE
  // The socket reports what our own handlers throw in the same way; that is not the other side's doing.
  if (!('code' in error))
    return { code: 'PROBE_ERROR', text: `The probe itself failed: ${escaped(error.message, 120)}` }
  const isAboutCertificate = certificate !== null && error.code !== 'EPROTO'
  if (wishes?.verify === false && isAboutCertificate) return null
  return explainTls(error, {
    host: wishes?.serverName ?? host,
    certificate,
    wasAgreed: connection !== null && cipherOf(connection) !== null,
    hasOwnCertificate: wishes?.clientCertificate !== undefined,
    minVersion: wishes?.minVersion ?? '1.2',
    nowMs,
  })
}

/** Verification is ours to do: the handshake is let through, and what it says about the certificate decides. */
export function tlsOptions(
  name: string | null,
  wishes: TlsWishes | undefined,
  { ca, alpn }: { ca?: string | undefined; alpn?: string },
): TLSOptions {
  const serverName = wishes?.serverName ?? name
  const authorities = wishes?.ca ?? ca
  return {
    rejectUnauthorized: false,
    ...(serverName === null ? {} : { serverName: asciiName(serverName) }),
    ...(authorities === undefined ? {} : { ca: authorities }),
    ...(alpn === undefined ? {} : { ALPNProtocols: alpn }),
    ...(wishes?.clientCertificate && {
      cert: wishes.clientCertificate.certificate,
      key: wishes.clientCertificate.key,
    }),
    ...(wishes?.minVersion && { minVersion: PROTOCOL_VERSIONS[wishes.minVersion] }),
  }
}

/** The same with every version that there is: to find out what a server offers, and to go no further. */
export function withOldVersions(options: TLSOptions): TLSOptions {
  return { ...options, minVersion: PROTOCOL_VERSIONS['1.0'] } as TLSOptions
}

/** As they stand on the wire (RFC 8446 appendix B.3.1.1). */
const PROTOCOL_VERSIONS = { '1.0': 0x0301, '1.1': 0x0302, '1.2': 0x0303, '1.3': 0x0304 } as const

export const CUT_HANDSHAKE: Failure = { code: 'TLS_PROTOCOL', text: 'TLS: closed the connection during the handshake' }

/** The connection is gone, in whatever way: reset, unreachable, timed out. Every other error is about what was said on it. */
export function isSystemError(error: Error): boolean {
  return 'code' in error && typeof error.code === 'string' && CONNECTION_LOST.has(error.code)
}

const CONNECTION_LOST: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
])
