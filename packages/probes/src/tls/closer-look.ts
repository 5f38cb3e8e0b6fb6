import { X509Certificate } from 'node:crypto'
import tls, { type DetailedPeerCertificate } from 'node:tls'
import type { CertificateLink } from '@repo/domain/outcome'
import { Channel } from '../engine/channel.ts'
import { limits } from '../engine/limits.ts'
import { ProbeRun } from '../engine/run.ts'
import { isoTime, oneLine, weakness } from './certificate-facts.ts'
import type { ChainTarget } from './chain.ts'
import { type RevocationStatus, revocationStatus, serialOf } from './ocsp.ts'
import { signatureOf } from './signature.ts'
import { clientHello, GOODBYE, StapleReader } from './staple.ts'

/** What is known of a certificate beyond itself. */
export interface Known {
  /** The leaf first, as the server sends it. */
  readonly chain: readonly CertificateLink[]
  readonly revocation: RevocationStatus | null
  readonly weakLink: string | null
}

export const NOTHING_KNOWN: Known = { chain: [], revocation: null, weakLink: null }

interface Limits {
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/**
 * Asks a server once more for the certificate with this fingerprint: first in a way that shows everything in the clear, then,
 * where it speaks TLS 1.3 alone or has another certificate for older clients, by a handshake of Node's.
 */
export async function lookCloser(fingerprint: string, target: ChainTarget, allowed: Limits): Promise<Known> {
  const startedAtMs = performance.now()
  try {
    const flight = await readFlight(target, allowed)
    const [leaf] = flight.certificates
    if (leaf && sha256(leaf) === fingerprint) return knownFrom(flight.certificates, flight.staple ?? null)
    const timeoutMs = allowed.timeoutMs - (performance.now() - startedAtMs)
    if (!target.isDirect || allowed.signal.aborted || timeoutMs <= 0) return NOTHING_KNOWN
    return knownFrom(await shownToNode(target, { timeoutMs, signal: allowed.signal }), null)
  } catch {
    // Whatever the other side has sent that nobody can read.
    return NOTHING_KNOWN
  }
}

async function readFlight({ address, port, tls: options, greet }: ChainTarget, allowed: Limits): Promise<StapleReader> {
  const { serverName } = options as { serverName?: string }
  const reader = new StapleReader()
  const run = new ProbeRun(allowed.timeoutMs, allowed.signal)
  const { channel, failure } = await Channel.open({ host: address, port, addresses: [address], tls: null }, run)
  try {
    if (failure ?? (await greet?.(channel))) return reader
    channel.write(clientHello(serverName))
    while (reader.staple === undefined) {
      const heard = await channel.read('tls')
      if (heard.kind !== 'data') break
      reader.read(heard.chunk)
    }
    channel.write(GOODBYE)
    return reader
  } finally {
    channel.close()
    run.finish()
  }
}

function sha256(der: Uint8Array): string {
  return new Bun.CryptoHasher('sha256').update(der).digest('hex')
}

function knownFrom(certificates: readonly Uint8Array[], staple: Buffer | null): Known {
  const [leaf] = certificates
  const chain = certificates.map((der) => new X509Certificate(der))
  return {
    chain: chain.map(linkOf),
    revocation: (staple && leaf && revocationStatus(staple, serialOf(leaf))) ?? null,
    weakLink: chain.slice(1).map(weaknessOf).find(Boolean) ?? null,
  }
}

function linkOf(certificate: X509Certificate): CertificateLink {
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    notAfter: isoTime(certificate.validTo),
  }
}

/** What a root says of itself proves nothing, so that its signature may be as weak as it likes. */
function weaknessOf(certificate: X509Certificate): string | null {
  const isRoot = certificate.subject === certificate.issuer
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey
  const key = `${(asymmetricKeyType ?? '').toUpperCase()} ${asymmetricKeyDetails?.modulusLength ?? ''}`.trim()
  return weakness(key, isRoot ? '' : signatureOf(certificate.raw))
}

function shownToNode(
  { address, port, tls: options }: ChainTarget,
  { timeoutMs, signal }: Limits,
): Promise<readonly Uint8Array[]> {
  const { serverName, ca, cert, key } = options as Record<string, string | undefined>
  const { promise, resolve } = Promise.withResolvers<readonly Uint8Array[]>()
  const socket = tls.connect({
    host: address,
    port,
    rejectUnauthorized: false,
    ...(serverName && { servername: serverName }),
    ...(ca && { ca }),
    ...(cert && { cert, key }),
  })
  const settle = (certificates: readonly Uint8Array[]) => {
    clearTimeout(timer)
    signal.removeEventListener('abort', giveUp)
    // Politely where there was a handshake, so that no server logs a broken one.
    if (certificates.length > 0) socket.end(() => socket.destroy())
    else socket.destroy()
    resolve(certificates)
  }
  const giveUp = () => settle([])
  const timer = setTimeout(giveUp, timeoutMs)
  signal.addEventListener('abort', giveUp)
  socket.on('secureConnect', () => settle(chainFrom(socket.getPeerCertificate(true))))
  socket.on('error', giveUp)
  socket.on('close', giveUp)
  return promise
}

function chainFrom(leaf: DetailedPeerCertificate): Uint8Array[] {
  const chain: Uint8Array[] = []
  let current: DetailedPeerCertificate | undefined = leaf
  while (current?.raw && chain.length < limits.certificateChain) {
    chain.push(current.raw)
    // A root is its own issuer.
    const issuer: DetailedPeerCertificate | undefined = current.issuerCertificate
    current = issuer === current || issuer?.fingerprint256 === current.fingerprint256 ? undefined : issuer
  }
  return chain
}
