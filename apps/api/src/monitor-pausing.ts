import type { LiveEvent } from '@repo/contracts/live'
import type { Monitor } from '@repo/contracts/monitors'
import type { Sql } from '@repo/db/database'
import { listEndedByPause } from '@repo/db/queries/incident-deeds'
import { pauseMonitor, resumeMonitor } from '@repo/db/queries/monitors'
import type { ApiDeps } from './deps.ts'
import { incidentEvent } from './incident-changes.ts'
import { getStored, type Owned, toMonitorJson } from './monitor-reading.ts'

export const pausing = {
  pause: { apply: pauseMonitor, action: 'monitor.paused' },
  resume: { apply: resumeMonitor, action: 'monitor.resumed' },
} as const
export type Pausing = keyof typeof pausing

export interface PausingDone {
  readonly after: Monitor
  readonly changed: boolean
  /** What those who watch are told of it. */
  readonly events: readonly LiveEvent[]
}

/** Pauses a monitor, or has it go on. @throws AppError where there is none. */
export async function moveMonitor(
  deps: ApiDeps,
  sql: Sql,
  { owned, way }: { owned: Owned; way: Pausing },
): Promise<PausingDone> {
  const nowMs = deps.clock.nowMs()
  const here = { ...deps, sql }
  const before = await toMonitorJson(here, await getStored(sql, owned), 0)
  const changed = await pausing[way].apply(sql, owned, nowMs)
  const after = await toMonitorJson(here, await getStored(sql, owned))
  if (!changed) return { after, changed, events: [] }
  const ended = await listEndedByPause(sql, { ...owned, ids: [owned.id], nowMs })
  return { after, changed, events: [statusEvent(before, after), ...ended.map(incidentEvent)] }
}

function statusEvent(before: Monitor, after: Monitor): LiveEvent {
  return {
    type: 'monitor.status',
    monitorId: after.id,
    status: after.status,
    previous: before.status,
    since: after.since,
    message: null,
  }
}
