import type { CheckSpec } from '@repo/contracts/check-spec'
import type { Check } from '@repo/domain/check'
import { monitorLimits } from '@repo/domain/limits'
import type { Region } from '@repo/domain/region'
import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { Lease } from '@repo/streams/lease'
import type { Stream } from '@repo/streams/stream'
import type { Schedule } from './schedule.ts'

export interface PublisherDeps {
  readonly schedule: Schedule
  readonly lease: Lease
  readonly leaseTtlMs: number
  readonly checksOf: (region: Region) => Stream<Check<CheckSpec>>
  readonly clock: Clock
  readonly log: Log
}

const turnMs = 100

/** Publishes the checks that come due, while it leads. Several may run: the others keep their schedule warm. */
export function createPublisher({ schedule, lease, leaseTtlMs, checksOf, clock, log }: PublisherDeps): Service {
  const leadership = createLeadership({ lease, leaseTtlMs, clock, log })

  return async function publisher(signal) {
    try {
      while (!signal.aborted) {
        await turn(signal)
        await clock.sleep(turnMs, signal)
      }
    } finally {
      await leadership.giveUp()
    }
  }

  async function turn(signal: AbortSignal): Promise<void> {
    const leads = await leadership.holds()
    const nowMs = clock.nowMs()
    if (!leads) {
      // Only what the leader must have published: of one that dies, the slots of its last lease fall to the next. Those
      // that it did publish come twice then, which their key makes harmless.
      schedule.skipTo(nowMs - leaseTtlMs)
      return
    }
    const checks = schedule.takeDue({ nowMs, throughMs: nowMs + monitorLimits.publishAheadMs })
    const byRegion = Map.groupBy(checks, (check) => check.region)
    await Promise.all([...byRegion].map(([region, own]) => publishUntilTaken(region, own, signal)))
  }

  /** Never given up: what the stream took too late is recorded as expired by whoever reads it, and so accounted for. */
  async function publishUntilTaken(
    region: Region,
    checks: readonly Check<CheckSpec>[],
    signal: AbortSignal,
  ): Promise<void> {
    for (let pauseMs = 200; !signal.aborted; pauseMs = Math.min(pauseMs * 2, 5_000)) {
      try {
        await checksOf(region).publish(checks)
        return
      } catch (err) {
        log.warn({ err, region, checks: checks.length }, 'checks could not be published, trying again')
        await clock.sleep(pauseMs, signal)
      }
    }
  }
}

type LeadershipDeps = Pick<PublisherDeps, 'lease' | 'leaseTtlMs' | 'clock' | 'log'>

/** Renews the lease every third of its life. One that could not be renewed in time is taken for lost. */
function createLeadership({ lease, leaseTtlMs, clock, log }: LeadershipDeps) {
  let leads = false
  let askAtMs = 0
  let heldUntilMs = 0

  return {
    async holds(): Promise<boolean> {
      const nowMs = clock.nowMs()
      if (nowMs >= askAtMs) {
        askAtMs = nowMs + leaseTtlMs / 3
        await ask(nowMs)
      }
      if (leads && clock.nowMs() >= heldUntilMs) leads = false
      return leads
    },
    async giveUp(): Promise<void> {
      if (leads)
        await lease
          .release()
          .catch((err: unknown) => log.warn({ err }, 'the lease could not be released and will run out'))
      leads = false
    },
  }

  async function ask(nowMs: number): Promise<void> {
    try {
      const answer = await lease.hold()
      if (answer.held !== leads)
        log.info({ token: answer.held ? answer.token : null }, answer.held ? 'leading' : 'standing by')
      leads = answer.held
      if (answer.held) heldUntilMs = nowMs + leaseTtlMs
    } catch (err) {
      log.warn({ err }, 'the lease could not be renewed')
    }
  }
}
