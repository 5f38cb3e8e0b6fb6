import type { Claim } from '../inbox.ts'

/** An entry that this consumer is at work on. */
export interface HeldEntry {
  readonly id: string
  /** How often its messages were delivered, in this entry or before, this time included. */
  readonly deliveries: number
  readonly deliveredBefore: number
  /** The messages in their order; null where one is settled. */
  readonly texts: (string | null)[]
  /** How many are not settled. */
  open: number
}

export interface RedisClaim<Message> extends Claim<Message> {
  readonly entry: HeldEntry
  /** Which of the messages of its entry. */
  readonly index: number
}

type AnyClaim = RedisClaim<unknown>

/** The entries that have no open message left once these claims are settled. */
export function completedBy(claims: readonly AnyClaim[]): HeldEntry[] {
  const settling = new Map<HeldEntry, number>()
  for (const { entry } of claims) settling.set(entry, (settling.get(entry) ?? 0) + 1)
  return [...settling].filter(([entry, count]) => entry.open === count).map(([entry]) => entry)
}

export function settle(claims: readonly AnyClaim[]): void {
  for (const { entry, index } of claims) {
    if (entry.texts[index] === null) continue
    entry.texts[index] = null
    entry.open -= 1
  }
}

export function textOf({ entry, index }: AnyClaim): string {
  return entry.texts[index] ?? ''
}

export function openTexts(entry: HeldEntry): string[] {
  return entry.texts.filter((text) => text !== null)
}

export function isAlone(entry: HeldEntry): boolean {
  return entry.texts.length === 1
}

/** None of its messages is settled: it can be given back as it is. */
export function isUntouched(entry: HeldEntry): boolean {
  return entry.open === entry.texts.length
}
