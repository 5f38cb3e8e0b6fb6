import type { System, SystemIncident } from '@repo/contracts/system'

/** What makes a region's word doubtful, or its silence no news; a late result or a clock that is off does not. */
const doubts: ReadonlySet<SystemIncident['kind']> = new Set([
  'no_consumer',
  'region_offline',
  'canary_failed',
  'path_silent',
  'region_quarantined',
])

/** Regions that cannot be relied on just now. What they say, or do not say, is our trouble: no monitor is down for it. */
export function unreliableRegions({ regions, open }: Pick<System, 'regions' | 'open'>): string[] {
  const doubted = open.flatMap(({ kind, region }) => (doubts.has(kind) && region !== null ? [region] : []))
  const quarantined = regions.filter((region) => region.quarantined).map(({ name }) => name)
  return [...new Set([...doubted, ...quarantined])].toSorted()
}
