import type { CheckSpec } from '@repo/contracts/check-spec'
import type { Check } from '@repo/domain/check'

/** Above the steady rate: what is made up for is a trickle beside what is on time, not a flood on everybody's websites. */
const SHARE = 0.15
const LEAST_PER_SECOND = 0.5
/** An allowance that was not used is kept for so long. */
const SAVED_SECONDS = 0.2

/**
 * Checks that are late and may still be run: those that a pause of ours left out, and those that could not be published. They
 * are let go slowly; what expires meanwhile is dropped, and accounted for as a slot that nobody published.
 */
export class Backlog {
  #checks: Check<CheckSpec>[] = []
  #allowance = 0
  #refilledAtMs = 0

  get size(): number {
    return this.#checks.length
  }

  add(checks: readonly Check<CheckSpec>[]): void {
    // One by one: an argument list has a limit that a long outage reaches.
    for (const check of checks) this.#checks.push(check)
  }

  clear(): void {
    this.#checks = []
  }

  /** What may go now, the newest first, for it has the longest to live. */
  take(nowMs: number, checksPerSecond: number): Check<CheckSpec>[] {
    const perSecond = Math.max(LEAST_PER_SECOND, checksPerSecond * SHARE)
    const passedSeconds = Math.max(0, nowMs - this.#refilledAtMs) / 1_000
    this.#allowance = Math.min(Math.max(1, perSecond * SAVED_SECONDS), this.#allowance + passedSeconds * perSecond)
    this.#refilledAtMs = nowMs
    if (this.#checks.length === 0) return []
    const alive = this.#checks.filter((check) => check.expiresAtMs > nowMs).sort(byInstant)
    const count = Math.min(Math.floor(this.#allowance), alive.length)
    this.#allowance -= count
    this.#checks = alive.slice(0, alive.length - count)
    return alive.slice(alive.length - count)
  }
}

const byInstant = (a: Check, b: Check) => a.scheduledAtMs - b.scheduledAtMs
