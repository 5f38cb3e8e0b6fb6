import type { DnsMessage, DnsQuestion } from './message.ts'
import { type DnsReply, isNxdomain } from './query.ts'

/** An absence is believed for so long at most: it is what ends when a site comes back. */
const NEGATIVE_SECONDS = 30
/** Whoever gives a record longer than this has to be asked again all the same (RFC 8767 section 4). */
const LONGEST_SECONDS = 86_400
/** Of all answers that are kept together: about 10,000 names, or fewer where they have many records. */
const RECORDS = 100_000

export interface Known {
  readonly reply: DnsReply
  /** For how long it may still be kept. */
  readonly ttlSeconds: number
  readonly isFromCache: boolean
}

interface Entry {
  readonly reply: DnsReply
  readonly untilMs: number
  readonly weight: number
}

/** Answers for as long as their records say, and no longer. What failed is not kept: it may be over by now. */
export class AnswerCache {
  private readonly entries = new Map<string, Entry>()
  private readonly asking = new Map<string, Promise<Known>>()
  private weight = 0

  constructor(private readonly nowMs: () => number) {}

  /** Undefined for what is not known, or was known too long ago. */
  get(key: string): Known | undefined {
    const entry = this.entries.get(key)
    if (!entry) return undefined
    const leftMs = entry.untilMs - this.nowMs()
    if (leftMs > 0) return { reply: entry.reply, ttlSeconds: leftMs / 1_000, isFromCache: true }
    this.remove(key, entry)
    return undefined
  }

  /** Somebody else's question that is under way. */
  underWay(key: string): Promise<Known> | undefined {
    return this.asking.get(key)
  }

  /** Asks, keeps the answer, and lets others wait for it meanwhile. */
  ask(key: string, type: DnsQuestion['type'], ask: () => Promise<DnsReply>): Promise<Known> {
    const asked = ask().then((reply) => {
      this.asking.delete(key)
      const known = newlyKnown(reply, type)
      if (known.ttlSeconds > 0) this.keep(key, known)
      return known
    })
    this.asking.set(key, asked)
    return asked
  }

  private keep(key: string, { reply, ttlSeconds }: Known): void {
    const before = this.entries.get(key)
    if (before) this.remove(key, before)
    const weight = 1 + recordsOf(reply)
    this.entries.set(key, { reply, untilMs: this.nowMs() + ttlSeconds * 1_000, weight })
    this.weight += weight
    // The oldest go first.
    for (const [oldest, entry] of this.entries) {
      if (this.weight <= RECORDS) break
      this.remove(oldest, entry)
    }
  }

  private remove(key: string, { weight }: Entry): void {
    this.entries.delete(key)
    this.weight -= weight
  }
}

export function newlyKnown(reply: DnsReply, type: DnsQuestion['type']): Known {
  return { reply, ttlSeconds: reply.kind === 'answer' ? secondsToKeep(reply.message, type) : 0, isFromCache: false }
}

function recordsOf(reply: DnsReply): number {
  return reply.kind === 'answer' ? reply.message.answers.length + reply.message.authorities.length : 0
}

/**
 * The least time to live of what was answered. For an absence, behind an alias too, that of the zone's SOA record
 * (RFC 2308), within reason.
 */
function secondsToKeep(message: DnsMessage, type: DnsQuestion['type']): number {
  const ttls = message.answers.map(({ ttlSeconds }) => ttlSeconds)
  const isFound = !isNxdomain(message) && message.answers.some((record) => record.type === type)
  if (isFound) return Math.min(LONGEST_SECONDS, ...ttls)
  const soa = message.authorities.find((record) => record.type === 'SOA')
  if (soa) return Math.min(NEGATIVE_SECONDS, soa.ttlSeconds, Number(soa.value.split(' ').at(-1)), ...ttls)
  // An alias alone, whose end another server knows.
  return isNxdomain(message) || ttls.length === 0 ? 0 : Math.min(NEGATIVE_SECONDS, ...ttls)
}
