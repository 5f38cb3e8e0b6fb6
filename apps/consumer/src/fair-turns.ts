/** Whoever waits for a turn, with how much it has already. */
export interface Holder {
  readonly running: number
}

/**
 * Those who wait, of whom whoever has least is next, and among equals whoever has waited longest. Everything takes constant time:
 * ten thousand may wait, and a turn is given thousands of times a second.
 */
export class FairTurns<Waiting extends Holder> {
  readonly #byRunning: Set<Waiting>[] = []
  /** None has less than this. */
  #least = 0

  add(waiting: Waiting): void {
    const { running } = waiting
    this.#byRunning[running] ??= new Set()
    this.#byRunning[running].add(waiting)
    this.#least = Math.min(this.#least, running)
  }

  /** Before what it has changes: it is found by that. */
  delete(waiting: Waiting): boolean {
    return this.#byRunning[waiting.running]?.delete(waiting) ?? false
  }

  /** Whoever has least; undefined where nobody waits. */
  get next(): Waiting | undefined {
    for (; this.#least < this.#byRunning.length; this.#least += 1) {
      for (const first of this.#byRunning[this.#least] ?? []) return first
    }
    return undefined
  }
}
