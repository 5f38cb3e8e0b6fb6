import { domainToASCII } from 'node:url'
import type { OutcomeCode } from '@repo/domain/outcome'
import { followAliases } from './alias-chain.ts'
import { AnswerCache, secondsToKeep } from './answer-cache.ts'
import { type DnsQuestion, withoutDot } from './message.ts'
import { type DnsReply, isNxdomain, queryDns } from './query.ts'
import { type DnsServer, parseDnsServer } from './server-address.ts'
import { readSystemNames, type SystemNames } from './system-files.ts'

export type DnsFailureCode = Extract<OutcomeCode, `DNS_${string}` | 'PROBE_DNS'>

export interface ResolveOptions {
  readonly limitMs: number
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
      /** The aliases on the way, the name asked for first. */
      readonly names?: readonly string[]
    }
  | {
      readonly kind: 'failed'
      readonly code: DnsFailureCode /** Where an alias is to blame, its name. */
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

/** How long "the resolver answers other questions" is taken for true. */
const CANARY_AGE_MS = 2_000
const ROOT: DnsQuestion = { name: '', type: 'NS' }

class Resolver {
  private readonly names: SystemNames
  private readonly cache: AnswerCache
  private readonly servers: readonly DnsServer[] | undefined
  private canary: { readonly answers: Promise<boolean>; readonly askedAtMs: number } | undefined

  constructor({ servers, names = readSystemNames(), nowMs = () => performance.now() }: ResolverOptions) {
    this.names = names
    this.cache = new AnswerCache(nowMs)
    this.servers = servers && parseServers(servers)
  }

  async resolve(host: string, options: ResolveOptions): Promise<Resolution> {
    const name = withoutDot(domainToASCII(host) || host).toLowerCase()
    const known = options.servers ? undefined : this.fromHosts(name)
    if (known) return { kind: 'addresses', addresses: known, ttlSeconds: 0, names: [name] }
    const deadlineMs = performance.now() + options.limitMs
    let failed: Resolution = { kind: 'failed', code: 'DNS_NXDOMAIN' }
    for (const candidate of this.candidates(name, host.endsWith('.') || options.servers !== undefined)) {
      const found = await this.lookUp(candidate, options, deadlineMs)
      if (found.kind === 'addresses') return found
      failed = found
      if (found.code !== 'DNS_NXDOMAIN') break
    }
    return failed
  }

  async query(
    question: DnsQuestion,
    { limitMs, servers }: Pick<ResolveOptions, 'limitMs' | 'servers'>,
  ): ReturnType<QueryDns> {
    const reply = await this.reply(
      question,
      { limitMs, isFresh: true, ...(servers && { servers }) },
      performance.now() + limitMs,
    )
    return reply.kind === 'answer' ? reply : { kind: 'failed', code: await this.codeOf(reply) }
  }

  private fromHosts(name: string): readonly string[] | undefined {
    // RFC 6761 section 6.3: whoever has no entry for it means this machine all the same.
    const isLocalhost = name === 'localhost' || name.endsWith('.localhost')
    return this.names.addressesOf(name) ?? (isLocalhost ? ['::1', '127.0.0.1'] : undefined)
  }

  /** A short name is tried below the search domains first, as resolv.conf(5) has it. */
  private candidates(name: string, isWhole: boolean): string[] {
    const { search, dots } = this.names.configuration()
    if (isWhole || name.split('.').length - 1 >= dots) return [name]
    return [...search.map((domain) => `${name}.${domain}`), name]
  }

  private async lookUp(name: string, options: ResolveOptions, deadlineMs: number): Promise<Resolution> {
    const [v6, v4] = await Promise.all([
      this.ask({ name, type: 'AAAA' }, options, deadlineMs),
      this.ask({ name, type: 'A' }, options, deadlineMs),
    ])
    const found = [v6, v4].flatMap((one) => (one.kind === 'addresses' ? [one] : []))
    const addresses = found.flatMap((one) => one.addresses)
    if (addresses.length > 0) {
      const names = found.find((one) => one.names !== undefined && one.names.length > 1)?.names ?? [name]
      return {
        kind: 'addresses',
        addresses,
        ttlSeconds: Math.min(...found.map((one) => one.ttlSeconds ?? 0)),

        names,
      }
    }
    return this.explain(v4, v6)
  }

  /** The addresses of one family, through aliases that end in another answer where they must. */
  private async ask(
    question: DnsQuestion,
    options: ResolveOptions,
    deadlineMs: number,
  ): Promise<Resolution | Unanswered> {
    const seen: string[] = []
    let { name } = question
    let ttlSeconds = Number.POSITIVE_INFINITY
    for (;;) {
      const reply = await this.reply({ ...question, name }, options, deadlineMs)
      if (reply.kind === 'failed') return { kind: 'unanswered', reply }
      const { names, isLoop } = followAliases(name, reply.message.answers)
      if (isLoop || names.some((one) => seen.includes(one)) || seen.length > 10)
        return { kind: 'failed', code: 'DNS_CNAME_LOOP' }
      seen.push(...names)
      const end = names.at(-1) ?? name
      if (isNxdomain(reply.message)) return failedAt('DNS_NXDOMAIN', question.name, end)
      const own = reply.message.answers.filter((record) => record.type === question.type && record.name === end)
      ttlSeconds = Math.min(ttlSeconds, secondsToKeep(reply.message))
      if (own.length > 0)
        return { kind: 'addresses', addresses: own.map(({ value }) => value), ttlSeconds, names: seen }
      if (end === name) return failedAt('DNS_NO_ADDRESS', question.name, end)
      // The server knew the alias and not what it stands for: ask for that.
      seen.pop()
      name = end
    }
  }

  private reply(
    question: DnsQuestion,
    { servers, isFresh }: ResolveOptions,
    deadlineMs: number,
  ): Promise<DnsReply> | DnsReply {
    const asked = servers ? parseServers(servers) : (this.servers ?? this.names.configuration().servers)
    const leftMs = Math.max(1, deadlineMs - performance.now())
    const ask = () => this.queryWithCanary(question, asked, leftMs)
    if (isFresh) return ask()
    return this.cache.answer(`${question.type} ${question.name} ${servers?.join() ?? ''}`, ask)
  }

  /** Half-way through a silence, asks whether anything at all is answered, so that it is known by its end. */
  private async queryWithCanary(
    question: DnsQuestion,
    servers: readonly DnsServer[],
    limitMs: number,
  ): Promise<DnsReply> {
    const doubt = setTimeout(() => void this.resolverAnswers(limitMs / 2), limitMs / 2)
    const reply = await queryDns(question, servers, limitMs)
    clearTimeout(doubt)
    return reply
  }

  /** True when the region's own resolver answers a question that any resolver can answer: the name servers of the root. */
  private resolverAnswers(limitMs: number): Promise<boolean> {
    const now = performance.now()
    if (this.canary && now - this.canary.askedAtMs < CANARY_AGE_MS) return this.canary.answers
    const servers = this.servers ?? this.names.configuration().servers
    const answers = queryDns(ROOT, servers, Math.max(100, limitMs)).then(({ kind }) => kind === 'answer')
    this.canary = { answers, askedAtMs: now }
    return answers
  }

  /** The failure of a name, from those of its two families: what was said counts more than silence. */
  private async explain(v4: Resolution | Unanswered, v6: Resolution | Unanswered): Promise<Resolution> {
    const said = [v4, v6].find((one) => one.kind === 'failed' && one.code !== 'DNS_NO_ADDRESS')
    if (said?.kind === 'failed') return said
    const unanswered = [v4, v6].find((one) => one.kind === 'unanswered')
    if (unanswered?.kind !== 'unanswered') return v4.kind === 'failed' ? v4 : { kind: 'failed', code: 'DNS_NO_ADDRESS' }
    return { kind: 'failed', code: await this.codeOf(unanswered.reply) }
  }

  private async codeOf({ why }: Unanswered['reply']): Promise<DnsFailureCode> {
    if (why === 'refused') return 'DNS_REFUSED'
    if (why === 'malformed') return 'DNS_MALFORMED'
    // Silence, and failure, have two causes. Only if our resolver answers another question is it the name's own fault.
    const isOurs = !(await this.resolverAnswers(CANARY_LIMIT_MS))
    if (isOurs) return 'PROBE_DNS'
    return why === 'servfail' ? 'DNS_SERVFAIL' : 'DNS_TIMEOUT'
  }
}

const CANARY_LIMIT_MS = 500

interface Unanswered {
  readonly kind: 'unanswered'
  readonly reply: Extract<DnsReply, { kind: 'failed' }>
}

function failedAt(code: DnsFailureCode, name: string, end: string): Resolution {
  return { kind: 'failed', code, ...(end === name ? {} : { alias: end }) }
}

/** What is no numeric address is left out: the specification has refused it, or nobody could ask it. */
function parseServers(servers: readonly string[]): DnsServer[] {
  return servers.flatMap((text) => parseDnsServer(text) ?? [])
}

/** The look-up of this machine as it is configured. */
export const systemResolve: Resolve = createResolver()
export const systemQuery: QueryDns = createDnsQuery()
