import type { CheckSpec } from '@repo/contracts/check-spec'
import type { Check } from '@repo/domain/check'
import { monitorLimits } from '@repo/domain/limits'
import type { Region } from '@repo/domain/region'
import type { Clock } from '@repo/service/clock'
import type { FaultPoint } from '@repo/service/fault-point'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { Fence, Lease } from '@repo/streams/lease'
import { Fenced, type Stream } from '@repo/streams/stream'
import { Backlog } from './backlog.ts'
import { createLeadership } from './leadership.ts'
import type { Schedule } from './schedule.ts'
import type { Term } from './term.ts'

export interface PublisherDeps {
  readonly schedule: Schedule
  readonly lease: Lease
  readonly leaseTtlMs: number
  readonly term: Term
  readonly checksOf: (region: Region) => Stream<Check<CheckSpec>>
  readonly clock: Clock
  readonly log: Log
  readonly onTurn?: (turn: PublisherTurn) => void
  readonly faultPoint?: FaultPoint
}

/** What came of a turn. */
export interface PublisherTurn {
  readonly leads: boolean
  /** Whether it did what there was to do: everything was published, or somebody else is there to do so. */
  readonly isDone: boolean
  /** Checks that were published. */
  readonly count: number
  /** Checks that are late and wait. */
  readonly late: number
  readonly tookMs: number
}

const turnMs = 100
/** A check whose instant is so long past is late: it may still run, and must not run together with all others. */
const lateAfterMs = 1_000

/** Publishes the checks that come due, while it leads. Several may run: the others keep their schedule warm. */
export function createPublisher(deps: PublisherDeps): Service {
  const { schedule, lease, leaseTtlMs, term, checksOf, clock, log } = deps
  const leadership = createLeadership({ lease, leaseTtlMs, clock, log })
  const backlog = new Backlog()
  let led: number | undefined

  return async function publisher(signal) {
    try {
      while (!signal.aborted) {
        await turn()
        await clock.sleep(turnMs, signal)
      }
    } finally {
      await leadership.giveUp()
      await term.close()
    }
  }

  async function turn(): Promise<void> {
    const token = await leadership.token()
    if (token === undefined) return standBy()
    if (token !== led) await takeOver(token)
    const nowMs = clock.nowMs()
    const startedAtMs = performance.now()
    const throughMs = nowMs + monitorLimits.publishAheadMs
    const [late, onTime] = sortOut(schedule.takeDue({ nowMs, throughMs }), nowMs)
    backlog.add(late)
    const going = onTime.concat(backlog.take(nowMs, schedule.checksPerSecond))
    const isPublished = await publish(going, lease.fence(token))
    if (!isPublished) term.interrupt(throughMs)
    else if (schedule.whole) term.extend({ token, nowMs, throughMs })
    deps.faultPoint?.('after_publish')
    const tookMs = performance.now() - startedAtMs
    const count = isPublished ? going.length : 0
    deps.onTurn?.({ leads: true, isDone: isPublished, count, late: backlog.size, tookMs })
  }

  /** What is older than a check may be late is of no use to anybody; the rest is kept, should this one have to take over. */
  function standBy(): void {
    led = undefined
    backlog.clear()
    schedule.skipTo(clock.nowMs() - monitorLimits.startWindowMs)
    deps.onTurn?.({ leads: false, isDone: leadership.isHeldByAnother, count: 0, late: 0, tookMs: 0 })
  }

  /** Goes on where the one before ended; where nobody knows where that was, what it last published may come twice. */
  async function takeOver(token: number): Promise<void> {
    const nowMs = clock.nowMs()
    const throughMs = (await term.newestThroughMs()) ?? nowMs - leaseTtlMs
    // A clock that runs ahead must not make this one silent.
    const latestMs = nowMs + monitorLimits.publishAheadMs
    schedule.skipTo(Math.min(Math.max(throughMs, nowMs - monitorLimits.startWindowMs), latestMs))
    led = token
  }

  /** Says whether all were published. What was not comes again with what is late, as long as it may still be run. */
  async function publish(checks: readonly Check<CheckSpec>[], fence: Fence): Promise<boolean> {
    const byRegion = Map.groupBy(checks, (check) => check.region)
    const outcomes = await Promise.all(
      [...byRegion].map(async ([region, own]) => {
        try {
          await checksOf(region).publish(own, { fence })
          return true
        } catch (err) {
          if (err instanceof Fenced) leadership.lose()
          else log.warn({ err, region, checks: own.length }, 'checks could not be published, trying again')
          backlog.add(own)
          return false
        }
      }),
    )
    return outcomes.every(Boolean)
  }
}

/** The first look of a schedule has no instant that it could be late for: somebody has just asked for it. */
function sortOut(checks: readonly Check<CheckSpec>[], nowMs: number): [late: Check<CheckSpec>[], Check<CheckSpec>[]] {
  const late: Check<CheckSpec>[] = []
  const onTime: Check<CheckSpec>[] = []
  for (const check of checks) (check.scheduledAtMs < nowMs - lateAfterMs ? late : onTime).push(check)
  return [late, onTime]
}
