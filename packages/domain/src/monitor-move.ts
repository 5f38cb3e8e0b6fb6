import type { Outcome } from './outcome.ts'
import type { Region } from './region.ts'
import { judge, nextView, type RegionView, type Verdict, type VerdictStatus } from './verdict.ts'

/** Where a monitor stands before new ticks. */
export interface MonitorStand {
  readonly regions: readonly Region[]
  readonly paused: boolean
  readonly scheduleFromMs: number
  readonly status: VerdictStatus
  readonly sinceMs: number | null
  readonly views: readonly RegionView[]
}

/** What of a tick a verdict is reached from. */
export interface Sighting {
  readonly region: Region
  readonly scheduledAtMs: number
  readonly outcome: Pick<Outcome, 'verdict' | 'code' | 'message'>
}

/** Where it stands after them. `views` are those that changed. */
export interface MonitorMove {
  readonly views: readonly RegionView[]
  readonly verdict: Verdict
  readonly sinceMs: number | null
  readonly failing: number
  readonly reporting: number
  readonly previous: VerdictStatus
}

/**
 * Applies new ticks to what the regions said before and reaches the verdict anew. Undefined where nothing of the present
 * moves: the monitor is paused, or every tick is of an older schedule, of a foreign region, or older than what is known.
 */
export function moveMonitor(stand: MonitorStand, ticks: readonly Sighting[]): MonitorMove | undefined {
  if (stand.paused) return undefined
  const views = new Map(stand.views.map((view) => [view.region, view]))
  const changed = new Map<Region, RegionView>()
  // A batch comes in any order; what a region says now, and since when, follows from the order of the checks.
  for (const tick of ticks.toSorted((a, b) => a.scheduledAtMs - b.scheduledAtMs)) {
    if (tick.scheduledAtMs < stand.scheduleFromMs || !stand.regions.includes(tick.region)) continue
    const { verdict, code, message } = tick.outcome
    const before = views.get(tick.region)
    const after = nextView(before, { region: tick.region, scheduledAtMs: tick.scheduledAtMs, verdict, code, message })
    if (after === before) continue
    views.set(tick.region, after)
    changed.set(tick.region, after)
  }
  if (changed.size === 0) return undefined
  const voting = stand.regions.flatMap((region) => views.get(region) ?? [])
  const verdict = judge(voting, stand.regions.length)
  return {
    views: [...changed.values()],
    verdict,
    ...tally(voting),
    sinceMs: sinceOf(stand, verdict, changed),
    previous: stand.status,
  }
}

function tally(views: readonly RegionView[]): { failing: number; reporting: number } {
  return {
    failing: views.filter((view) => view.verdict === 'down').length,
    reporting: views.filter((view) => view.verdict !== 'unknown').length,
  }
}

/** A status that goes on keeps its beginning; a new one begins with its first evidence. */
function sinceOf(stand: MonitorStand, verdict: Verdict, changed: ReadonlyMap<Region, RegionView>): number | null {
  if (verdict.status === stand.status && stand.sinceMs !== null) return stand.sinceMs
  return verdict.sinceMs ?? Math.max(stand.scheduleFromMs, ...[...changed.values()].map((view) => view.sinceMs))
}
