import type { HttpSpec } from '@repo/contracts/specs/http'
import type { Outcome } from '@repo/domain/outcome'
import { probeEveryAddress } from '../engine/every-address.ts'
import { ProbeRun } from '../engine/run.ts'
import { passTurnstile } from '../engine/turnstile.ts'
import { HttpProbe } from '../http/http-probe.ts'
import type { ProbeDeps } from '../probe-deps.ts'

/**
 * Carries out one HTTP check: one request over a fresh connection per hop, redirects followed, the body read to its end,
 * the answer judged. Answers by the deadline of the spec, whatever the target does, and never throws, except for being
 * stopped: once the signal aborts it throws the signal's reason, because our shutting down is not the site's failure.
 *
 * With `maxRedirects: 0` redirects are not followed: the first answer is the final one.
 */
export async function probeHttp(spec: HttpSpec, deps: ProbeDeps, signal: AbortSignal): Promise<Outcome> {
  if (spec.everyAddress) {
    return probeEveryAddress(spec, { deps, signal }, (pinned, timeoutMs) =>
      probeHttp({ ...spec, timeoutMs, everyAddress: false }, pinned, signal),
    )
  }
  const turn = passTurnstile()
  if (turn) await turn
  signal.throwIfAborted()
  const probe = new HttpProbe(spec, deps, new ProbeRun(spec.timeoutMs, signal))
  try {
    const failure = await probe.followHops()
    // Whatever was cut short by the stop says nothing about the target.
    if (probe.wasCutShort) signal.throwIfAborted()
    return await probe.outcome(failure)
  } catch (error) {
    signal.throwIfAborted()
    return probe.faulty(error)
  } finally {
    probe.run.finish()
  }
}
