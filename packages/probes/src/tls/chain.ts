import type { TlsWishes } from '@repo/contracts/specs/fields'
import type { Certificate } from '@repo/domain/outcome'
import type { TLSOptions } from 'bun'
import type { Channel } from '../engine/channel.ts'
import { type Failure, worse } from '../engine/failure.ts'
import type { ProbeRun } from '../engine/run.ts'
import { type Known, lookCloser, NOTHING_KNOWN } from './closer-look.ts'
import type { RevocationStatus } from './ocsp.ts'

const AGE_MS = 12 * 3_600_000
/** A server that showed nothing may have been busy. */
const AGE_OF_NOTHING_MS = 10 * 60_000
const REMEMBERED = 10_000
const WAIT_MS = 3_000
/** After a start every certificate is new: most of them can wait for their next check. */
const AT_ONCE = 64

export interface ChainTarget {
  /** The very address that the certificate was shown at. */
  readonly address: string
  readonly port: number
  readonly tls: TLSOptions
  /** False where another protocol comes before TLS, and nothing is said of how it is spoken: then only the leaf is known. */
  readonly isDirect: boolean
  /** Says what comes before TLS. */
  readonly greet?: (channel: Channel) => Promise<Failure | null>
}

interface Remembered {
  readonly known: Known
  readonly untilMs: number
}

/** A certificate with what takes more than one handshake to know. */
export interface Examined {
  readonly certificate: Certificate
  /** Null where the server staples nothing, or only speaks TLS 1.3. */
  readonly revocation: RevocationStatus | null
  /** What is weak about an intermediate certificate; null where nothing is. */
  readonly weakLink?: string | null
}

/** One closer look that any number of checks wait for; it is given up when the last of them has left. */
interface Look {
  readonly known: Promise<Known>
  readonly giveUp: AbortController
  waiting: number
}

const remembered = new Map<string, Remembered>()
const underWay = new Map<string, Look>()

/**
 * A certificate with the chain that comes with it, and what its authority says of it. The sockets of the probe know the leaf
 * alone, so these take further connections, which are made when the leaf is new. That they cannot be had fails no check.
 */
export async function examine(
  certificate: Certificate,
  target: ChainTarget,
  { run, nowMs }: { run: ProbeRun; nowMs: number },
): Promise<Examined> {
  const { fingerprint } = certificate
  const before = remembered.get(fingerprint)
  if (before && nowMs < before.untilMs) return withKnown(certificate, before.known)
  if ((!target.isDirect && !target.greet) || run.isOver) return withKnown(certificate, NOTHING_KNOWN)
  const look = underWay.get(fingerprint) ?? begin(certificate, target, { run, nowMs })
  return withKnown(certificate, look ? await waitFor(look, run) : NOTHING_KNOWN)
}

function withKnown(certificate: Certificate, { chain, revocation, weakLink }: Known): Examined {
  return { certificate: chain.length > 0 ? { ...certificate, chain } : certificate, revocation, weakLink }
}

function begin(
  { fingerprint }: Certificate,
  target: ChainTarget,
  { run, nowMs }: { run: ProbeRun; nowMs: number },
): Look | undefined {
  if (underWay.size >= AT_ONCE) return undefined
  const giveUp = new AbortController()
  const timeoutMs = Math.min(WAIT_MS, run.remainingMs())
  const known = lookCloser(fingerprint, target, { timeoutMs, signal: giveUp.signal }).then((found) => {
    underWay.delete(fingerprint)
    const ageMs = found.chain.length > 0 ? AGE_MS : AGE_OF_NOTHING_MS
    // What was given up says nothing about the server.
    if (!giveUp.signal.aborted) remember(fingerprint, { known: found, untilMs: nowMs + ageMs })
    return found
  })
  const look = { known, giveUp, waiting: 0 }
  underWay.set(fingerprint, look)
  return look
}

function remember(fingerprint: string, what: Remembered): void {
  if (remembered.size >= REMEMBERED) remembered.delete(remembered.keys().next().value ?? '')
  remembered.set(fingerprint, what)
}

/** Waits until the look is over, the time is, or the run is stopped. */
async function waitFor(look: Look, run: ProbeRun): Promise<Known> {
  const { promise, resolve } = Promise.withResolvers<Known>()
  look.waiting += 1
  const leave = () => resolve(NOTHING_KNOWN)
  const timer = setTimeout(leave, run.remainingMs())
  run.attend(leave)
  look.known.then(resolve)
  const known = await promise
  clearTimeout(timer)
  run.attend(null)
  look.waiting -= 1
  if (look.waiting === 0) look.giveUp.abort()
  return known
}

/** What a certificate means that its own authority has taken back, and the server says so itself; and a weak chain. */
export function revocationRemark({ revocation, weakLink }: Examined, wishes: TlsWishes | undefined): Failure | null {
  return worse(revoked(revocation, wishes), weak(weakLink ?? null, wishes))
}

function revoked(revocation: RevocationStatus | null, wishes: TlsWishes | undefined): Failure | null {
  const verdict = wishes?.revoked ?? 'down'
  if (revocation !== 'revoked' || verdict === 'ignore') return null
  return {
    code: 'TLS_REVOKED',
    text: 'TLS: the certificate is revoked, as the answer of its authority says that the server shows',
    verdict,
  }
}

function weak(weakLink: string | null, wishes: TlsWishes | undefined): Failure | null {
  const verdict = wishes?.weak ?? 'degraded'
  if (weakLink === null || verdict === 'ignore') return null
  return { code: 'TLS_WEAK', text: `TLS: an intermediate certificate's ${weakLink}`, verdict }
}
