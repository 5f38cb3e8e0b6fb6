import type { Clock } from '@repo/service/clock'

/**
 * Waits for instants, one timer for all who wait for the same millisecond: at ten thousand checks a second a timer and a
 * listener each would cost more than all else that we do beside the probe.
 */
export class Instants {
  readonly #clock: Clock
  readonly #waits = new Map<number, Promise<void>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Resolves at the instant, or when the signal aborts, which must be the same for all who wait here. */
  wait(atMs: number, signal: AbortSignal): Promise<void> {
    const known = this.#waits.get(atMs)
    if (known) return known
    const wait = this.#clock.sleep(atMs - this.#clock.nowMs(), signal).then(() => void this.#waits.delete(atMs))
    this.#waits.set(atMs, wait)
    return wait
  }
}
