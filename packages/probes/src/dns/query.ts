import { type DnsMessage, type DnsQuestion, responseCodes } from './message.ts'
import type { DnsServer } from './server-address.ts'
import type { ServerHealth } from './server-health.ts'
import { askByTcp } from './tcp.ts'
import { askByUdp, type Forget, type Heard } from './udp.ts'
import { wireName } from './wire-name.ts'

export type DnsReply =
  | { readonly kind: 'answer'; readonly message: DnsMessage; readonly server: DnsServer; readonly isOverTcp: boolean }
  /** What the last server that said anything said. */
  | { readonly kind: 'failed'; readonly why: WhyUnanswered; readonly server: DnsServer | null }

/** `impossible`: nothing can be called so. `unsent`: there is no way to any of the servers. */
export type WhyUnanswered = 'servfail' | 'refused' | 'malformed' | 'silence' | 'unsent' | 'impossible'

export interface QueryOptions {
  readonly limitMs: number
  readonly health: ServerHealth
  /** Called each time that a server has been waited for in vain. */
  readonly onSilence?: (leftMs: number) => void
  /** How often each server is asked, and how long it is waited for at most before the next. */
  readonly tries?: number
  readonly tryMs?: number
}

/** How long one server is waited for before the next is asked. */
const TRY_MS = { min: 200, max: 1_500 }
const TRIES_PER_SERVER = 3
const whyByCode = new Map<number, WhyUnanswered>([
  [responseCodes.refused, 'refused'],
  [responseCodes.servFail, 'servfail'],
])

/**
 * Asks the servers in turn until one answers: an answer is the record asked for, that there is none, or that there is no
 * such name. Who is slow is overtaken by the next, but heard until the end. Never throws, and is over within the limit.
 */
export function queryDns(
  question: DnsQuestion,
  servers: readonly DnsServer[],
  options: QueryOptions,
): Promise<DnsReply> {
  return new Promise((resolve) => new Exchange(question, { servers, resolve, ...options }).start())
}

/** What is known of a server: it was asked, it sent garbage, it is asked over a connection, it has said that it cannot. */
type ServerState = 'asked' | 'garbled' | 'connected' | 'failed'

/** One question on its way to its servers. */
class Exchange {
  private readonly servers: readonly DnsServer[]
  private readonly deadlineMs: number
  private readonly turns: number
  private readonly tryMs: number
  private readonly states = new Map<DnsServer, ServerState>()
  private readonly open: Forget[] = []
  private turn = 0
  private current: DnsServer | undefined
  private timer: ReturnType<typeof setTimeout> | undefined
  private failure: Extract<DnsReply, { kind: 'failed' }> = { kind: 'failed', why: 'silence', server: null }
  private isOver = false

  constructor(
    private readonly question: DnsQuestion,
    private readonly options: QueryOptions & { servers: readonly DnsServer[]; resolve: (reply: DnsReply) => void },
  ) {
    const { limitMs, servers, health, tries = TRIES_PER_SERVER, tryMs = TRY_MS.max } = options
    this.servers = health.ordered(servers)
    this.deadlineMs = performance.now() + limitMs
    this.turns = servers.length * tries
    this.tryMs = Math.min(tryMs, TRY_MS.max, Math.max(TRY_MS.min, limitMs / this.turns))
  }

  start(): void {
    if (wireName(this.question.name) !== undefined) this.askNext()
    else this.settle({ kind: 'failed', why: 'impossible', server: null })
  }

  /** Asks whoever is next; when everybody has been asked often enough, waits for what may still come. */
  private askNext(): void {
    clearTimeout(this.timer)
    const leftMs = this.deadlineMs - performance.now()
    if (leftMs <= 0 || this.servers.every((server) => this.states.get(server) === 'failed')) {
      this.settle(this.failure)
      return
    }
    this.current = this.nextServer()
    this.timer = setTimeout(onTryOver, this.current ? Math.min(this.tryMs, leftMs) : leftMs, this)
    if (this.current) this.send(this.current, true)
  }

  private nextServer(): DnsServer | undefined {
    while (this.turn < this.turns) {
      const server = this.servers[this.turn % this.servers.length]
      this.turn += 1
      const state = server && this.states.get(server)
      if (state !== 'connected' && state !== 'failed') return server
    }
    return undefined
  }

  tryOver(): void {
    const { current } = this
    const state = current && this.states.get(current)
    if (current && state === 'asked') {
      this.options.health.wasSilent(current)
      this.options.onSilence?.(this.deadlineMs - performance.now())
    }
    // Who sends garbage will send it again: only silence is worth asking again.
    if (current && state === 'garbled') this.states.set(current, 'failed')
    this.askNext()
  }

  private send(server: DnsServer, hasEdns: boolean): void {
    if (!this.states.has(server)) this.states.set(server, 'asked')
    const { question } = this
    this.open.push(askByUdp({ question, server, hasEdns, hear: (heard) => this.hearDatagram(heard, server, hasEdns) }))
  }

  private hearDatagram(heard: Heard, server: DnsServer, hasEdns: boolean): void {
    if (this.isOver || this.states.get(server) === 'failed') return
    if (heard.kind !== 'answer') {
      if (heard.kind === 'malformed') this.garbled(server)
      else this.failed(server, heard.kind)
      return
    }
    this.options.health.answered(server)
    // A server of before 1999 does not know the extension (RFC 6891 section 7).
    if (heard.message.rcode === responseCodes.formErr && hasEdns) this.send(server, false)
    else if (heard.message.isTruncated) this.connect(server, hasEdns)
    else this.judge(heard.message, server, false)
  }

  /** What could not be read may be a forgery: the true answer is waited for until its time is over. */
  private garbled(server: DnsServer): void {
    if (this.states.get(server) === 'asked') this.states.set(server, 'garbled')
    this.failure = { kind: 'failed', why: 'malformed', server }
  }

  private connect(server: DnsServer, hasEdns: boolean): void {
    if (this.states.get(server) === 'connected') return
    this.states.set(server, 'connected')
    const { question } = this
    const hear = (heard: Heard) => {
      if (this.isOver) return
      if (heard.kind === 'answer') this.judge(heard.message, server, true)
      else this.failed(server, heard.kind)
    }
    this.open.push(askByTcp({ question, server, hasEdns, hear }))
  }

  private judge(message: DnsMessage, server: DnsServer, isOverTcp: boolean): void {
    const { rcode } = message
    if (isReferral(message)) this.failed(server, 'refused')
    else if (rcode === responseCodes.noError || rcode === responseCodes.nxDomain) {
      this.settle({ kind: 'answer', message, server, isOverTcp })
    } else this.failed(server, whyByCode.get(rcode) ?? 'malformed')
  }

  private failed(server: DnsServer, why: WhyUnanswered): void {
    this.states.set(server, 'failed')
    // What was said counts more than silence.
    const hasSaid = why !== 'silence' && why !== 'unsent'
    if (hasSaid || this.failure.server === null) this.failure = { kind: 'failed', why, server }
    if (server === this.current || this.current === undefined) this.askNext()
  }

  private settle(reply: DnsReply): void {
    this.isOver = true
    clearTimeout(this.timer)
    for (const forget of this.open) forget()
    this.options.resolve(reply)
  }
}

function onTryOver(exchange: Exchange): void {
  exchange.tryOver()
}

/** A lame server: it knows nothing of the name itself, asks nobody else, and says only who might. */
function isReferral({ rcode, isAuthoritative, isRecursive, answers, authorities }: DnsMessage): boolean {
  if (rcode !== responseCodes.noError || isAuthoritative || isRecursive || answers.length > 0) return false
  return !authorities.some(({ type }) => type === 'SOA')
}

export function isNxdomain({ rcode }: DnsMessage): boolean {
  return rcode === responseCodes.nxDomain
}
