export interface Paced<Item> {
  add(item: Item): void
  stop(): void
}

/** Gives what comes to `run`: the first at once, then together whatever came in the meantime, once in so long at most. */
export function createPaced<Item>(everyMs: number, run: (items: readonly Item[]) => void): Paced<Item> {
  let waiting: Item[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  let ranAtMs = Number.NEGATIVE_INFINITY

  function give(): void {
    timer = undefined
    ranAtMs = Date.now()
    const items = waiting
    waiting = []
    run(items)
  }

  return {
    add(item) {
      waiting.push(item)
      timer ??= setTimeout(give, Math.max(0, ranAtMs + everyMs - Date.now()))
    },
    stop: () => clearTimeout(timer),
  }
}
