import type { OutcomeCode } from './outcome.ts'
import type { Region } from './region.ts'

/** Incidents that began together and have one cause are a storm: one thing to tell, with its members. */

/** What of an incident tells what it may have in common with others. */
export interface StormTraits {
  readonly code: OutcomeCode
  /** The address that failed, where one was reached for. */
  readonly address: string | null
  /** The host that is watched, where there is one. */
  readonly host: string | null
  readonly certificate: string | null
  /** The regions that saw it. */
  readonly regions: readonly Region[]
}

export const stormLimits = {
  /** Incidents that were confirmed within this of each other may be of one storm. */
  togetherMs: 60_000,
  /** So many with one trait are a storm; of the weakest trait, an error code, it takes more. */
  members: 3,
  membersByCode: 5,
} as const

/** What an incident may have in common with others, the most telling first. */
export function stormKeys({ code, address, host, certificate, regions }: StormTraits): string[] {
  const keys: string[] = []
  if (certificate !== null && code.startsWith('TLS_')) keys.push(`certificate:${certificate}`)
  if (address !== null) keys.push(`address:${address}`)
  if (host !== null && code.startsWith('DNS_')) keys.push(`zone:${zoneOf(host)}`)
  keys.push(`code:${code}@${regions.toSorted().join('+')}`)
  return keys
}

/** The last two labels: whoever answers for these mostly answers for all names below. */
function zoneOf(host: string): string {
  return host.toLowerCase().replace(/\.$/, '').split('.').slice(-2).join('.')
}

export interface StormCandidate {
  readonly id: string
  readonly keys: readonly string[]
  /** The storm that it is a member of already. */
  readonly stormId: string | null
}

export interface GatheredStorm {
  /** Null where it is new. */
  readonly stormId: string | null
  readonly key: string
  /** Those that join it now. */
  readonly members: readonly string[]
}

/**
 * Which of these incidents, all of one workspace and confirmed together, are of one storm. Each joins one at most, by the most
 * telling trait that it shares with enough others.
 */
export function gatherStorms(candidates: readonly StormCandidate[]): GatheredStorm[] {
  const left = new Map(candidates.filter(({ stormId }) => stormId === null).map((one) => [one.id, one]))
  const found: GatheredStorm[] = []
  for (const key of byTelling(candidates)) {
    const sharing = candidates.filter(({ keys }) => keys.includes(key))
    const stormId = sharing.find((one) => one.stormId !== null)?.stormId ?? null
    const joining = sharing.filter(({ id }) => left.has(id)).map(({ id }) => id)
    const enough = key.startsWith('code:') ? stormLimits.membersByCode : stormLimits.members
    if (joining.length === 0 || (stormId === null && joining.length < enough)) continue
    if (stormId !== null && sharing.length < enough) continue
    for (const id of joining) left.delete(id)
    found.push({ stormId, key, members: joining })
  }
  return found
}

function byTelling(candidates: readonly StormCandidate[]): string[] {
  const rank = new Map<string, number>()
  for (const { keys } of candidates) {
    for (const [place, key] of keys.entries()) rank.set(key, Math.min(rank.get(key) ?? place, place))
  }
  return [...rank].toSorted(([a, x], [b, y]) => x - y || (a < b ? -1 : 1)).map(([key]) => key)
}
