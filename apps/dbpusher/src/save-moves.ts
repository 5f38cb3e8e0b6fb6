import type { Sql } from '@repo/db/database'
import type { RegionKeys } from '@repo/db/queries/regions'
import { changeIntervals } from '@repo/db/queries/state-intervals'
import { type LockedMonitor, saveStates, saveViews } from '@repo/db/queries/verdicts'
import type { MonitorMove } from '@repo/domain/monitor-move'
import type { FaultPoint } from '@repo/service/fault-point'
import { type SavedIncident, saveIncidents } from './save-incidents.ts'

export type { SavedIncident } from './save-incidents.ts'

export type Move = MonitorMove & { readonly monitor: LockedMonitor }

export interface MovesMeans {
  readonly regionKeys: RegionKeys
  readonly faultPoint: FaultPoint
  readonly nowMs: number
}

/**
 * Writes down where monitors stand now, and all that follows from it: their histories, incidents with their timelines, and
 * what somebody has to be told of. The monitors are locked.
 */
export async function saveMoves(tx: Sql, moves: readonly Move[], means: MovesMeans): Promise<readonly SavedIncident[]> {
  if (moves.length === 0) return []
  const states = moves.map(({ monitor, ...move }) => ({ monitorKey: monitor.monitorKey, ...move }))
  const views = states.flatMap(({ monitorKey, views }) => views.map((view) => ({ monitorKey, view })))
  await saveViews(tx, views, means.regionKeys)
  await saveStates(tx, states)
  await saveHistory(tx, moves)
  means.faultPoint('between_state_and_outbox')
  return saveIncidents(tx, moves, means)
}

/** One change a monitor at a time, in the order in which they came. */
async function saveHistory(tx: Sql, moves: readonly Move[]): Promise<void> {
  const most = Math.max(...moves.map((move) => move.transitions.length))
  for (let turn = 0; turn < most; turn += 1) {
    await changeIntervals(
      tx,
      moves.flatMap(({ monitor: { monitorKey }, transitions }) => {
        const transition = transitions[turn]
        return transition ? [{ monitorKey, status: transition.status, beganAtMs: transition.sinceMs }] : []
      }),
    )
  }
}
