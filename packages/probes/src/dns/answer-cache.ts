import type { DnsMessage } from './message.ts'
import { type DnsReply, isNxdomain } from './query.ts'

/** A failed question is not asked again at once by everybody who meets it, but soon. */
const NEGATIVE_SECONDS = 30
const ENTRIES = 20_000

interface Entry {
  readonly reply: DnsReply
  readonly untilMs: number
}

/** Answers for as long as their records say, and no longer. What failed is not kept: it may be over by now. */
export class AnswerCache {
  private readonly entries = new Map<string, Entry>()
  private readonly asking = new Map<string, Promise<DnsReply>>()

  constructor(private readonly nowMs: () => number) {}

  /** What is known, or what `ask` finds out; the same question is asked once at a time. */
  answer(key: string, ask: () => Promise<DnsReply>): Promise<DnsReply> | DnsReply {
    const known = this.entries.get(key)
    if (known) {
      if (this.nowMs() < known.untilMs) return known.reply
      this.entries.delete(key)
    }
    const underWay = this.asking.get(key)
    if (underWay) return underWay
    const asked = ask().then((reply) => {
      this.asking.delete(key)
      this.keep(key, reply)
      return reply
    })
    this.asking.set(key, asked)
    return asked
  }

  private keep(key: string, reply: DnsReply): void {
    if (reply.kind !== 'answer') return
    const seconds = secondsToKeep(reply.message)
    if (seconds <= 0) return
    // The oldest goes first.
    if (this.entries.size >= ENTRIES) this.entries.delete(this.entries.keys().next().value ?? '')
    this.entries.set(key, { reply, untilMs: this.nowMs() + seconds * 1_000 })
  }
}

/** The least time to live of what was answered; for an absence that of the zone's SOA record (RFC 2308), within reason. */
export function secondsToKeep(message: DnsMessage): number {
  if (!isNxdomain(message) && message.answers.length > 0) {
    return Math.min(...message.answers.map(({ ttlSeconds }) => ttlSeconds))
  }
  const soa = message.authorities.find(({ type }) => type === 'SOA')
  if (!soa) return 0
  const minimum = Number(soa.value.split(' ').at(-1))
  return Math.min(NEGATIVE_SECONDS, soa.ttlSeconds, Number.isNaN(minimum) ? 0 : minimum)
}
