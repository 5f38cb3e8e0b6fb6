import type { OutcomeVerdict } from './outcome.ts'
import type { Region } from './region.ts'
import { isSettled, type RegionView } from './region-view.ts'
import { isFailing, type VerdictStatus } from './verdict.ts'

/** That a region should look at once. `avoid` is the address that just failed: another is to be tried where there are several. */
export interface Ask {
  readonly region: Region
  readonly avoid: string | null
}

interface Seen {
  readonly region: Region
  readonly scheduledAtMs: number
  readonly outcome: { readonly verdict: OutcomeVerdict; readonly address: string | null }
}

export interface AskedOf {
  /** What was seen just now. */
  readonly looks: readonly Seen[]
  /** What the regions said before, and those of them that say something else now. */
  readonly before: readonly RegionView[]
  readonly changed: readonly RegionView[]
  /** What every region says now that may vote. */
  readonly voting: readonly RegionView[]
  readonly regions: readonly Region[]
  readonly status: VerdictStatus
  /** Then nothing is hastened: the point is to wait. */
  readonly isFlapping: boolean
  /** Whether a look was one of the schedule's, rather than asked for by this very function. */
  readonly isPlanned: (look: { scheduledAtMs: number }) => boolean
}

/**
 * Who should look at once, so that a failure is known within seconds whatever the interval, and so is its end.
 *
 * A region that has begun to say something else looks again until it is sure, and so do the others when it began to fail
 * while the monitor is not down, or to pass while it is. It always ends: a look that was asked for asks for another only
 * where it bears out the one before.
 */
export function asksOf(asked: AskedOf): Ask[] {
  const { changed, looks, regions } = asked
  const voting = changed.filter(({ region }) => regions.includes(region))
  const unsure = voting.filter((view) => isUnsure(view, asked)).map(({ region }) => region)
  const others = voting.flatMap((view) => othersAsked(view, asked))
  return [...new Set([...unsure, ...others])].map((region) => ({ region, avoid: addressToAvoid(region, looks) }))
}

function isUnsure(view: RegionView, { isPlanned, isFlapping }: AskedOf): boolean {
  if (isSettled(view) || view.streak === 0) return false
  if (isFlapping && !isFailing(view.streakVerdict)) return false
  return view.streak > 1 || isPlanned(view)
}

/** Those who have not looked since, of whom a look would tell something. */
function othersAsked(view: RegionView, { before, looks, regions, voting, status, isFlapping }: AskedOf): Region[] {
  const was = before.find(({ region }) => region === view.region)?.verdict ?? 'unknown'
  const hasFailed = isFailing(view.verdict) && !isFailing(was) && status !== 'down'
  const hasPassed = view.verdict === 'up' && isFailing(was) && status === 'down' && !isFlapping
  if (!hasFailed && !hasPassed) return []
  return regions.filter((region) => {
    if (region === view.region) return false
    if (looks.some((look) => look.region === region && look.scheduledAtMs >= view.scheduledAtMs)) return false
    const other = voting.find((one) => one.region === region)
    return hasFailed ? !(other && isFailing(other.verdict)) : other !== undefined && isFailing(other.vote)
  })
}

function addressToAvoid(region: Region, looks: readonly Seen[]): string | null {
  const own = looks.filter((look) => look.region === region).toSorted((a, b) => a.scheduledAtMs - b.scheduledAtMs)
  const last = own.at(-1)
  return last && isFailing(last.outcome.verdict) ? last.outcome.address : null
}
