import { type MonitorMove, type MonitorStand, moveMonitor, type Sighting } from '../src/monitor-move.ts'
import { standAfter as standAfterMove } from '../src/replay.ts'

export function standAfter(stand: MonitorStand, move: MonitorMove | undefined): MonitorStand {
  return move ? standAfterMove(stand, move) : stand
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
