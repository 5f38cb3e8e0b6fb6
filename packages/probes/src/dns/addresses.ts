import { followAliases } from './alias-chain.ts'
import type { Known } from './answer-cache.ts'
import type { DnsQuestion } from './message.ts'
import { type DnsReply, isNxdomain } from './query.ts'

/** What came out for one address family of a name. */
export type FamilyResult =
  | {
      readonly kind: 'addresses'
      readonly addresses: readonly string[]
      readonly ttlSeconds: number
      readonly isFromCache: boolean
      /** The name asked for, then the aliases on the way. */
      readonly names: readonly string[]
    }
  | {
      readonly kind: 'failed'
      readonly code: 'DNS_NXDOMAIN' | 'DNS_NO_ADDRESS' | 'DNS_CNAME_LOOP'
      /** Where an alias is to blame, its name. */
      readonly alias?: string
    }
  | { readonly kind: 'unanswered'; readonly reply: Extract<DnsReply, { kind: 'failed' }> }

const ALIASES = 10

/** The addresses of one family, through aliases that end in another answer where they must. */
export async function findFamily(
  question: DnsQuestion,
  ask: (question: DnsQuestion) => Promise<Known> | Known,
): Promise<FamilyResult> {
  const seen: string[] = []
  let { name } = question
  let ttlSeconds = Number.POSITIVE_INFINITY
  let isFromCache = true
  for (;;) {
    const known = await ask({ ...question, name })
    const { reply } = known
    if (reply.kind === 'failed') return { kind: 'unanswered', reply }
    const { answers } = reply.message
    const { names, isLoop } = followAliases(name, answers)
    if (isLoop || names.some((one) => seen.includes(one)) || seen.length > ALIASES) {
      return { kind: 'failed', code: 'DNS_CNAME_LOOP' }
    }
    seen.push(...names)
    const end = names.at(-1) ?? name
    if (isNxdomain(reply.message)) return failedAt('DNS_NXDOMAIN', question.name, end)
    const addresses = answers.filter(({ type, name: owner }) => type === question.type && owner === end)
    ttlSeconds = Math.min(ttlSeconds, known.ttlSeconds)
    isFromCache &&= known.isFromCache
    if (addresses.length > 0) {
      return { kind: 'addresses', addresses: addresses.map(({ value }) => value), ttlSeconds, isFromCache, names: seen }
    }
    if (end === name) return failedAt('DNS_NO_ADDRESS', question.name, end)
    // The server knew the alias and not what it stands for: ask for that.
    seen.pop()
    name = end
  }
}

function failedAt(code: 'DNS_NXDOMAIN' | 'DNS_NO_ADDRESS', name: string, end: string): FamilyResult {
  return { kind: 'failed', code, ...(end === name ? {} : { alias: end }) }
}
