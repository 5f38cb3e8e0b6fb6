import type { CheckSpec } from '@repo/contracts/check-spec'
import type { Check, CheckResult } from '@repo/domain/check'
import { notCarriedOut, type Outcome } from '@repo/domain/outcome'
import type { Region } from '@repo/domain/region'
import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { Stream } from '@repo/streams/stream'
import pLimit from 'p-limit'
import { createEvidenceFilter } from './first-failures.ts'

export type Probe = (spec: CheckSpec, signal: AbortSignal) => Promise<Outcome>

export interface ConsumerDeps {
  readonly checks: Stream<Check<CheckSpec>>
  readonly results: Stream<CheckResult>
  readonly probe: Probe
  readonly region: Region
  /** Unique among the living consumers of the region. */
  readonly name: string
  /** How many probes run at once. */
  readonly concurrency: number
  readonly clock: Clock
  readonly log: Log
}

/**
 * Takes checks of a region, starts each at its own instant, and hands its result over in the step that acknowledges it.
 * A check that could not start in time is not run: its slot becomes `unknown (expired)`.
 */
export function createConsumer({ checks, results, region, name, concurrency, ...deps }: ConsumerDeps): Service {
  const runCheck = createRunCheck({ ...deps, concurrency })
  const subscription = {
    group: region,
    consumer: name,
    target: results,
    batchSize: 200,
    // Checks wait here for their instant, up to a second ahead, so there are more of them than probes.
    concurrency: concurrency * 4,
    reclaimAfterMs: 15_000,
    drainMs: 6_000,
  }
  return (signal) => checks.relay(subscription, async (check, stopping) => [await runCheck(check, stopping)], signal)
}

type RunCheckDeps = Pick<ConsumerDeps, 'probe' | 'clock' | 'log' | 'concurrency'>

/** @throws the signal's reason when it aborts before the outcome: the check is then handed back, not failed. */
export function createRunCheck({ probe, clock, log, concurrency }: RunCheckDeps) {
  const limit = pLimit(concurrency)
  const withEvidence = createEvidenceFilter()

  return async function runCheck(check: Check<CheckSpec>, signal: AbortSignal): Promise<CheckResult> {
    const earlyMs = check.scheduledAtMs - clock.nowMs()
    if (earlyMs > 0) await clock.sleep(earlyMs, signal)
    signal.throwIfAborted()
    return limit(async () => {
      const startedAtMs = clock.nowMs()
      const outcome = startedAtMs > check.expiresAtMs ? expired(check, startedAtMs) : await carryOut(check.spec, signal)
      return withEvidence({ ...slotOf(check), startedAtMs, outcome })
    })
  }

  async function carryOut(spec: CheckSpec, signal: AbortSignal): Promise<Outcome> {
    try {
      return await probe(spec, signal)
    } catch (err) {
      signal.throwIfAborted()
      // A probe answers and never throws: this is a fault of ours, and no word about the site.
      log.error({ err, kind: spec.kind }, 'probe failed')
      return notCarriedOut('PROBE_ERROR', 'the probe itself failed: nothing is known of the target')
    }
  }
}

function slotOf({ monitorId, monitorKey, region, scheduledAtMs }: Check): Omit<CheckResult, 'startedAtMs' | 'outcome'> {
  return { monitorId, monitorKey, region, scheduledAtMs }
}

function expired(check: Check, nowMs: number): Outcome {
  const lateSeconds = ((nowMs - check.scheduledAtMs) / 1_000).toFixed(1)
  return notCarriedOut('EXPIRED', `not run: it could only have started ${lateSeconds} s late`)
}
