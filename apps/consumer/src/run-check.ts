import type { CheckSpec } from '@repo/contracts/check-spec'
import { hostOf } from '@repo/contracts/spec-host'
import type { Check, CheckResult } from '@repo/domain/check'
import { notCarriedOut, type Outcome } from '@repo/domain/outcome'
import type { Clock } from '@repo/service/clock'
import type { Log } from '@repo/service/log'
import { createEvidenceFilter } from './first-failures.ts'
import { Instants } from './instants.ts'
import type { Places } from './places.ts'
import type { RegionCanary } from './region-canary.ts'

export type Probe = (spec: CheckSpec, signal: AbortSignal) => Promise<Outcome>

export interface RunCheckDeps {
  readonly probe: Probe
  readonly places: Places
  readonly canary: Pick<RegionCanary, 'wasOnline'>
  readonly clock: Clock
  readonly log: Log
  readonly onResult?: (result: CheckResult) => void
}

export type RunCheck = (check: Check<CheckSpec>, signal: AbortSignal) => Promise<CheckResult>

/**
 * Carries out checks, each at its own instant, or not at all where it could only be late. The signal is the same for all.
 *
 * @throws the signal's reason when it aborts before the outcome: the check is then handed back, not failed.
 */
export function createRunCheck(deps: RunCheckDeps): (urgent: boolean) => RunCheck {
  const { probe, places, canary, clock, log, onResult } = deps
  const withEvidence = createEvidenceFilter()

  return (urgent) => {
    const instants = new Instants(clock)
    return async function runCheck(check, signal) {
      if (check.scheduledAtMs > clock.nowMs()) await instants.wait(check.scheduledAtMs, signal)
      signal.throwIfAborted()
      const { scheduledAtMs, expiresAtMs, spec } = check
      const politeUntilMs = scheduledAtMs + (expiresAtMs - scheduledAtMs) / 2
      const result = await places.use({ host: hostOf(spec), urgent, politeUntilMs }, () => start(check, signal))
      onResult?.(result)
      return result
    }
  }

  async function start(check: Check<CheckSpec>, signal: AbortSignal): Promise<CheckResult> {
    signal.throwIfAborted()
    const startedAtMs = clock.nowMs()
    const outcome =
      startedAtMs > check.expiresAtMs
        ? expired(check, startedAtMs)
        : await believed(await carryOut(check.spec, signal), startedAtMs)
    return withEvidence({ ...slotOf(check), startedAtMs, outcome })
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

  async function believed(outcome: Outcome, startedAtMs: number): Promise<Outcome> {
    if (outcome.verdict !== 'down' || (await canary.wasOnline(startedAtMs))) return outcome
    return notCarriedOut('SELF_OFFLINE', 'the region itself was offline: its own canaries did not answer either')
  }
}

/** What becomes of a check that was given up after several tries, none of which came to an end. */
export function givenUp(check: Check<CheckSpec>): CheckResult {
  const outcome = notCarriedOut('PROBE_ERROR', 'given up: the check was tried several times and never came to an end')
  return { ...slotOf(check), startedAtMs: check.scheduledAtMs, outcome }
}

function slotOf({ monitorId, monitorKey, region, scheduledAtMs }: Check): Omit<CheckResult, 'startedAtMs' | 'outcome'> {
  return { monitorId, monitorKey, region, scheduledAtMs }
}

function expired(check: Check, nowMs: number): Outcome {
  const lateSeconds = ((nowMs - check.scheduledAtMs) / 1_000).toFixed(1)
  return notCarriedOut('EXPIRED', `not run: it could only have started ${lateSeconds} s late`)
}
