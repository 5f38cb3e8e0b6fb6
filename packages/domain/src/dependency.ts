import type { MonitorId } from './ids.ts'

/** That a monitor hangs on another: where the parent is down, nobody needs to be told that the child is. */
export interface Dependency {
  readonly childId: MonitorId
  readonly parentId: MonitorId
}

export const dependencyLimits = { parents: 20 } as const

/**
 * The way from a monitor over its parents back to itself, both ends included; undefined where there is none. Every circle goes
 * through the monitor whose parents were changed last, so it is enough to look from there.
 */
export function findCircle(dependencies: readonly Dependency[], from: MonitorId): MonitorId[] | undefined {
  const parentsOf = Map.groupBy(dependencies, ({ childId }) => childId)
  const cameFrom = new Map<MonitorId, MonitorId>()
  const waiting = [from]
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    for (const { parentId } of parentsOf.get(id) ?? []) {
      if (parentId === from) return [...wayTo(id, cameFrom), from]
      if (cameFrom.has(parentId)) continue
      cameFrom.set(parentId, id)
      waiting.push(parentId)
    }
  }
  return undefined
}

/** Any way round, both ends included; undefined where there is none. Takes as long as there are dependencies, however they lie. */
export function findAnyCircle(dependencies: readonly Dependency[]): MonitorId[] | undefined {
  const parentsOf = Map.groupBy(dependencies, ({ childId }) => childId)
  const childrenOf = Map.groupBy(dependencies, ({ parentId }) => parentId)
  // Whoever hangs on nothing that is left is in no circle: so it goes too, and what stays hangs on something that stays.
  const left = new Map([...parentsOf].map(([id, parents]) => [id, parents.length]))
  const free = [...childrenOf.keys()].filter((id) => !left.has(id))
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    for (const { childId } of childrenOf.get(id) ?? []) {
      const count = (left.get(childId) ?? 0) - 1
      if (count > 0) left.set(childId, count)
      else if (left.delete(childId)) free.push(childId)
    }
  }
  const way: MonitorId[] = []
  const seen = new Set<MonitorId>()
  let [id] = left.keys()
  while (id !== undefined && !seen.has(id)) {
    seen.add(id)
    way.push(id)
    id = parentsOf.get(id)?.find(({ parentId }) => left.has(parentId))?.parentId
  }
  return id === undefined ? undefined : [...way.slice(way.indexOf(id)), id]
}

function wayTo(end: MonitorId, cameFrom: ReadonlyMap<MonitorId, MonitorId>): MonitorId[] {
  const way = [end]
  for (let id = cameFrom.get(end); id !== undefined; id = cameFrom.get(id)) way.unshift(id)
  return way
}
