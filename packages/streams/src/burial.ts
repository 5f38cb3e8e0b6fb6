import type { Claim, Settled } from './inbox.ts'
import { streamLimits } from './limits.ts'

const { deliveries: limit } = streamLimits
const REASON_LENGTH = 500

/** Delivered so often that another time would end no better: its consumers died of it, one after the other. */
export function isWorn(claim: Claim<unknown>): boolean {
  return claim.deliveries > limit
}

export const wornReason = `was delivered ${limit} times and never finished`

/** Whether a message that is rejected now has had all of its chances. */
export function isLastChance(claim: Claim<unknown>): boolean {
  return claim.deliveries >= limit
}

export function rejectedReason(error: unknown): string {
  return bounded(`was rejected ${limit} times, at last with: ${errorText(error)}`)
}

export function illegibleReason(error: unknown): string {
  return bounded(`cannot be read: ${errorText(error)}`)
}

export function deadOf<C extends Claim<unknown>>(claim: C, reason: string): Settled<C> {
  return { kind: 'dead', claim, texts: [], reason: bounded(reason) }
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function bounded(reason: string): string {
  return reason.slice(0, REASON_LENGTH)
}
