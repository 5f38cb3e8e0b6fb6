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

function wayTo(end: MonitorId, cameFrom: ReadonlyMap<MonitorId, MonitorId>): MonitorId[] {
  const way = [end]
  for (let id = cameFrom.get(end); id !== undefined; id = cameFrom.get(id)) way.unshift(id)
  return way
}
