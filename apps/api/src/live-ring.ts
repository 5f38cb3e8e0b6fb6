import type { LiveEvent } from '@repo/contracts/live'
import type { LiveLimits } from './live-limits.ts'

interface Held {
  readonly atMs: number
  readonly text: string
  readonly bytes: number
}

/** What happened in one workspace lately, for those who come back after a moment. Ids are its own, so they tell nobody what others do. */
export class LiveRing {
  readonly #epoch = crypto.randomUUID().slice(-12)
  readonly #limits: Pick<LiveLimits, 'ringMs' | 'ringBytes'>
  readonly #held: Held[] = []
  #lastNumber = 0
  #bytes = 0

  constructor(limits: Pick<LiveLimits, 'ringMs' | 'ringBytes'>) {
    this.#limits = limits
  }

  get lastId(): string {
    return this.#idOf(this.#lastNumber)
  }

  get bytes(): number {
    return this.#bytes
  }

  /** @returns the frame, as it is sent. */
  push(event: LiveEvent, nowMs: number): string {
    this.#lastNumber += 1
    const text = JSON.stringify({ id: this.lastId, ...event })
    const bytes = Buffer.byteLength(text)
    this.#held.push({ atMs: nowMs, text, bytes })
    this.#bytes += bytes
    this.dropOld(nowMs)
    while (this.#bytes > this.#limits.ringBytes) this.dropOldest()
    return text
  }

  /** The frames after an id, oldest first; undefined where some are not held any more, or where the id is not of this ring. */
  since(id: string, nowMs: number): string[] | undefined {
    this.dropOld(nowMs)
    const number = this.#numberOf(id)
    if (number === undefined || number > this.#lastNumber) return undefined
    const missed = this.#lastNumber - number
    if (missed > this.#held.length) return undefined
    return this.#held.slice(this.#held.length - missed).map(({ text }) => text)
  }

  dropOld(nowMs: number): void {
    for (let oldest = this.#held[0]; oldest && oldest.atMs <= nowMs - this.#limits.ringMs; oldest = this.#held[0])
      this.dropOldest()
  }

  dropOldest(): void {
    this.#bytes -= this.#held.shift()?.bytes ?? 0
  }

  #idOf(number: number): string {
    return `${this.#epoch}-${number}`
  }

  #numberOf(id: string): number | undefined {
    const [, epoch, number] = /^([0-9a-f]{12})-(\d{1,15})$/.exec(id) ?? []
    return epoch === this.#epoch ? Number(number) : undefined
  }
}
