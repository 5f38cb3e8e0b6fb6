import type { MonitorId, WorkspaceId } from './ids.ts'
import { type Outcome, type TickOutcome, tickOutcome } from './outcome.ts'
import type { Region } from './region.ts'

/** The identity of a check at every hop, for ever. */
export interface Slot {
  readonly monitorId: MonitorId
  readonly region: Region
  readonly scheduledAtMs: number
}

/** One planned look at one monitor from one region. `monitorKey` is the compact key of its ticks. */
export interface Check<Spec = unknown> extends Slot {
  readonly monitorKey: number
  /** Whose it is: places for probes are shared among workspaces. Missing in checks of an earlier version. */
  readonly workspaceId?: WorkspaceId | undefined
  /** Somebody tries a spec out: whoever asked is told of the outcome, and nothing is stored. */
  readonly testRunId?: string | undefined
  /** The address that just failed: another is tried first where there are several. */
  readonly avoid?: string | undefined
  /** No probe of this check starts after this instant. */
  readonly expiresAtMs: number
  readonly spec: Spec
}

/** A check with its outcome, on its way to a tick. */
export interface CheckResult extends Slot {
  readonly monitorKey: number
  readonly startedAtMs: number
  readonly outcome: Outcome
}

/** What is kept of a look, and shown: a result without the monitor that it belongs to. */
export interface Tick {
  readonly region: Region
  readonly scheduledAtMs: number
  readonly startedAtMs: number
  readonly outcome: TickOutcome
}

export function toTick({ region, scheduledAtMs, startedAtMs, outcome }: CheckResult): Tick {
  return { region, scheduledAtMs, startedAtMs, outcome: tickOutcome(outcome) }
}
