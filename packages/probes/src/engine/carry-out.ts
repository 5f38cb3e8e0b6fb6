import type { SlowMs } from '@repo/contracts/specs/fields'
import { bareOutcome, noPhases, type Outcome } from '@repo/domain/outcome'
import { type Failure, failureVerdict } from './failure.ts'
import { clipped, escaped, readableMs } from './readable.ts'
import { ProbeRun } from './run.ts'
import { slowRemark } from './slow.ts'
import { passTurnstile } from './turnstile.ts'

/** What a probe has found, beyond what the run knows by itself. */
export interface Found extends Partial<Omit<Outcome, 'verdict' | 'code' | 'message' | 'phases'>> {
  /** What is said where nothing is wrong; the time is put behind it. */
  readonly passing: string
  readonly finding: Failure | null
}

export interface CarryOutOptions {
  readonly timeoutMs: number
  readonly slowMs?: SlowMs | undefined
}

/**
 * The frame of every probe: a clock and a deadline around the look, and its finding as an outcome. Never throws, except
 * for being stopped: once the signal aborts it throws the signal's reason, because our shutting down is not the site's failure.
 */
export async function carryOut(
  { timeoutMs, slowMs }: CarryOutOptions,
  signal: AbortSignal,
  look: (run: ProbeRun) => Promise<Found>,
): Promise<Outcome> {
  const turn = passTurnstile()
  if (turn) await turn
  signal.throwIfAborted()
  const run = new ProbeRun(timeoutMs, signal)
  try {
    const { passing, finding, ...found } = await look(run)
    // Whatever was cut short by the stop says nothing about the target.
    if (finding) signal.throwIfAborted()
    const phases = run.stopwatch.phases()
    const remark = finding ?? slowRemark(phases, slowMs)
    return {
      ...bareOutcome('up', 'OK', ''),
      ...found,
      ...said(remark, `${passing} in ${readableMs(phases.total / 1_000)}`),
      phases,
    }
  } catch (error) {
    signal.throwIfAborted()
    return {
      ...bareOutcome('unknown', 'PROBE_ERROR', ownFault(error)),
      phases: { ...noPhases, total: run.stopwatch.phases().total },
    }
  } finally {
    run.finish()
  }
}

/** The three fields of an outcome that a finding decides. */
export function said(finding: Failure | null, passing: string): Pick<Outcome, 'verdict' | 'code' | 'message'> {
  if (!finding) return { verdict: 'up', code: 'OK', message: passing }
  return { verdict: failureVerdict(finding), code: finding.code, message: clipped(finding.text) }
}

export function ownFault(error: unknown): string {
  const cause = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return `The probe itself failed: ${escaped(cause, 120)}`
}
