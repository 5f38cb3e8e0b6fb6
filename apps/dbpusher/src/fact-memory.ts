import type { CheckResult } from '@repo/domain/check'
import { type FactKind, factsIn, nextWarningMs, type WatchedFact } from '@repo/domain/watched-fact'

/** A fact of a monitor that may be news. */
export interface SeenFact {
  readonly monitorKey: number
  readonly fact: WatchedFact
}

/** What was seen lately, so that only what may be news costs a statement: nearly every look sees what the one before saw. */
export interface FactMemory {
  /** Of each monitor, kind and value once. */
  newsIn(results: readonly CheckResult[], nowMs: number): readonly SeenFact[]
  /** After the commit. */
  keep(seen: readonly SeenFact[], nowMs: number): void
}

const remembered = 200_000

export function createFactMemory(): FactMemory {
  /** Until when a value is no news, by monitor and kind. */
  const quietUntilMs = new Map<string, Map<string, number>>()

  return {
    newsIn(results, nowMs) {
      const found = new Map<string, SeenFact>()
      for (const { monitorKey, outcome } of results) {
        if (outcome.verdict === 'unknown') continue
        for (const fact of factsIn(outcome)) {
          const untilMs = quietUntilMs.get(keyOf(monitorKey, fact.kind))?.get(fact.value) ?? 0
          if (nowMs >= untilMs) found.set(`${keyOf(monitorKey, fact.kind)}/${fact.value}`, { monitorKey, fact })
        }
      }
      return [...found.values()]
    },
    keep(seen, nowMs) {
      for (const { monitorKey, fact } of seen) {
        const key = keyOf(monitorKey, fact.kind)
        const values = quietUntilMs.get(key) ?? new Map<string, number>()
        // Those that are not seen any more go with the map, now and then.
        if (values.size >= valuesEach) values.clear()
        values.set(fact.value, nextWarningMs(fact, nowMs) ?? Number.POSITIVE_INFINITY)
        if (quietUntilMs.size >= remembered) quietUntilMs.delete(quietUntilMs.keys().next().value ?? '')
        quietUntilMs.set(key, values)
      }
    },
  }
}

const valuesEach = 16

function keyOf(monitorKey: number, kind: FactKind): string {
  return `${monitorKey}/${kind}`
}
