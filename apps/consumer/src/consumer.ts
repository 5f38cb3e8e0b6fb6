import type { CheckSpec } from '@repo/contracts/check-spec'
import type { Check, CheckResult } from '@repo/domain/check'
import type { Region } from '@repo/domain/region'
import type { Service } from '@repo/service/lifecycle'
import type { Stream } from '@repo/streams/stream'
import { givenUp, type RunCheck } from './run-check.ts'

export interface ConsumerDeps {
  readonly checks: Stream<Check<CheckSpec>>
  readonly results: Stream<CheckResult>
  readonly runCheck: RunCheck
  readonly region: Region
  /** Unique among the living consumers of the region. */
  readonly name: string
  /** How many checks are held at once: they wait here for their instant, up to a second ahead. */
  readonly held: number
}

/**
 * Takes checks of a region, starts each at its own instant, and hands its result over in the step that acknowledges it. While
 * results cannot be handed over no more checks are taken than are held: the rest expires where it is, and is not run late.
 */
export function createConsumer({ checks, results, runCheck, region, name, held }: ConsumerDeps): Service {
  const subscription = {
    group: region,
    consumer: name,
    target: results,
    batchSize: 500,
    concurrency: held,
    reclaimAfterMs: 15_000,
    drainMs: 6_000,
    bury: (check: Check<CheckSpec>) => [givenUp(check)],
  }
  return (signal) => checks.relay(subscription, async (check, stopping) => [await runCheck(check, stopping)], signal)
}
