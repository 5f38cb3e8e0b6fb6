import type { LockedHeartbeat, LookedAtHeartbeat } from '@repo/db/queries/heartbeats'
import type { CheckResult } from '@repo/domain/check'
import { afterSilence, type HeartbeatPlan, nextSilence, type Silence } from '@repo/domain/heartbeat'
import { silenceOutcome } from '@repo/domain/heartbeat-outcome'
import { type Intake, judgeSilence } from '@repo/domain/intake'
import { pingRegion } from '@repo/domain/region'

/** What a look at a job found: when to look again, and what is to be told where it is silent. */
export interface Look {
  readonly looked: LookedAtHeartbeat
  readonly result?: CheckResult
}

export interface LookedWith {
  /** Undefined where it cannot be read: then nothing is waited for. */
  readonly plan: HeartbeatPlan | undefined
  readonly intakes: readonly Intake[]
  readonly nowMs: number
  /** What may have been heard and is not stored yet is asked about again after this. */
  readonly patienceMs: number
}

/** Whether a job is silent, now that somebody looks. */
export function lookAt(job: LockedHeartbeat, { plan, intakes, nowMs, patienceMs }: LookedWith): Look {
  const { monitorKey, stand } = job
  const silence = plan && !job.isPaused ? nextSilence(plan, stand) : undefined
  if (!plan || !silence) return { looked: { monitorKey, stand, lookAtMs: null } }
  if (silence.dueMs > nowMs) return { looked: { monitorKey, stand, lookAtMs: silence.dueMs } }
  const meaning = judgeSilence(silence, intakes)
  if (meaning === 'wait') return { looked: { monitorKey, stand, lookAtMs: nowMs + patienceMs } }
  const after = afterSilence(plan, stand, { silence, nowMs })
  return {
    looked: { monitorKey, stand: after, lookAtMs: nextSilence(plan, after)?.dueMs ?? null },
    result: resultOf(job, silence, meaning === 'silent'),
  }
}

/** Its instant is the one through which somebody waited: whoever finds the same silence again tells the same. */
function resultOf({ id, monitorKey, stand }: LockedHeartbeat, silence: Silence, isHeard: boolean): CheckResult {
  return {
    monitorId: id,
    monitorKey,
    region: pingRegion,
    scheduledAtMs: silence.dueMs,
    startedAtMs: silence.dueMs,
    outcome: silenceOutcome(silence, { isHeard, lastFinishedMs: stand.lastFinishedMs }),
  }
}
