/** Something that comes due again and again. Both are written by the wheel alone. */
export interface Turning {
  /** When it is due; of an item that was taken out, when it was due. */
  nextMs: number
  /** Whether it is in the wheel. */
  turning: boolean
}

export const atRest: Turning = { nextMs: 0, turning: false }

/**
 * A timing wheel: what is due next lies in the bucket of its second, so that a turn costs what is due, not what is held.
 *
 * An item that is removed or moved stays behind in its old bucket, which drops it when it comes up. So an item costs the wheel
 * eight bytes and no object of its own: a million of them fit.
 */
export class Wheel<Item extends Turning> {
  readonly #buckets = new Map<number, Item[]>()
  #size = 0
  #second: number

  constructor(nowMs: number) {
    this.#second = secondOf(nowMs)
  }

  get size(): number {
    return this.#size
  }

  /** Puts an item in, or moves it. A time that has passed comes up in the next turn. */
  set(item: Item, nextMs: number): void {
    if (!item.turning) this.#size += 1
    item.nextMs = nextMs
    item.turning = true
    const second = Math.max(secondOf(nextMs), this.#second)
    const bucket = this.#buckets.get(second)
    if (bucket) bucket.push(item)
    else this.#buckets.set(second, [item])
  }

  delete(item: Item): void {
    if (item.turning) this.#size -= 1
    item.turning = false
  }

  /** Takes out every item that is due at or before `throughMs`; the caller puts back what goes on. */
  takeDue(throughMs: number): Item[] {
    const due: Item[] = []
    const last = secondOf(throughMs)
    for (; this.#second < last; this.#second += 1) this.#empty(this.#second, { throughMs, due })
    this.#empty(last, { throughMs, due })
    return due
  }

  #empty(second: number, { throughMs, due }: { throughMs: number; due: Item[] }): void {
    const bucket = this.#buckets.get(second)
    if (!bucket) return
    const later: Item[] = []
    for (const item of bucket) {
      if (!item.turning) continue
      if (item.nextMs <= throughMs) {
        this.delete(item)
        due.push(item)
      } else if (secondOf(item.nextMs) === second) later.push(item)
    }
    if (later.length > 0) this.#buckets.set(second, later)
    else this.#buckets.delete(second)
  }
}

function secondOf(ms: number): number {
  return Math.floor(ms / 1_000)
}
