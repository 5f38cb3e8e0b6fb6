import type { AlertPart, PlannedEvent } from './alert-plan.ts'

/** One message for one channel, from when it is due until it is told or nobody tries any more. */

export const deliveryStates = ['waiting', 'sending', 'accepted', 'dead', 'superseded'] as const
export type DeliveryState = (typeof deliveryStates)[number]

export const deliveryLimits = {
  /** For so long it is tried. */
  triedForMs: 24 * 3_600_000,
  /** Until the second attempt, and at most between two. */
  firstPauseMs: 5_000,
  longestPauseMs: 1_800_000,
  /** An attempt takes no longer; whoever died over one is given up after the lease. */
  attemptMs: 20_000,
  leaseMs: 45_000,
  /** So many attempts in vain, and another channel is told. */
  attemptsBeforeFallback: 3,
  /** So does a provider that wants to be left alone for so long. */
  pauseBeforeFallbackMs: 300_000,
} as const

/** What became of an attempt. `afterMs` is what the provider asked for. */
export type AttemptOutcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'retry'; readonly afterMs?: number | undefined }
  | { readonly kind: 'refused' }

export type NextState =
  | { readonly state: 'accepted' }
  | { readonly state: 'waiting'; readonly nextAtMs: number }
  | { readonly state: 'dead' }

interface Tried {
  /** This one among them. */
  readonly attempts: number
  readonly firstDueAtMs: number
  readonly nowMs: number
  /** From 0 to 1: so that not all who wait for a provider come back at one instant. */
  readonly random: number
}

/** What follows from an attempt. Nobody tries before a provider asked them to, nor longer than a day. */
export function afterAttempt(outcome: AttemptOutcome, tried: Tried): NextState {
  if (outcome.kind === 'accepted') return { state: 'accepted' }
  if (outcome.kind === 'refused') return { state: 'dead' }
  const { nowMs, firstDueAtMs } = tried
  const endMs = firstDueAtMs + deliveryLimits.triedForMs
  const nextAtMs = nowMs + Math.max(pauseMs(tried), outcome.afterMs ?? 0)
  if (nextAtMs <= endMs) return { state: 'waiting', nextAtMs }
  // The very last attempt is made at the end of the day, unless the provider wants to be left alone for longer.
  const mayTryAtEnd = nowMs < endMs && nowMs + (outcome.afterMs ?? 0) <= endMs
  return mayTryAtEnd ? { state: 'waiting', nextAtMs: endMs } : { state: 'dead' }
}

function pauseMs({ attempts, random }: Tried): number {
  const { firstPauseMs, longestPauseMs } = deliveryLimits
  const fullMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempts - 1, 30))
  return fullMs / 2 + (fullMs / 2) * random
}

/** Whether it is time to tell another channel too. */
export function needsFallback(next: NextState, { attempts, nowMs }: Pick<Tried, 'attempts' | 'nowMs'>): boolean {
  if (next.state !== 'waiting') return next.state === 'dead'
  const { attemptsBeforeFallback, pauseBeforeFallbackMs } = deliveryLimits
  return attempts >= attemptsBeforeFallback || next.nextAtMs - nowMs >= pauseBeforeFallbackMs
}

/** How things stand at the instant before something is said. */
export interface Standing {
  readonly isOver: boolean
  readonly isAcknowledged: boolean
  /** It was down at some time, and not only worse than it should be. */
  readonly wasDown: boolean
  /** Of what the channel was told first of the same outage; null where there is no such thing. */
  readonly opening: DeliveryState | null
  /** Whether that was told when it was over already, and so with its end. */
  readonly isOpeningWhole: boolean
}

export type Saying = { readonly kind: 'say'; readonly event: PlannedEvent } | { readonly kind: 'superseded' }

/**
 * What is still to be said of what was planned: never that something is down which is up again, and nothing that has been said
 * already by another message.
 */
export function whatToSay(planned: { part: AlertPart; event: PlannedEvent }, standing: Standing): Saying {
  const { isOver, isAcknowledged, wasDown, opening, isOpeningWhole } = standing
  const superseded = { kind: 'superseded' } as const
  const asPlanned = { kind: 'say', event: planned.event } as const
  switch (planned.part) {
    case 'news':
      return asPlanned
    case 'opening':
      if (!isOver) return asPlanned
      return wasDown ? { kind: 'say', event: 'was_down' } : superseded
    case 'again':
      return isOver || isAcknowledged || (opening !== null && opening !== 'accepted') ? superseded : asPlanned
    case 'change':
      return isOver || opening !== 'accepted' ? superseded : asPlanned
    case 'closing':
      return !isOver || opening !== 'accepted' || isOpeningWhole ? superseded : asPlanned
  }
}
