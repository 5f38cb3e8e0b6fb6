import net from 'node:net'
import tls, { type DetailedPeerCertificate } from 'node:tls'
import type { TlsWishes } from '@repo/contracts/specs/fields'
import type { Certificate, CertificateLink } from '@repo/domain/outcome'
import type { TLSOptions } from 'bun'
import type { Failure } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import { escaped } from '../engine/readable.ts'
import type { ProbeRun } from '../engine/run.ts'
import { type RevocationStatus, revocationStatus } from './ocsp.ts'
import { clientHello, StapleReader } from './staple.ts'

const AGE_MS = 12 * 3_600_000
const REMEMBERED = 10_000
const WAIT_MS = 3_000

export interface ChainTarget {
  /** The very address that the certificate was shown at. */
  readonly address: string
  readonly port: number
  readonly tls: TLSOptions
  /** False where another protocol comes before TLS: then only the leaf is known. */
  readonly isDirect: boolean
}

interface Remembered {
  readonly chain: readonly CertificateLink[]
  readonly revocation: RevocationStatus | null
  readonly askedAtMs: number
}

/** A certificate with what takes more than one handshake to know. */
export interface Examined {
  readonly certificate: Certificate
  /** Null where the server staples nothing, or only speaks TLS 1.3. */
  readonly revocation: RevocationStatus | null
}

const chains = new Map<string, Remembered>()

/**
 * A certificate with the chain that comes with it, and what its authority says of it. The sockets of the probe know the leaf
 * alone, so these take two more connections, which are made when the leaf is new. That they cannot be had fails no check.
 */
export async function examine(
  certificate: Certificate,
  target: ChainTarget,
  { run, nowMs }: { run: ProbeRun; nowMs: number },
): Promise<Examined> {
  const known = chains.get(certificate.fingerprint)
  if (known && nowMs - known.askedAtMs < AGE_MS)
    return { certificate: { ...certificate, chain: known.chain }, revocation: known.revocation }
  const waitMs = Math.min(WAIT_MS, run.remainingMs())
  if (!target.isDirect || waitMs <= 0) return { certificate, revocation: null }
  const asked = fetchChain(target, waitMs)
  const stapled = fetchStaple(target, waitMs)
  run.attend(() => {
    asked.giveUp()
    stapled.giveUp()
  })
  const [chain, staple] = await Promise.all([asked.links, stapled.staple])
  run.attend(null)
  const revocation = (staple && revocationStatus(staple)) ?? null
  if (chain.length === 0) return { certificate, revocation }
  if (chains.size >= REMEMBERED) chains.delete(chains.keys().next().value ?? '')
  chains.set(certificate.fingerprint, { chain, revocation, askedAtMs: nowMs })
  return { certificate: { ...certificate, chain }, revocation }
}

interface Asked {
  readonly links: Promise<readonly CertificateLink[]>
  giveUp(): void
}

function fetchChain({ address, port, tls: options }: ChainTarget, waitMs: number): Asked {
  const { serverName, ca, cert, key } = options as Record<string, string | undefined>
  const { promise, resolve } = Promise.withResolvers<readonly CertificateLink[]>()
  const socket = tls.connect({
    host: address,
    port,
    rejectUnauthorized: false,
    ...(serverName && { servername: serverName }),
    ...(ca && { ca }),
    ...(cert && { cert, key }),
  })
  const settle = (links: readonly CertificateLink[]) => {
    clearTimeout(timer)
    // Politely where there was a handshake, so that no server logs a broken one.
    if (links.length > 0) socket.end(() => socket.destroy())
    else socket.destroy()
    resolve(links)
  }
  const giveUp = () => settle([])
  const timer = setTimeout(giveUp, waitMs)
  socket.on('secureConnect', () => settle(linksOf(socket.getPeerCertificate(true))))
  socket.on('error', giveUp)
  socket.on('close', giveUp)
  return { links: promise, giveUp }
}

/** What a certificate means that its own authority has taken back, and the server says so itself. */
export function revocationRemark({ revocation }: Examined, wishes: TlsWishes | undefined): Failure | null {
  const verdict = wishes?.revoked ?? 'down'
  if (revocation !== 'revoked' || verdict === 'ignore') return null
  return {
    code: 'TLS_REVOKED',
    text: 'TLS: the certificate is revoked, as the answer of its authority says that the server shows',
    verdict,
  }
}

function fetchStaple({ address, port, tls: options }: ChainTarget, waitMs: number) {
  const { serverName } = options as { serverName?: string }
  const { promise, resolve } = Promise.withResolvers<Buffer | null>()
  const reader = new StapleReader()
  const socket = net.connect({ host: address, port }, () => socket.write(clientHello(serverName)))
  const settle = (staple: Buffer | null) => {
    clearTimeout(timer)
    socket.destroy()
    resolve(staple)
  }
  const giveUp = () => settle(null)
  const timer = setTimeout(giveUp, waitMs)
  socket.on('data', (chunk: Buffer) => {
    reader.read(chunk)
    if (reader.staple !== undefined) settle(reader.staple)
  })
  socket.on('error', giveUp)
  socket.on('close', giveUp)
  return { staple: promise, giveUp }
}

function linksOf(leaf: DetailedPeerCertificate): CertificateLink[] {
  const links: CertificateLink[] = []
  let current: DetailedPeerCertificate | undefined = leaf
  while (current?.subject && links.length < limits.certificateChain) {
    links.push({
      subject: nameOf(current.subject),
      issuer: nameOf(current.issuer),
      notAfter: isoTime(current.valid_to),
    })
    // A root is its own issuer.
    const issuer: DetailedPeerCertificate | undefined = current.issuerCertificate
    current = issuer === current || issuer?.fingerprint256 === current.fingerprint256 ? undefined : issuer
  }
  return links
}

function nameOf(name: object): string {
  const parts = Object.entries(name).map(([key, value]) => `${key}=${[value].flat().join('+')}`)
  return escaped(parts.join(', '), 500)
}

function isoTime(text: string): string | null {
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? null : new Date(ms).toISOString()
}
