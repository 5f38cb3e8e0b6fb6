import { decideIncident, type OpenIncident, type Severity } from './incident.ts'
import { type MonitorMove, type MonitorStand, moveMonitor, type Sighting, type Transition } from './monitor-move.ts'

/** What the same looks would have come to under another policy: the very rules that are applied as they come in. */

/** An incident as it would have been. */
export interface ReplayedIncident {
  readonly severity: Severity
  readonly beganAtMs: number
  /** Null where it would last. */
  readonly endedAtMs: number | null
  readonly cause: { readonly code: string; readonly message: string; readonly region: string } | null
}

export interface Replay {
  readonly stand: MonitorStand
  readonly incidents: readonly ReplayedIncident[]
}

/** Before any look. */
export function beginReplay(stand: MonitorStand): Replay {
  return { stand, incidents: [] }
}

/** Goes on with further looks, later than those before. */
export function replay({ stand, incidents }: Replay, looks: readonly Sighting[]): Replay {
  const move = moveMonitor(stand, looks)
  if (!move) return { stand, incidents }
  const { degradedIsIncident } = stand.policy
  return {
    stand: standAfter(stand, move),
    incidents: move.transitions.reduce((all, one) => follow(all, one, { degradedIsIncident }), incidents),
  }
}

function follow(
  incidents: readonly ReplayedIncident[],
  { status, sinceMs, verdict: { cause } }: Transition,
  choice: { degradedIsIncident: boolean },
): readonly ReplayedIncident[] {
  const last = incidents.at(-1)
  const open: OpenIncident | undefined =
    last && last.endedAtMs === null ? { id: '', severity: last.severity } : undefined
  const step = decideIncident(open, status, choice)
  if (step.kind === 'open') {
    const why = cause && { code: cause.code, message: cause.message, region: cause.region }
    return [...incidents, { severity: step.severity, beganAtMs: sinceMs, endedAtMs: null, cause: why }]
  }
  if (!last || step.kind === 'none') return incidents
  const changed = step.kind === 'resolve' ? { ...last, endedAtMs: sinceMs } : { ...last, severity: step.severity }
  return [...incidents.slice(0, -1), changed]
}

/** Where a monitor stands after a move: what a writer stores, and the next one reads. */
export function standAfter(stand: MonitorStand, move: MonitorMove): MonitorStand {
  const changed = new Map(move.views.map((view) => [view.region, view]))
  const views = [...stand.views.filter((view) => !changed.has(view.region)), ...changed.values()]
  return { ...stand, views, status: move.verdict.status, sinceMs: move.sinceMs, recoveries: move.recoveries }
}
