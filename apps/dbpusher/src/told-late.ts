import type { LiveBatch, LiveEvent } from '@repo/contracts/live'
import type { Sql } from '@repo/db/database'
import { enqueueEvents } from '@repo/db/queries/outbox'
import { endSilence, type LateIncident, listNoLongerSilent } from '@repo/db/queries/silence'

/** What hung on something that came back gets so long to come back too, before anybody is told that it did not. */
const graceMs = 60_000

/**
 * Has people told of incidents that were silent and have no reason to be so any more: maintenance ended, or what the monitor
 * hangs on works again, and it is down still. Each is told once.
 *
 * @returns what those who watch are to hear.
 */
export async function tellLate(sql: Sql, nowMs: number): Promise<LiveBatch[]> {
  const late = { nowMs, graceMs }
  const keys = await listNoLongerSilent(sql, late)
  if (keys.length === 0) return []
  const told = await sql.transaction(async (tx) => {
    const incidents = await endSilence(tx, keys, late)
    await enqueueEvents(
      tx,
      incidents.map(({ id, monitorKey, severity, beganAtMs, cause, because }) => ({
        ...{ monitorKey, incidentId: id, event: 'opened' },
        body: { severity, beganAtMs, cause, heldBecause: because },
      })),
    )
    return incidents
  })
  return [...Map.groupBy(told, ({ workspaceId }) => workspaceId)].map(([workspaceId, incidents]) => ({
    workspaceId,
    events: incidents.map(eventOf),
  }))
}

function eventOf({ id, monitorId }: LateIncident): LiveEvent {
  return { type: 'incident.changed', incidentId: id, monitorId }
}
