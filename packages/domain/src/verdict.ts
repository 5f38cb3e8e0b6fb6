import type { OutcomeCode, OutcomeVerdict } from './outcome.ts'
import type { Region } from './region.ts'

/** What one region says about a monitor, and since when it has been saying so. */
export interface RegionView {
  readonly region: Region
  readonly verdict: OutcomeVerdict
  readonly sinceMs: number
  /** The check that last changed anything of what it says. */
  readonly scheduledAtMs: number
  readonly code: OutcomeCode
  readonly message: string
}

export type VerdictStatus = 'up' | 'degraded' | 'down' | 'unknown'

/** What the regions together say. `cause` is the view that best explains a status other than `up`. */
export interface Verdict {
  readonly status: VerdictStatus
  readonly sinceMs: number | null
  readonly cause: RegionView | null
}

/**
 * Reaches a verdict from the newest view of each region that belongs to the monitor.
 *
 * `down` takes a majority of the regions that *reported*, and at least two where two or more are configured: a region
 * that could not look has no vote, and one region alone never takes a monitor down that others watch too.
 * `sinceMs` of `down` is the first failing check of the earliest failing region.
 */
export function judge(views: readonly RegionView[], regionsConfigured: number): Verdict {
  const reporting = views.filter((view) => view.verdict !== 'unknown')
  if (reporting.length === 0) return { status: 'unknown', sinceMs: earliest(views), cause: newest(views) }

  const down = reporting.filter((view) => view.verdict === 'down')
  const needed = quorum(reporting.length, regionsConfigured)
  if (down.length >= needed) return { status: 'down', sinceMs: earliest(down), cause: newest(down) }
  // Nobody reports it working, yet too few have looked to call it down: that is not knowing.
  if (down.length === reporting.length) return { status: 'unknown', sinceMs: earliest(down), cause: newest(down) }

  // A region that fails also says that it is not well: with one that finds it slow, two agree on `degraded`.
  const unwell = reporting.filter((view) => view.verdict !== 'up')
  if (unwell.length >= needed) return { status: 'degraded', sinceMs: earliest(unwell), cause: newest(unwell) }
  return { status: 'up', sinceMs: null, cause: null }
}

/** How many regions must agree: more than half of those that reported, and two where two are to be had. */
export function quorum(reporting: number, configured: number): number {
  const majority = Math.floor(reporting / 2) + 1
  return configured >= 2 ? Math.max(2, majority) : majority
}

/**
 * Applies one outcome to what a region said before, and answers the very same view where it says nothing new: of a passing
 * check the message is not news. An outcome older than the newest changes history, never the present.
 */
export function nextView(previous: RegionView | undefined, look: Omit<RegionView, 'sinceMs'>): RegionView {
  if (previous && (look.scheduledAtMs <= previous.scheduledAtMs || saysTheSame(previous, look))) return previous
  const sinceMs = previous?.verdict === look.verdict ? previous.sinceMs : look.scheduledAtMs
  return { ...look, sinceMs }
}

function saysTheSame(view: RegionView, { verdict, code, message }: Omit<RegionView, 'sinceMs'>): boolean {
  return view.verdict === verdict && view.code === code && (verdict === 'up' || view.message === message)
}

function earliest(views: readonly RegionView[]): number | null {
  return views.length === 0 ? null : Math.min(...views.map((view) => view.sinceMs))
}

function newest(views: readonly RegionView[]): RegionView | null {
  return views.reduce<RegionView | null>(
    (best, view) => (best === null || view.scheduledAtMs > best.scheduledAtMs ? view : best),
    null,
  )
}
