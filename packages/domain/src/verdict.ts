import type { OutcomeVerdict } from './outcome.ts'
import { quorumOf, type VerdictPolicy } from './policy.ts'
import { isReporting, type RegionView } from './region-view.ts'

export type VerdictStatus = 'up' | 'degraded' | 'down' | 'unknown'

/** What the regions together say. `cause` is the view that best explains a status other than `up`. */
export interface Verdict {
  readonly status: VerdictStatus
  /** The first of the looks that bear it out; null of `up`, and where nobody has looked. */
  readonly sinceMs: number | null
  readonly cause: RegionView | null
  readonly failing: number
  readonly reporting: number
}

/** What a verdict is reached by, beside the views. */
export interface Electorate {
  readonly policy: VerdictPolicy
  /** How many regions the monitor is watched from. */
  readonly configured: number
  /** What the monitor was before. */
  readonly status: VerdictStatus
  /** Since when, where that is known: what had begun before is of what was before. */
  readonly sinceMs: number | null
  /** Failures that lie further apart than this are not of one outage. */
  readonly togetherMs: number
}

/**
 * Reaches a verdict from the newest view of each region that may vote.
 *
 * `down` takes the quorum of the regions that *reported*: one that could not look has no vote. Only where a monitor is down
 * already, and a region still sees so, do those that saw it too and cannot look any more stand by their word: an outage does
 * not end by our going blind.
 */
export function judge(views: readonly RegionView[], electorate: Electorate): Verdict {
  const seeing = views.filter(isReporting)
  const reporting = standBy(views, seeing, electorate)
  const down = reporting.filter((view) => view.vote === 'down')
  const tally = { failing: down.length, reporting: reporting.length }
  if (reporting.length === 0) return { status: 'unknown', sinceMs: null, cause: newest(views), ...tally }

  const { policy, configured } = electorate
  const needed = quorumOf(policy.quorum, reporting.length, configured)
  const found = (status: VerdictStatus, by: readonly RegionView[]): Verdict => ({
    status,
    sinceMs: beginning(by, Math.min(needed, by.length), electorate),
    cause: newest(by),
    ...tally,
  })
  if (down.length >= needed) return found('down', down)
  // Nobody reports it working, yet too few have looked to call it down: that is not knowing.
  if (down.length === reporting.length) return found('unknown', down)

  // A region that fails also says that it is not well: with one that finds it slow, two agree on `degraded`.
  const unwell = reporting.filter((view) => view.vote !== 'up')
  if (unwell.length >= needed) return found('degraded', unwell)
  return { status: 'up', sinceMs: null, cause: null, ...tally }
}

function standBy(
  views: readonly RegionView[],
  seeing: readonly RegionView[],
  { status }: Electorate,
): readonly RegionView[] {
  if (status !== 'down' || !seeing.some((view) => view.vote === 'down')) return seeing
  return views.filter((view) => seeing.includes(view) || view.vote === 'down')
}

/**
 * When what they bear out began: with the first of those that came together with the one that made them enough. A region
 * that had been failing alone for days, or since before the last outage ended, does not make this one longer.
 */
function beginning(views: readonly RegionView[], needed: number, { togetherMs, sinceMs }: Electorate): number {
  const begun = views.map((view) => view.voteSinceMs).sort((a, b) => a - b)
  const enoughMs = begun[needed - 1] ?? 0
  return begun.find((ms) => ms >= enoughMs - togetherMs && ms >= (sinceMs ?? 0)) ?? enoughMs
}

function newest(views: readonly RegionView[]): RegionView | null {
  return views.reduce<RegionView | null>(
    (best, view) => (best === null || view.scheduledAtMs > best.scheduledAtMs ? view : best),
    null,
  )
}

export function isFailing(verdict: OutcomeVerdict): boolean {
  return verdict === 'down' || verdict === 'degraded'
}
