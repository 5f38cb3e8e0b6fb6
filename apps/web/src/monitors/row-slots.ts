/** What a row is drawn with, and whose row it is. A slot stays with its row for as long as that is drawn. */
export interface RowSlot {
  readonly slot: number
  readonly key: string
}

interface Drawn {
  /** Of the rows that are drawn now, as they stand one below the other. */
  readonly keys: readonly string[]
  /** The row that has the focus: nobody takes its slot over, for what is typed would go to another row. */
  readonly focusedKey: string | undefined
  /** Whether the slots stand in the document as their rows do; otherwise each stays where it is, which costs less. */
  readonly isInOrder: boolean
}

/** Gives the slots of rows that left to those that came. @returns the slots as they are to stand in the document. */
export function takeOver(before: readonly RowSlot[], { keys, focusedKey, isInOrder }: Drawn): RowSlot[] {
  const drawn = new Set(keys)
  const slotOf = new Map(before.map(({ slot, key }) => [key, slot]))
  const left = before.filter(({ key }) => !drawn.has(key) && key !== focusedKey).map(({ slot }) => slot)
  let unused = Math.max(-1, ...before.map(({ slot }) => slot)) + 1
  const now = keys.map((key) => {
    const slot = slotOf.get(key) ?? left.shift()
    if (slot !== undefined) return { key, slot }
    unused += 1
    return { key, slot: unused - 1 }
  })
  if (isInOrder) return now
  const bySlot = new Map(now.map((row) => [row.slot, row]))
  const kept = before.flatMap(({ slot }) => bySlot.get(slot) ?? [])
  const known = new Set(kept)
  return [...kept, ...now.filter((row) => !known.has(row))]
}
