'use client'
import { useMemo, useState } from 'react'

export interface Selection {
  readonly ids: ReadonlySet<string>
  set(ids: Iterable<string>): void
}

const none: ReadonlySet<string> = new Set()

/** Which monitors are selected. Another filter is another selection: nothing is done to what is not in sight. */
export function useSelection(filterKey: string): Selection {
  const [held, setHeld] = useState({ key: filterKey, ids: none })
  const ids = held.key === filterKey ? held.ids : none
  return useMemo(() => ({ ids, set: (next) => setHeld({ key: filterKey, ids: new Set(next) }) }), [ids, filterKey])
}

/** What is between two rows, in their order, both of them included; the one alone where the other is not there. */
export function rangeBetween(ids: readonly string[], anchor: string | undefined, end: string): string[] {
  const [from, to] = [anchor === undefined ? -1 : ids.indexOf(anchor), ids.indexOf(end)]
  if (from < 0 || to < 0) return [end]
  return ids.slice(Math.min(from, to), Math.max(from, to) + 1)
}

interface Step {
  id: string
  anchor: string | undefined
  extend: boolean
}

/** A step of selecting: one row is turned over, or all up to the one of the step before are added. */
export function withStep(selected: ReadonlySet<string>, ids: readonly string[], step: Step): Set<string> {
  const next = new Set(selected)
  const isAdded = !selected.has(step.id)
  const range = step.extend ? rangeBetween(ids, step.anchor, step.id) : [step.id]
  for (const id of range) {
    if (isAdded || step.extend) next.add(id)
    else next.delete(id)
  }
  return next
}
