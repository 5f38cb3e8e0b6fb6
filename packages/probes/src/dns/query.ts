import type { DnsMessage, DnsQuestion } from './message.ts'
import type { DnsServer } from './server-address.ts'
import { askByTcp } from './tcp.ts'
import { askByUdp } from './udp.ts'

export type DnsReply =
  | { readonly kind: 'answer'; readonly message: DnsMessage; readonly server: DnsServer; readonly isOverTcp: boolean }
  /** What the last server that said anything said. */
  | {
      readonly kind: 'failed'
      readonly why: 'servfail' | 'refused' | 'malformed' | 'silence'
      readonly server: DnsServer | null
    }

const NOERROR = 0
const FORMERR = 1
const SERVFAIL = 2
const NXDOMAIN = 3
const REFUSED = 5
/** How long one server is waited for before the next is asked. */
const TRY_MS = { min: 200, max: 1_500 }
const TRIES_PER_SERVER = 3

/**
 * Asks the servers in turn until one answers: an answer is the record asked for, that there is none, or that there is no
 * such name. Never throws, and is over within the limit.
 */
export async function queryDns(
  question: DnsQuestion,
  servers: readonly DnsServer[],
  limitMs: number,
): Promise<DnsReply> {
  const deadlineMs = performance.now() + limitMs
  const tryMs = Math.min(TRY_MS.max, Math.max(TRY_MS.min, limitMs / (servers.length * TRIES_PER_SERVER)))
  let failed: DnsReply = { kind: 'failed', why: 'silence', server: null }
  for (let round = 0; round < TRIES_PER_SERVER; round += 1) {
    for (const server of servers) {
      const leftMs = deadlineMs - performance.now()
      if (leftMs <= 0) return failed
      const reply = await askServer(question, server, { waitMs: Math.min(leftMs, tryMs), deadlineMs })
      if (reply.kind === 'answer') return reply
      if (reply.why !== 'silence') failed = reply
    }
    // Whoever has said that it cannot will say so again; only silence is worth asking again.
    if (failed.kind === 'failed' && failed.why !== 'silence') return failed
  }
  return failed
}

async function askServer(
  question: DnsQuestion,
  server: DnsServer,
  { waitMs, deadlineMs }: { waitMs: number; deadlineMs: number },
): Promise<DnsReply> {
  let reply = await askByUdp({ question, server, waitMs, hasEdns: true })
  if (reply.kind === 'answer' && reply.message.rcode === FORMERR) {
    // A server of before 1999 does not know the extension (RFC 6891 section 7).
    reply = await askByUdp({ question, server, waitMs, hasEdns: false })
  }
  if (reply.kind !== 'answer') return { kind: 'failed', why: reply.kind, server }
  if (!reply.message.isTruncated) return judged(reply.message, server, false)
  const leftMs = Math.max(1, deadlineMs - performance.now())
  const whole = await askByTcp(question, server, leftMs)
  return whole.kind === 'answer' ? judged(whole.message, server, true) : { kind: 'failed', why: whole.kind, server }
}

function judged(message: DnsMessage, server: DnsServer, isOverTcp: boolean): DnsReply {
  switch (message.rcode) {
    case NOERROR:
    case NXDOMAIN:
      return { kind: 'answer', message, server, isOverTcp }
    case REFUSED:
      return { kind: 'failed', why: 'refused', server }
    case SERVFAIL:
      return { kind: 'failed', why: 'servfail', server }
    default:
      return { kind: 'failed', why: 'malformed', server }
  }
}

export function isNxdomain({ rcode }: DnsMessage): boolean {
  return rcode === NXDOMAIN
}
