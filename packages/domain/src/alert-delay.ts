import { failuresNeeded, quorumOf, type VerdictPolicy } from './policy.ts'

/** What a monitor is, as far as how fast people hear of an outage goes. */
export interface DelayAsked {
  readonly intervalMs: number
  /** After so long a check that hears nothing has failed. */
  readonly timeoutMs: number
  /** How many regions it is checked from. */
  readonly regions: number
  readonly policy: VerdictPolicy
  /** So long after the verdict the alert policies tell the first people; null where none of them tells anybody. */
  readonly waitMs: number | null
}

/** How an outage becomes an alert, and how long that takes. */
export interface AlertDelay {
  /** So many regions must find it down, of so many. */
  readonly regionsNeeded: number
  readonly regions: number
  /** Each of them by so many looks in a row. */
  readonly looksNeeded: number
  /** From the beginning of an outage to the first check that fails, at most. */
  readonly noticedMs: number
  /** From the first failing check to the alert, where the target refuses at once. */
  readonly usualMs: number
  /** The same where it does not answer at all, so that each look lasts for its whole time-out. */
  readonly slowestMs: number
  /** How much of both is due to the alert policies; null where none of them tells anybody. */
  readonly waitMs: number | null
}

/** Asking for a further look, and hearing of it: within a second. */
const ASK_MS = 1_000
/** From the verdict to the message on its way. */
const TELL_MS = 1_000

/**
 * How fast an alert comes. The looks that confirm a failure are asked for at once, so that the interval has no part in them; regions
 * that have to agree look side by side, in the round after the one that failed first.
 */
export function alertDelay({ intervalMs, timeoutMs, regions, policy, waitMs }: DelayAsked): AlertDelay {
  const regionsNeeded = quorumOf(policy.quorum, regions, regions)
  const looksNeeded = failuresNeeded(policy, regions)
  const rounds = looksNeeded - 1 + (regionsNeeded > 1 ? 1 : 0)
  const told = (waitMs ?? 0) + TELL_MS
  return {
    regionsNeeded,
    regions,
    looksNeeded,
    noticedMs: intervalMs,
    usualMs: rounds * ASK_MS + told,
    slowestMs: timeoutMs + rounds * (ASK_MS + timeoutMs) + told,
    waitMs,
  }
}
