import { Fifo } from '../fifo.ts'
import type { Depth } from '../stream.ts'

/** A message as it is kept: as text, so that nobody can change it. */
export interface Entry {
  readonly text: string
  readonly publishedAtMs: number
  deliveries: number
}

interface Failed {
  readonly entry: Entry
  readonly dueAtMs: number
}

/** What Redis is to the other adapter: the messages of one stream, waiting and pending, for one group. */
export class MemoryLog {
  readonly #capacity: number
  readonly #fresh = new Fifo<Entry>()
  readonly #returned = new Fifo<Entry>()
  readonly #failed = new Fifo<Failed>()
  readonly #pending = new Set<Entry>()
  readonly #arrivals = new Set<() => void>()
  readonly #departures = new Set<() => void>()
  #publishing: Promise<void> = Promise.resolve()
  #publishersWaiting = 0
  #group: string | undefined
  #failedTimer: ReturnType<typeof setTimeout> | undefined
  /** How many messages were set aside. */
  dead = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get length(): number {
    return this.#fresh.length + this.#returned.length + this.#pending.size
  }

  get roomLeft(): number {
    return Math.max(0, this.#capacity - this.length)
  }

  join(group: string): void {
    this.#group ??= group
    if (this.#group !== group) throw new Error(`the stream has the group "${this.#group}" already: it takes one`)
  }

  /**
   * Waits for room, in the order of the calls; a batch that is larger than the room enters in parts. `admit` throws where
   * the publisher may not go on; it is asked whenever something enters.
   */
  async publish(texts: readonly string[], admit: () => void = () => {}): Promise<void> {
    if (this.#publishersWaiting === 0 && this.length + texts.length <= this.#capacity) {
      admit()
      return this.append(texts)
    }
    this.#publishersWaiting += 1
    const publishing = this.#publishing.then(() => this.#publishInParts(texts, admit))
    this.#publishing = publishing.catch(() => {})
    try {
      await publishing
    } finally {
      this.#publishersWaiting -= 1
    }
  }

  append(texts: readonly string[]): void {
    const publishedAtMs = Date.now()
    this.#fresh.push(texts.map((text) => ({ text, publishedAtMs, deliveries: 0 })))
    call(this.#arrivals)
  }

  /** Resolves when there is room for at least one message, or when the signal aborts. */
  async room(signal?: AbortSignal): Promise<void> {
    while (this.length >= this.#capacity && !signal?.aborted) await next(this.#departures, signal)
  }

  async take(count: number, signal: AbortSignal): Promise<Entry[]> {
    while (!signal.aborted) {
      const returned = this.#returned.take(count)
      const entries = returned.length === count ? returned : returned.concat(this.#fresh.take(count - returned.length))
      for (const entry of entries) {
        entry.deliveries += 1
        this.#pending.add(entry)
      }
      if (entries.length > 0) return entries
      await next(this.#arrivals, signal)
    }
    return []
  }

  acknowledge(entries: Iterable<Entry>): void {
    for (const entry of entries) this.#pending.delete(entry)
    call(this.#departures)
  }

  fail(entry: Entry, reclaimAfterMs: number): void {
    this.#failed.push([{ entry, dueAtMs: performance.now() + reclaimAfterMs }])
    if (this.#failedTimer === undefined) this.#awaitFailed(reclaimAfterMs)
  }

  /** As if they had not been delivered: before everything newer, and not counted as a failure. */
  giveBack(entries: readonly Entry[]): void {
    for (const entry of entries) {
      entry.deliveries -= 1
      this.#pending.delete(entry)
    }
    this.#returned.push(entries)
    call(this.#arrivals)
  }

  depth(group: string): Depth {
    const pending = group === this.#group ? this.#pending.size : 0
    return { length: this.length, pending, oldestAgeMs: this.#oldestAgeMs(), dead: this.dead, lost: 0 }
  }

  async #publishInParts(texts: readonly string[], admit: () => void): Promise<void> {
    let sent = 0
    while (sent < texts.length) {
      await this.room()
      admit()
      const part = texts.slice(sent, sent + this.roomLeft)
      this.append(part)
      sent += part.length
    }
  }

  #awaitFailed(ms: number): void {
    this.#failedTimer = setTimeout(() => {
      this.#failedTimer = undefined
      const nowMs = performance.now() + 1
      while (this.#failed.first && this.#failed.first.dueAtMs <= nowMs) this.#redeliver(this.#failed.take(1))
      if (this.#failed.first) this.#awaitFailed(this.#failed.first.dueAtMs - nowMs)
    }, ms)
    this.#failedTimer.unref()
  }

  #redeliver(failed: readonly Failed[]): void {
    for (const { entry } of failed) {
      this.#pending.delete(entry)
      this.#returned.push([entry])
    }
    call(this.#arrivals)
  }

  #oldestAgeMs(): number {
    let oldestMs = Math.min(
      this.#fresh.first?.publishedAtMs ?? Infinity,
      this.#returned.first?.publishedAtMs ?? Infinity,
    )
    for (const { publishedAtMs } of this.#pending) oldestMs = Math.min(oldestMs, publishedAtMs)
    return oldestMs === Infinity ? 0 : Date.now() - oldestMs
  }
}

function call(waiters: Set<() => void>): void {
  if (waiters.size === 0) return
  const woken = [...waiters]
  waiters.clear()
  for (const wake of woken) wake()
}

function next(waiters: Set<() => void>, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      signal?.removeEventListener('abort', wake)
      waiters.delete(wake)
      resolve()
    }
    waiters.add(wake)
    signal?.addEventListener('abort', wake, { once: true })
  })
}
