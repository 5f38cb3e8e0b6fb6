import type { Sql } from '@repo/db/database'
import { listTurned, type MassFailure } from '@repo/db/queries/region-health'
import type { Transition } from '@repo/domain/monitor-move'
import type { Region } from '@repo/domain/region'
import { isFailing } from '@repo/domain/verdict'

const windowMs = 60_000
/** Nobody is told for so long: by then a region that lies has lost its vote, and what it said was taken back. */
const holdMs = 60_000
/** Of fewer monitors than this nothing can be said of a mass. */
const fewest = 20
const share = 0.6

/**
 * Until when nobody is told of these incidents, by monitor: most of what the only regions that saw them look at has turned
 * down within a minute, and that is likelier to be us than the world.
 */
export async function heldUntil(
  tx: Sql,
  opened: readonly { readonly monitorKey: number; readonly transition: Transition }[],
  nowMs: number,
): Promise<ReadonlyMap<number, number>> {
  const bySight = opened.map(({ monitorKey, transition }) => ({ monitorKey, regions: seenBy(transition) }))
  // Who was borne out by another region needs no second thought.
  const alone = bySight.filter(({ regions }) => regions.length === 1)
  const regions = [...new Set(alone.flatMap((one) => one.regions))]
  if (regions.length === 0) return new Map()
  const turned = await listTurned(tx, regions, nowMs - windowMs)
  const failing = new Set(turned.filter(isMass).map(({ region }) => region))
  return new Map(
    alone.flatMap(({ monitorKey, regions: [region] }) =>
      region && failing.has(region) ? [[monitorKey, nowMs + holdMs] as const] : [],
    ),
  )
}

function isMass({ turned, looking }: MassFailure): boolean {
  return looking >= fewest && turned / looking >= share
}

function seenBy({ views }: Transition): Region[] {
  return views.filter((view) => isFailing(view.vote)).map((view) => view.region)
}
