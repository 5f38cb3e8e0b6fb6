/** Something that comes due again and again. `nextMs` is written by the wheel alone. */
export interface Turning {
  nextMs: number
}

/**
 * A timing wheel: what is due next lies in the bucket of its second, so that a turn costs what is due, not what is held.
 *
 * An item that is removed or moved leaves a stale entry behind, which its bucket drops when it comes up.
 */
export class Wheel<Item extends Turning> {
  readonly #buckets = new Map<number, Entry<Item>[]>()
  readonly #current = new Map<Item, Entry<Item>>()
  #second: number

  constructor(nowMs: number) {
    this.#second = secondOf(nowMs)
  }

  get size(): number {
    return this.#current.size
  }

  /** Puts an item in, or moves it. A time that has passed comes up in the next turn. */
  set(item: Item, nextMs: number): void {
    item.nextMs = nextMs
    const entry = { item, atMs: nextMs }
    this.#current.set(item, entry)
    const second = Math.max(secondOf(nextMs), this.#second)
    const bucket = this.#buckets.get(second)
    if (bucket) bucket.push(entry)
    else this.#buckets.set(second, [entry])
  }

  delete(item: Item): void {
    this.#current.delete(item)
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
    const later: Entry<Item>[] = []
    for (const entry of bucket) {
      if (this.#current.get(entry.item) !== entry) continue
      if (entry.atMs > throughMs) {
        later.push(entry)
        continue
      }
      this.#current.delete(entry.item)
      due.push(entry.item)
    }
    if (later.length > 0) this.#buckets.set(second, later)
    else this.#buckets.delete(second)
  }
}

interface Entry<Item> {
  readonly item: Item
  readonly atMs: number
}

function secondOf(ms: number): number {
  return Math.floor(ms / 1_000)
}
