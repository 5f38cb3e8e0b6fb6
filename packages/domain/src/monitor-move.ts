import { flappingLimits, isFlapping, recentRecoveries } from './flapping.ts'
import { isOnGrid } from './grid.ts'
import type { MonitorId } from './ids.ts'
import type { Outcome } from './outcome.ts'
import { failuresNeeded, type VerdictPolicy } from './policy.ts'
import { type Ask, asksOf } from './recheck.ts'
import type { Region } from './region.ts'
import { nextView, type RegionView, type VotesNeeded } from './region-view.ts'
import { judge, type Verdict, type VerdictStatus } from './verdict.ts'

/** Where a monitor stands before new ticks. */
export interface MonitorStand {
  readonly id: MonitorId
  readonly intervalMs: number
  readonly policy: VerdictPolicy
  readonly regions: readonly Region[]
  /** Regions of its own that have no vote: a person silenced them here, or they fail everywhere. */
  readonly voiceless: readonly Region[]
  /** How many of the regions are configured to vote, whether or not they may just now. */
  readonly configured: number
  readonly paused: boolean
  readonly scheduleFromMs: number
  readonly status: VerdictStatus
  readonly sinceMs: number | null
  readonly views: readonly RegionView[]
  /** When it came back from being down, lately. */
  readonly recoveries: readonly number[]
}

/** What of a tick a verdict is reached from. */
export interface Sighting {
  readonly region: Region
  readonly scheduledAtMs: number
  readonly outcome: Pick<Outcome, 'verdict' | 'code' | 'message' | 'address'>
}

/** One change of status, and what brought it. */
export interface Transition {
  readonly status: VerdictStatus
  readonly previous: VerdictStatus
  readonly sinceMs: number
  readonly verdict: Verdict
  /** What every voting region said at that moment. */
  readonly views: readonly RegionView[]
}

/** Where it stands after them. `views` are those that changed; `transitions` stand in the order in which they came. */
export interface MonitorMove {
  readonly views: readonly RegionView[]
  readonly verdict: Verdict
  readonly sinceMs: number | null
  readonly previous: VerdictStatus
  readonly transitions: readonly Transition[]
  readonly recoveries: readonly number[]
  /** Which regions should look at once, to confirm what was seen. */
  readonly asks: readonly Ask[]
}

/**
 * Applies new ticks to what the regions said before and reaches the verdict anew after each of them, in the order of the
 * checks: so it does not matter in which batches they came. Undefined where nothing of the present moves: the monitor is
 * paused, or every tick is of an older schedule, of a foreign region, or older than what is known.
 */
export function moveMonitor(stand: MonitorStand, ticks: readonly Sighting[]): MonitorMove | undefined {
  if (stand.paused) return undefined
  const course = new Course(stand)
  const looks = ticks.filter(({ region, scheduledAtMs }) => {
    return scheduledAtMs >= stand.scheduleFromMs && stand.regions.includes(region)
  })
  for (const look of looks.toSorted(byInstant)) course.see(look)
  return course.hasChanged ? course.end(looks) : undefined
}

/**
 * Reaches the verdict anew where who may vote has changed, or how many must agree. Undefined where it stays the same.
 */
export function rejudgeMonitor(stand: MonitorStand, nowMs: number): MonitorMove | undefined {
  if (stand.paused) return undefined
  const course = new Course(stand)
  course.judge(nowMs, nowMs)
  return course.hasChanged ? course.end([]) : undefined
}

/** Of two looks at one instant, as two regions may have, the order is that of the regions' names: any, but always the same. */
function byInstant(a: Sighting, b: Sighting): number {
  return a.scheduledAtMs - b.scheduledAtMs || (a.region < b.region ? -1 : a.region > b.region ? 1 : 0)
}

/** Failures of regions that lie further apart than this, or than two intervals, are not of one outage. */
const TOGETHER_MS = 60_000

function latest(looks: readonly Sighting[]): number {
  return Math.max(0, ...looks.map((look) => look.scheduledAtMs))
}

class Course {
  readonly #stand: MonitorStand
  readonly #views: Map<Region, RegionView>
  readonly #changed = new Set<Region>()
  readonly #transitions: Transition[] = []
  #recoveries: readonly number[]
  #verdict: Verdict | undefined
  #status: VerdictStatus
  #sinceMs: number | null

  constructor(stand: MonitorStand) {
    this.#stand = stand
    this.#views = new Map(stand.views.map((view) => [view.region, view]))
    this.#recoveries = stand.recoveries
    this.#status = stand.status
    this.#sinceMs = stand.sinceMs
  }

  get hasChanged(): boolean {
    return this.#changed.size > 0 || this.#transitions.length > 0
  }

  see({ region, scheduledAtMs, outcome: { verdict, code, message } }: Sighting): void {
    const before = this.#views.get(region)
    const after = nextView(before, { region, scheduledAtMs, verdict, code, message }, this.#needed(scheduledAtMs))
    if (after === before) return
    this.#views.set(region, after)
    this.#changed.add(region)
    const isVote = after.streak === 0 && !after.blind
    this.judge(isVote ? after.voteSinceMs : scheduledAtMs, scheduledAtMs)
  }

  /** `sinceMs` is when what brings the verdict about began, where the verdict itself does not say. */
  judge(sinceMs: number, atMs: number): void {
    const { policy, configured, intervalMs, scheduleFromMs } = this.#stand
    const views = this.#voting()
    const togetherMs = Math.max(2 * intervalMs, TOGETHER_MS)
    this.#verdict = judge(views, { policy, configured, status: this.#status, sinceMs: this.#sinceMs, togetherMs })
    const { status } = this.#verdict
    if (status === this.#status && this.#sinceMs !== null) return
    const previous = this.#status
    // An outage is over with the look that ended it, whatever else had begun by then.
    const ownMs = previous === 'down' ? null : this.#verdict.sinceMs
    const beganMs = Math.max(ownMs ?? sinceMs, this.#sinceMs ?? scheduleFromMs, scheduleFromMs)
    this.#status = status
    this.#sinceMs = beganMs
    if (status === previous) return
    if (previous === 'down' && status !== 'unknown')
      this.#recoveries = [...recentRecoveries(this.#recoveries, atMs, intervalMs), beganMs]
    this.#transitions.push({ status, previous, sinceMs: beganMs, verdict: this.#verdict, views })
  }

  end(looks: readonly Sighting[]): MonitorMove {
    const { status, id, intervalMs } = this.#stand
    const verdict = this.#verdict as Verdict
    const changed = [...this.#changed].flatMap((region) => this.#views.get(region) ?? [])
    return {
      views: changed,
      verdict,
      sinceMs: this.#sinceMs,
      previous: status,
      transitions: this.#transitions,
      recoveries: this.#recoveries,
      asks: asksOf({
        looks,
        before: this.#stand.views,
        changed,
        voting: this.#voting(),
        regions: this.#votingRegions(),
        status: verdict.status,
        isFlapping: isFlapping(this.#recoveries, latest(looks), intervalMs),
        isPlanned: ({ scheduledAtMs }) =>
          scheduledAtMs === this.#stand.scheduleFromMs || isOnGrid({ id, intervalMs }, scheduledAtMs),
      }),
    }
  }

  #needed(atMs: number): VotesNeeded {
    const { policy, configured, intervalMs } = this.#stand
    const patience = isFlapping(this.#recoveries, atMs, intervalMs) ? flappingLimits.patience : 1
    return { failures: failuresNeeded(policy, configured), recoveries: policy.recoveries * patience }
  }

  #votingRegions(): Region[] {
    return this.#stand.regions.filter((region) => !this.#stand.voiceless.includes(region))
  }

  #voting(): RegionView[] {
    return this.#votingRegions().flatMap((region) => this.#views.get(region) ?? [])
  }
}
