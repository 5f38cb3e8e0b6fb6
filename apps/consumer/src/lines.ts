/** A line of people who wait, of whom the urgent go first; among equals whoever came first. */
export class Lines<Item extends { readonly urgent: boolean }> {
  readonly #urgent = new Line<Item>()
  readonly #ordinary = new Line<Item>()

  get length(): number {
    return this.#urgent.length + this.#ordinary.length
  }

  push(item: Item): void {
    ;(item.urgent ? this.#urgent : this.#ordinary).push(item)
  }

  shift(): Item | undefined {
    return this.#urgent.shift() ?? this.#ordinary.shift()
  }

  /** Takes those out of the line that are meant, from wherever they stand. */
  takeWhere(isMeant: (item: Item) => boolean): Item[] {
    return [...this.#urgent.takeWhere(isMeant), ...this.#ordinary.takeWhere(isMeant)]
  }
}

const COMPACT_AT = 1_024

class Line<Item> {
  #items: Item[] = []
  #head = 0

  get length(): number {
    return this.#items.length - this.#head
  }

  push(item: Item): void {
    this.#items.push(item)
  }

  /** At constant cost, however long the line is. */
  shift(): Item | undefined {
    if (this.length === 0) return undefined
    const item = this.#items[this.#head]
    this.#head += 1
    if (this.length === 0 || this.#head >= COMPACT_AT) this.#compact()
    return item
  }

  takeWhere(isMeant: (item: Item) => boolean): Item[] {
    this.#compact()
    const [taken, left]: [Item[], Item[]] = [[], []]
    for (const item of this.#items) (isMeant(item) ? taken : left).push(item)
    if (taken.length > 0) this.#items = left
    return taken
  }

  #compact(): void {
    if (this.#head > 0) this.#items = this.#items.slice(this.#head)
    this.#head = 0
  }
}
