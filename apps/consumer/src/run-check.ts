import type { CheckSpec } from '@repo/contracts/check-spec'
import { hostOf } from '@repo/contracts/spec-host'
import type { Check, CheckResult } from '@repo/domain/check'
import { notCarriedOut, type Outcome } from '@repo/domain/outcome'
import type { ProbeWishes } from '@repo/probes/registry'
import { SecretError } from '@repo/secrets/keyring'
import type { Clock } from '@repo/service/clock'
import type { Log } from '@repo/service/log'
import { createEvidenceFilter } from './first-failures.ts'
import { Instants } from './instants.ts'
import { createMask, isOurWords, maskError, maskOutcome } from './mask-outcome.ts'
import type { Places } from './places.ts'
import type { RegionCanary } from './region-canary.ts'
import type { Trust } from './trust.ts'

export type Probe = (spec: CheckSpec, signal: AbortSignal, wishes?: ProbeWishes) => Promise<Outcome>

export interface RunCheckDeps {
  readonly probe: Probe
  /** Opens the secrets of a check. */
  readonly openSpec: (check: Check<CheckSpec>) => CheckSpec
  readonly places: Places
  readonly canary: Pick<RegionCanary, 'wasOnline'>
  readonly trust: Pick<Trust, 'holds'>
  readonly clock: Clock
  readonly log: Log
  readonly onResult?: (result: CheckResult) => void
}

/** `onBegun` is told when the check has its place: until then it waits, for its instant or for others. */
export type RunCheck = (check: Check<CheckSpec>, signal: AbortSignal, onBegun?: () => void) => Promise<CheckResult>

/**
 * Carries out checks, each at its own instant, or not at all where it could only be late. The signal is the same for all.
 *
 * @throws the signal's reason when it aborts before the outcome: the check is then handed back, not failed.
 */
export function createRunCheck(deps: RunCheckDeps): (urgent: boolean) => RunCheck {
  const { probe, openSpec, places, canary, trust, clock, log, onResult } = deps
  const withEvidence = createEvidenceFilter()
  const tellOfSecret = onceEach((why) => log.error({ why }, 'a secret cannot be opened'))

  return (urgent) => {
    const instants = new Instants(clock)
    return async function runCheck(check, signal, onBegun) {
      if (check.scheduledAtMs > clock.nowMs()) await instants.wait(check.scheduledAtMs, signal)
      signal.throwIfAborted()
      const { workspaceId, scheduledAtMs, expiresAtMs, spec } = check
      const politeUntilMs = scheduledAtMs + (expiresAtMs - scheduledAtMs) / 2
      const wish = { workspaceId, host: hostOf(spec), urgent, politeUntilMs }
      const result = await places.use(wish, () => {
        onBegun?.()
        return start(check, signal)
      })
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
        : await believed(await carryOut(check, signal), startedAtMs)
    return withEvidence({ ...slotOf(check), startedAtMs, outcome })
  }

  async function carryOut(check: Check<CheckSpec>, signal: AbortSignal): Promise<Outcome> {
    let spec = check.spec
    try {
      spec = openSpec(check)
      const outcome = await probe(spec, signal, { avoid: check.avoid })
      return spec === check.spec || isOurWords(outcome) ? outcome : maskOutcome(outcome, createMask(spec))
    } catch (err) {
      signal.throwIfAborted()
      if (err instanceof SecretError) return unreadable(err)
      // A probe answers and never throws: this is a fault of ours, and no word about the site.
      log.error({ err: maskError(err, createMask(spec)), kind: spec.kind }, 'probe failed')
      return notCarriedOut('PROBE_ERROR', 'the probe itself failed: nothing is known of the target')
    }
  }

  function unreadable({ message }: SecretError): Outcome {
    tellOfSecret(message)
    return notCarriedOut('SECRET_UNREADABLE', `not run: ${message}`)
  }

  async function believed(outcome: Outcome, startedAtMs: number): Promise<Outcome> {
    if (outcome.verdict !== 'unknown' && !(await trust.holds()))
      return notCarriedOut('CANARY_FAILED', 'known targets are judged wrongly here: nothing that is seen counts')
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

const TOLD = 100

/** Each fault is of many checks, and comes again with each of them: an operator hears of it once. */
function onceEach(tell: (text: string) => void): (text: string) => void {
  const told = new Set<string>()
  return (text) => {
    if (told.has(text) || told.size >= TOLD) return
    told.add(text)
    tell(text)
  }
}
