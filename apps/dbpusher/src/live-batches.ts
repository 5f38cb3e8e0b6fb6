import type { LiveBatch, LiveEvent } from '@repo/contracts/live'
import { isoTimeOrNull, toTickJson } from '@repo/contracts/ticks'
import { type CheckResult, toTick } from '@repo/domain/check'
import type { WorkspaceId } from '@repo/domain/ids'
import type { Move, SavedIncident } from './save-moves.ts'

export interface Saved {
  readonly added: readonly CheckResult[]
  readonly moves: readonly Move[]
  readonly incidents: readonly SavedIncident[]
}

/** What those who watch are told of a batch, workspace by workspace; single ticks only where somebody looks at them. */
export function liveBatches(
  { added, moves, incidents }: Saved,
  workspaceOf: (monitorKey: number) => WorkspaceId | undefined,
): LiveBatch[] {
  const byWorkspace = new Map<WorkspaceId, LiveEvent[]>()
  const tell = (workspaceId: WorkspaceId | undefined, event: () => LiveEvent) => {
    if (workspaceId === undefined) return
    const events = byWorkspace.get(workspaceId)
    if (events) events.push(event())
    else byWorkspace.set(workspaceId, [event()])
  }
  for (const result of added) tell(workspaceOf(result.monitorKey), () => tickEvent(result))
  for (const move of moves) {
    // Under maintenance it is shown as that, whatever its regions say.
    if (move.verdict.status !== move.previous && !move.monitor.maintained)
      tell(move.monitor.workspaceId, () => statusEvent(move))
  }
  for (const { workspaceId, incidentId, monitorId } of incidents)
    tell(workspaceId, () => ({ type: 'incident.changed', incidentId, monitorId }))
  return [...byWorkspace].map(([workspaceId, events]) => ({ workspaceId, events }))
}

function tickEvent(result: CheckResult): LiveEvent {
  return { type: 'tick', monitorId: result.monitorId, tick: toTickJson(toTick(result)) }
}

function statusEvent({ monitor, verdict, previous, sinceMs }: Move): LiveEvent {
  return {
    type: 'monitor.status',
    monitorId: monitor.id,
    status: verdict.status,
    previous,
    since: isoTimeOrNull(sinceMs),
    message: verdict.cause?.message ?? null,
  }
}
