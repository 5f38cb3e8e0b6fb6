import { domainToASCII } from 'node:url'
import type { OutcomeCode } from '@repo/domain/outcome'
import { literalAddress } from '../egress/egress.ts'
import { type FamilyResult, findFamily } from './addresses.ts'
import { AnswerCache, type Known, newlyKnown } from './answer-cache.ts'
import { Canary, within } from './canary.ts'
import { type DnsQuestion, withoutDot } from './message.ts'
import { type DnsReply, queryDns, type WhyUnanswered } from './query.ts'
import { type DnsServer, parseDnsServer } from './server-address.ts'
import { ServerHealth } from './server-health.ts'
import { readSystemNames, type SystemNames } from './system-files.ts'

export type DnsFailureCode = Extract<OutcomeCode, `DNS_${string}` | 'PROBE_DNS'>

export interface ResolveOptions {
  readonly limitMs: number
  /** Asks for addresses of this family alone. */
  readonly family?: 4 | 6
  /** Servers to ask in place of the region's own: numeric, with a port where it is not 53. */
  readonly servers?: readonly string[]
  /** Asks anew, whatever the time to live of what is known. */
  readonly isFresh?: boolean
}

export type Resolution =
  | {
      readonly kind: 'addresses'
      /** IPv6 first, each family in the order of the answer. */
      readonly addresses: readonly string[]
      /** For how long the answer may be kept. */
      readonly ttlSeconds?: number
      /** `hosts`: known to this machine by itself. */
      readonly source?: 'hosts' | 'cache' | 'dns'
      /** The aliases on the way, the name asked for first. */
      readonly names?: readonly string[]
    }
  | {
      readonly kind: 'failed'
      readonly code: DnsFailureCode
      /** Where an alias is to blame, its name. */
      readonly alias?: string
    }

/** Looks a host name up. Answers within the limit and never rejects; what is not known by then is a failure. */
export type Resolve = (host: string, options: ResolveOptions) => Promise<Resolution>

export interface ResolverOptions {
  /** In place of those of the machine: numeric, with a port where it is not 53. */
  readonly servers?: readonly string[]
  readonly names?: SystemNames
  readonly nowMs?: () => number
}

/**
 * The look-up of a region: the machine's hosts file first, then its name servers, both address families at once, answers
 * kept for as long as their records say.
 */
export function createResolver(options: ResolverOptions = {}): Resolve {
  const resolver = new Resolver(options)
  return (host, wishes) => resolver.resolve(host, wishes)
}

/** Asks one question, past everything that is known already, and says why where there is no answer. */
export type QueryDns = (
  question: DnsQuestion,
  options: Pick<ResolveOptions, 'limitMs' | 'servers'>,
) => Promise<Extract<DnsReply, { kind: 'answer' }> | { readonly kind: 'failed'; readonly code: DnsFailureCode }>

export function createDnsQuery(options: ResolverOptions = {}): QueryDns {
  const resolver = new Resolver(options)
  return (question, wishes) => resolver.query(question, wishes)
}

const ROOT: DnsQuestion = { name: '', type: 'NS' }

/** What one look-up wants, and until when. */
interface Wishes {
  readonly servers: readonly string[] | undefined
  readonly family: 4 | 6 | undefined
  readonly isFresh: boolean
  readonly deadlineMs: number
}

class Resolver {
  private readonly names: SystemNames
  private readonly cache: AnswerCache
  private readonly servers: readonly DnsServer[] | undefined
  private readonly health = new ServerHealth()
  private readonly canary = new Canary(async (limitMs) => {
    const reply = await queryDns(ROOT, this.ownServers(), { limitMs, health: this.health })
    return reply.kind === 'answer'
  })

  constructor({ servers, names = readSystemNames(), nowMs = () => performance.now() }: ResolverOptions) {
    this.names = names
    this.cache = new AnswerCache(nowMs)
    this.servers = servers && parseServers(servers)
  }

  async resolve(host: string, { limitMs, servers, family, isFresh = false }: ResolveOptions): Promise<Resolution> {
    const wishes = { servers, family, isFresh, deadlineMs: performance.now() + limitMs }
    const name = asciiName(host)
    const literal = literalAddress(name)
    const known = ofFamily(literal ? [literal] : servers ? [] : this.fromHosts(name), family)
    if (known.length > 0) return { kind: 'addresses', addresses: known, ttlSeconds: 0, source: 'hosts', names: [name] }
    if (literal) return { kind: 'failed', code: 'DNS_NO_ADDRESS' }
    return this.tryInTurn(this.candidates(name, host.endsWith('.') || servers !== undefined), wishes)
  }

  async query(
    question: DnsQuestion,
    { limitMs, servers }: Pick<ResolveOptions, 'limitMs' | 'servers'>,
  ): ReturnType<QueryDns> {
    const wishes = { servers, family: undefined, isFresh: true, deadlineMs: performance.now() + limitMs }
    const reply = await this.askServers(question, wishes)
    return reply.kind === 'answer' ? reply : { kind: 'failed', code: await this.codeOf(reply.why, wishes) }
  }

  private fromHosts(name: string): readonly string[] {
    // RFC 6761 section 6.3: whoever has no entry for it means this machine all the same.
    const isLocalhost = name === 'localhost' || name.endsWith('.localhost')
    return this.names.addressesOf(name) ?? (isLocalhost ? ['::1', '127.0.0.1'] : [])
  }

  /** A short name is tried below the search domains first, as resolv.conf(5) has it. */
  private candidates(name: string, isWhole: boolean): string[] {
    const { search, dots } = this.names.configuration()
    if (isWhole || name.split('.').length - 1 >= dots) return [name]
    return [...search.map((domain) => `${name}.${domain}`), name]
  }

  /** What is wrong with a name below a search domain says nothing of the name itself, which comes last. */
  private async tryInTurn(candidates: readonly string[], wishes: Wishes): Promise<Resolution> {
    let failed: Resolution = { kind: 'failed', code: 'DNS_NXDOMAIN' }
    for (const candidate of candidates) {
      const found = await this.lookUp(candidate, wishes)
      if (found.kind === 'addresses') return found
      failed = found
      if (found.code === 'PROBE_DNS' || performance.now() >= wishes.deadlineMs) break
    }
    return failed
  }

  private async lookUp(name: string, wishes: Wishes): Promise<Resolution> {
    const types = wishes.family === undefined ? FAMILIES : FAMILIES.filter(({ family }) => family === wishes.family)
    const results = await Promise.all(
      types.map(({ type }) => findFamily({ name, type }, (question) => this.answer(question, wishes))),
    )
    const found = results.filter((one) => one.kind === 'addresses')
    if (found.length === 0) return this.explain(results, wishes)
    return {
      kind: 'addresses',
      addresses: found.flatMap(({ addresses }) => addresses),
      ttlSeconds: Math.min(...found.map(({ ttlSeconds }) => ttlSeconds)),
      source: found.every(({ isFromCache }) => isFromCache) ? 'cache' : 'dns',
      names: found.find(({ names }) => names.length > 1)?.names ?? [name],
    }
  }

  private answer(question: DnsQuestion, wishes: Wishes): Promise<Known> | Known {
    const ask = () => this.askServers(question, wishes)
    if (wishes.isFresh) return ask().then((reply) => newlyKnown(reply, question.type))
    const key = `${question.type} ${question.name} ${wishes.servers?.join() ?? ''}`
    const known = this.cache.get(key)
    if (known) return known
    const underWay = this.cache.underWay(key)
    return underWay ? this.join(underWay, question, wishes) : this.cache.ask(key, question.type, ask)
  }

  /** Waits for somebody else's question, no longer than for an own one. If his time was up before ours, asks on. */
  private async join(underWay: Promise<Known>, question: DnsQuestion, wishes: Wishes): Promise<Known> {
    const known = await within(underWay, wishes.deadlineMs - performance.now())
    if (!known) return newlyKnown(SILENCE, question.type)
    const isSilence = known.reply.kind === 'failed' && known.reply.why === 'silence'
    return isSilence && performance.now() < wishes.deadlineMs ? this.answer(question, wishes) : known
  }

  private askServers(question: DnsQuestion, { servers, deadlineMs }: Wishes): Promise<DnsReply> {
    const { tries, tryMs } = this.names.configuration()
    return queryDns(question, servers ? parseServers(servers) : this.ownServers(), {
      limitMs: Math.max(1, deadlineMs - performance.now()),
      health: this.health,
      onSilence: (leftMs) => this.canary.look(leftMs),
      ...(servers ? {} : { tries, tryMs }),
    })
  }

  private ownServers(): readonly DnsServer[] {
    return this.servers ?? this.names.configuration().servers
  }

  /** The failure of a name, from those of its families: what was said counts more than silence. */
  private async explain(results: readonly FamilyResult[], wishes: Wishes): Promise<Resolution> {
    const failed = results.filter((one) => one.kind === 'failed')
    const said = failed.find(({ code }) => code !== 'DNS_NO_ADDRESS')
    if (said) return said
    const unanswered = results.find((one) => one.kind === 'unanswered')
    if (!unanswered) return failed[0] ?? { kind: 'failed', code: 'DNS_NO_ADDRESS' }
    return { kind: 'failed', code: await this.codeOf(unanswered.reply.why, wishes) }
  }

  private async codeOf(why: WhyUnanswered, { servers, deadlineMs }: Wishes): Promise<DnsFailureCode> {
    if (why === 'impossible') return 'DNS_NXDOMAIN'
    if (why === 'unsent') return 'PROBE_DNS'
    // Silence has two causes, and so has what the region's own resolver says. Only if that one answers another
    // question it is the name's own fault.
    const isDoubtful = why === 'silence' || servers === undefined
    const leftMs = Math.max(CANARY_MIN_MS, deadlineMs - performance.now())
    if (isDoubtful && !(await this.canary.answers(leftMs))) return 'PROBE_DNS'
    return codes[why]
  }
}

/** For a canary that has not been asked when the time of the look-up is up. */
const CANARY_MIN_MS = 20

const codes = {
  silence: 'DNS_TIMEOUT',
  servfail: 'DNS_SERVFAIL',
  refused: 'DNS_REFUSED',
  malformed: 'DNS_MALFORMED',
} as const

const SILENCE: DnsReply = { kind: 'failed', why: 'silence', server: null }

const FAMILIES = [
  { family: 6, type: 'AAAA' },
  { family: 4, type: 'A' },
] as const

function asciiName(host: string): string {
  return withoutDot(domainToASCII(host) || host).toLowerCase()
}

function ofFamily(addresses: readonly string[], family: 4 | 6 | undefined): readonly string[] {
  return family === undefined ? addresses : addresses.filter((one) => one.includes(':') === (family === 6))
}

/** What is no numeric address is left out: the specification has refused it, or nobody could ask it. */
function parseServers(servers: readonly string[]): DnsServer[] {
  return servers.flatMap((text) => parseDnsServer(text) ?? [])
}

/** The look-up of this machine as it is configured. */
export const systemResolve: Resolve = createResolver()
export const systemQuery: QueryDns = createDnsQuery()
