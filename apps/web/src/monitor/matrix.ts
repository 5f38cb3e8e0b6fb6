import type { Tick } from '@repo/contracts/ticks'
import { SLOTS } from './monitor-queries.ts'

/** An instant at which regions were to check, and what each of them found. */
export interface Slot {
  readonly at: string
  readonly ticks: ReadonlyMap<string, Tick>
}

/** The last slots, oldest first. */
export function latestSlots(ticks: readonly Tick[], regions: readonly string[]): Slot[] {
  const slots = new Map<string, Map<string, Tick>>()
  for (const tick of ticks) {
    if (!regions.includes(tick.region)) continue
    const slot = slots.get(tick.scheduledAt) ?? new Map<string, Tick>()
    slot.set(tick.region, tick)
    slots.set(tick.scheduledAt, slot)
  }
  return [...slots]
    .map(([at, found]) => ({ at, ticks: found }))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .slice(-SLOTS)
}

/** How often each region said something else than most of them, the most often first. */
export function disagreeing(
  slots: readonly Slot[],
  regions: readonly string[],
): { readonly region: string; readonly times: number }[] {
  return regions
    .map((region) => ({ region, times: slots.filter((slot) => isAlone(slot, region)).length }))
    .filter(({ times }) => times > 0)
    .sort((a, b) => b.times - a.times)
}

/** Whether a region passed where most did not, or the other way round. What could not be looked at is no opinion. */
function isAlone({ ticks }: Slot, region: string): boolean {
  const own = ticks.get(region)
  if (!own || own.verdict === 'unknown') return false
  const others = [...ticks.values()].filter(({ verdict }) => verdict !== 'unknown')
  const alike = others.filter(({ verdict }) => (verdict === 'down') === (own.verdict === 'down')).length
  return alike * 2 < others.length || (alike * 2 === others.length && own.verdict === 'down')
}
