import type { CheckSpec } from '@repo/contracts/check-spec'
import type { TestRunSeen } from '@repo/contracts/test-run'
import { isProbed } from '@repo/contracts/watched-by'
import type { Check, CheckResult } from '@repo/domain/check'
import type { Region } from '@repo/domain/region'
import type { Service } from '@repo/service/lifecycle'
import type { LiveBus } from '@repo/streams/live-bus'
import type { Stream } from '@repo/streams/stream'
import { givenUp, type RunCheck } from './run-check.ts'

export interface ConsumerDeps {
  readonly checks: Stream<Check<CheckSpec>>
  readonly results: Stream<CheckResult>
  readonly runCheck: RunCheck
  readonly region: Region
  /** Unique among the living consumers of the region. */
  readonly name: string
  /** Who tries a spec out hears of it here, and nobody else does. */
  readonly testRuns?: LiveBus<TestRunSeen> | undefined
  /** How many checks are held at once that run, or whose results are not handed over yet. */
  readonly held: number
}

/** Those that wait are held beside them, so many at most. */
const WAITING_HELD = 50_000

/**
 * Takes checks of a region, starts each at its own instant, and hands its result over in the step that acknowledges it. While
 * results cannot be handed over no more checks are taken than are held: the rest expires where it is, and is not run late.
 *
 * Checks that wait (for their instant, for a place) do not keep others from being taken: behind twenty thousand of one
 * workspace stand those of another, whose turn it is.
 */
export function createConsumer(deps: ConsumerDeps): Service {
  const { checks, results, runCheck, region, name, held, testRuns } = deps
  let waiting = 0
  const subscription = {
    group: region,
    consumer: name,
    target: results,
    batchSize: 500,
    get concurrency() {
      return held + Math.min(waiting, WAITING_HELD)
    },
    reclaimAfterMs: 15_000,
    drainMs: 6_000,
    bury: (check: Check<CheckSpec>) => (check.testRunId === undefined ? [givenUp(check)] : []),
  }
  return (signal) => checks.relay(subscription, carryOut, signal)

  /** Once at most: who hears nothing takes it for no answer. What a target sent may be anybody's, and is not passed on. */
  async function tell(testRunId: string, { startedAtMs, outcome }: CheckResult): Promise<void> {
    await testRuns?.publish({ testRunId, region, startedAtMs, outcome: { ...outcome, evidence: null } }).catch(() => {})
  }

  async function carryOut(check: Check<CheckSpec>, stopping: AbortSignal): Promise<readonly CheckResult[]> {
    // What tells of itself is nothing for a region to look at, whoever sent it here.
    if (!isProbed(check.spec)) return []
    let waits = true
    waiting += 1
    const begin = () => {
      if (waits) waiting -= 1
      waits = false
    }
    try {
      const result = await runCheck(check, stopping, begin)
      if (check.testRunId === undefined) return [result]
      await tell(check.testRunId, result)
      return []
    } finally {
      begin()
    }
  }
}
