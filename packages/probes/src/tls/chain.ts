import tls, { type DetailedPeerCertificate } from 'node:tls'
import type { Certificate, CertificateLink } from '@repo/domain/outcome'
import type { TLSOptions } from 'bun'
import { limits } from '../engine/limits.ts'
import { escaped } from '../engine/readable.ts'
import type { ProbeRun } from '../engine/run.ts'

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
  readonly askedAtMs: number
}

const chains = new Map<string, Remembered>()

/**
 * A certificate with the chain that comes with it. The sockets of the probe know the leaf alone, so a chain takes one more
 * handshake, and is asked for when its leaf is new. That it cannot be had fails no check.
 */
export async function withChain(
  certificate: Certificate,
  target: ChainTarget,
  { run, nowMs }: { run: ProbeRun; nowMs: number },
): Promise<Certificate> {
  const known = chains.get(certificate.fingerprint)
  if (known && nowMs - known.askedAtMs < AGE_MS) return { ...certificate, chain: known.chain }
  const waitMs = Math.min(WAIT_MS, run.remainingMs())
  if (!target.isDirect || waitMs <= 0) return certificate
  const asked = fetchChain(target, waitMs)
  run.attend(asked.giveUp)
  const chain = await asked.links
  run.attend(null)
  if (chain.length === 0) return certificate
  if (chains.size >= REMEMBERED) chains.delete(chains.keys().next().value ?? '')
  chains.set(certificate.fingerprint, { chain, askedAtMs: nowMs })
  return { ...certificate, chain }
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
