import { type MonitorMove, type MonitorStand, moveMonitor, type Sighting } from '../src/monitor-move.ts'

/** Where a monitor stands after a move: what a writer stores, and the next one reads. */
export function standAfter(stand: MonitorStand, move: MonitorMove | undefined): MonitorStand {
  if (!move) return stand
  const changed = new Map(move.views.map((view) => [view.region, view]))
  const views = [...stand.views.filter((view) => !changed.has(view.region)), ...changed.values()]
  return { ...stand, views, status: move.verdict.status, sinceMs: move.sinceMs, recoveries: move.recoveries }
}

/** What became of a monitor, status by status. */
export type History = readonly { readonly status: string; readonly sinceMs: number }[]

/** Applies batches one after the other. */
export function follow(stand: MonitorStand, batches: readonly (readonly Sighting[])[]) {
  const history: { status: string; sinceMs: number }[] = []
  let now = stand
  for (const batch of batches) {
    const move = moveMonitor(now, batch)
    for (const { status, sinceMs } of move?.transitions ?? []) history.push({ status, sinceMs })
    now = standAfter(now, move)
  }
  return { stand: now, history: history as History }
}
