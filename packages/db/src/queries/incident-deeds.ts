import { type IncidentId, type MonitorId, parseIncidentId, parseMonitorId, type WorkspaceId } from '@repo/domain/ids'
import type { Resolution } from '@repo/domain/incident'
import { type SQL, sql as text } from 'drizzle-orm'
import { texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { instant } from '../instant.ts'
import { addEntries, endIncidents, findOpenIncidents } from './incident-moves.ts'
import { findIncident, type OwnedIncident, type Person, type StoredIncident } from './incidents.ts'
import { enqueueEvents, listWaiting, type OutboxEvent } from './outbox.ts'

/** What people do with incidents. All of it happens under the lock of the monitor's state, as what verdicts make of them. */

/** Who does it, and when. */
export interface By {
  readonly actor: Person
  readonly nowMs: number
}

/**
 * Incidents as they are from now until the transaction ends. Each monitor before its state, in the order of their keys, as
 * whoever reaches verdicts does.
 */
export async function lockIncidents(
  tx: Sql,
  { workspaceId, ids }: { workspaceId: WorkspaceId; ids: readonly IncidentId[] },
): Promise<ReadonlyMap<IncidentId, StoredIncident>> {
  await tx.execute(text`
    select from monitor m join monitor_state s using (monitor_key)
    where m.workspace_id = ${workspaceId}
      and m.monitor_key = any(select monitor_key from incident where workspace_id = ${workspaceId} and id = any(${texts(ids, String)}::uuid[]))
    order by m.monitor_key for key share of m for update of s`)
  // Read anew: what was waited for may have changed them.
  const found = new Map<IncidentId, StoredIncident>()
  for (const id of ids) {
    const incident = await findIncident(tx, { workspaceId, id })
    if (incident) found.set(id, incident)
  }
  return found
}

export async function acknowledgeIncident(tx: Sql, incident: StoredIncident, { actor, nowMs }: By): Promise<void> {
  await change(
    tx,
    incident,
    text`acknowledged_at = ${instant(nowMs)}, acknowledged_by = ${actor.id}::uuid, acknowledged_name = ${actor.name}`,
  )
  await note(tx, incident, { by: { actor, nowMs }, kind: 'acknowledged' })
}

export async function unacknowledgeIncident(tx: Sql, incident: StoredIncident, by: By): Promise<void> {
  await change(tx, incident, text`acknowledged_at = null, acknowledged_by = null, acknowledged_name = null`)
  await note(tx, incident, { by, kind: 'unacknowledged' })
}

export async function assignIncident(
  tx: Sql,
  incident: StoredIncident,
  { assignee, ...by }: By & { assignee: Person | null },
): Promise<void> {
  const [id, name] = [assignee?.id ?? null, assignee?.name ?? null]
  await change(tx, incident, text`assigned_to = ${id}::uuid, assigned_name = ${name}`)
  await note(tx, incident, { by, kind: 'assigned', body: { assignee } })
}

export async function savePostmortem(
  tx: Sql,
  incident: StoredIncident,
  { postmortem, ...by }: By & { postmortem: string | null },
): Promise<void> {
  await change(tx, incident, text`postmortem = ${postmortem}`)
  await note(tx, incident, { by, kind: 'postmortem' })
}

/** @returns how many comments there are of it. */
export async function countComments(sql: Sql, { workspaceId, id }: OwnedIncident): Promise<number> {
  const { rows } = await sql.execute<{ count: number }>(text`
    select count(*)::integer as count from incident_entry where workspace_id = ${workspaceId} and incident_id = ${id} and kind = 'comment'`)
  return rows[0]?.count ?? 0
}

export async function addComment(
  tx: Sql,
  incident: StoredIncident,
  { text, ...by }: By & { text: string },
): Promise<void> {
  await note(tx, incident, { by, kind: 'comment', body: { text } })
}

/** Ends an incident that lasts, whatever its monitor says: those who were told that it began are told that it is over. */
export async function resolveIncident(tx: Sql, incident: StoredIncident, by: By): Promise<void> {
  await end(tx, incident, { by, resolution: 'by_hand' })
  await note(tx, incident, { by, kind: 'resolved', body: { resolution: 'by_hand' } })
}

/** Whether it is the one of its monitor that began last. */
export async function isNewest(sql: Sql, { monitorKey, workspaceId, id }: StoredIncident): Promise<boolean> {
  const { rows } = await sql.execute<{ id: string }>(text`
    select id from incident where workspace_id = ${workspaceId} and monitor_key = ${monitorKey} order by began_at desc, id desc limit 1`)
  return rows[0]?.id === id
}

/** Whether nobody looks any more whether its monitor comes back. */
export async function isPaused(sql: Sql, { monitorKey, workspaceId }: StoredIncident): Promise<boolean> {
  const { rows } = await sql.execute<{ paused: boolean }>(text`
    select paused_at is not null as paused from monitor where workspace_id = ${workspaceId} and monitor_key = ${monitorKey}`)
  return rows[0]?.paused === true
}

/** Goes on with an incident that had ended. @returns false, and nothing is changed, where its monitor has an open one. */
export async function reopenIncident(tx: Sql, incident: StoredIncident, by: By): Promise<boolean> {
  const { monitorKey } = incident
  const { rowCount } = await tx.execute(text`
    update incident set ended_at = null, closed_at = null, resolution = null, merged_into = null, version = version + 1
    where id = ${incident.id} and not exists (select from incident o where o.monitor_key = ${monitorKey} and o.ended_at is null)`)
  if (!rowCount) return false
  await note(tx, incident, { by, kind: 'reopened' })
  const { severity, beganAtMs, cause } = incident
  await tell(tx, incident, { event: 'reopened', body: { severity, beganAtMs, cause }, nowMs: by.nowMs })
  return true
}

/** Makes an incident a part of another, which says so too. Where it lasts, it ends. */
export async function mergeIncident(
  tx: Sql,
  incident: StoredIncident,
  { into, ...by }: By & { into: StoredIncident },
): Promise<void> {
  if (incident.endedAtMs === null) await end(tx, incident, { by, resolution: 'merged' })
  else await change(tx, incident, text`resolution = 'merged'`)
  await tx.execute(text`update incident set merged_into = ${into.id} where id = ${incident.id}`)
  await note(tx, incident, { by, kind: 'merged', body: { into: into.id } })
  await note(tx, into, { by, kind: 'merged', body: { from: incident.id } })
}

/** Ends the open incidents of monitors that are paused: nobody looks any more whether they come back. */
export async function endPausedIncidents(
  tx: Sql,
  { workspaceId, monitorKeys, nowMs }: { workspaceId: WorkspaceId; monitorKeys: readonly number[]; nowMs: number },
): Promise<void> {
  const open = [...(await findOpenIncidents(tx, monitorKeys)).values()]
  const resolution = 'paused'
  await endIncidents(
    tx,
    open.map(({ id }) => ({ id, endedAtMs: nowMs, closedAtMs: nowMs, resolution })),
  )
  await addEntries(
    tx,
    open.map(({ id }) => ({ incidentId: id, workspaceId, atMs: nowMs, kind: 'resolved', body: { resolution } })),
  )
  const told = open.filter(({ isSilent }) => !isSilent)
  const waiting = await listWaiting(
    tx,
    told.map(({ id }) => id),
    nowMs,
  )
  await enqueueEvents(
    tx,
    told.map(({ id, monitorKey, severity }) => ({
      ...{ monitorKey, incidentId: id, event: 'resolved', notBeforeMs: waiting.get(id) ?? null },
      body: { severity, endedAtMs: nowMs, resolution },
    })),
  )
}

/** The incidents that ended as these monitors were paused at an instant. */
export async function listEndedByPause(
  sql: Sql,
  { workspaceId, ids, nowMs }: { workspaceId: WorkspaceId; ids: readonly MonitorId[]; nowMs: number },
): Promise<Pick<StoredIncident, 'id' | 'monitorId'>[]> {
  if (ids.length === 0) return []
  const { rows } = await sql.execute<{ id: string; monitor_id: string }>(text`
    select i.id, m.id as monitor_id from monitor m join incident i using (monitor_key)
    where m.workspace_id = ${workspaceId} and m.id = any(${texts(ids, String)}::uuid[])
      and i.resolution = 'paused' and i.closed_at = ${instant(nowMs)} order by i.id`)
  return rows.map((row) => ({ id: parseIncidentId(row.id), monitorId: parseMonitorId(row.monitor_id) }))
}

async function change(tx: Sql, { workspaceId, id }: StoredIncident, values: SQL): Promise<void> {
  await tx.execute(text`
    update incident set ${values}, version = version + 1 where workspace_id = ${workspaceId} and id = ${id}`)
}

async function end(
  tx: Sql,
  incident: StoredIncident,
  { by: { nowMs }, resolution }: { by: By; resolution: Resolution },
): Promise<void> {
  await endIncidents(tx, [{ id: incident.id, endedAtMs: nowMs, closedAtMs: nowMs, resolution }])
  const { severity } = incident
  await tell(tx, incident, { event: 'resolved', body: { severity, endedAtMs: nowMs, resolution }, nowMs })
}

/** Nobody was told of a silent one, so nobody is told what became of it; and nobody before they are told that it began. */
async function tell(
  tx: Sql,
  { id, monitorKey, silentBecause }: StoredIncident,
  { nowMs, ...told }: Pick<OutboxEvent, 'event' | 'body'> & { nowMs: number },
): Promise<void> {
  if (silentBecause !== null) return
  const waiting = await listWaiting(tx, [id], nowMs)
  await enqueueEvents(tx, [{ ...told, monitorKey, incidentId: id, notBeforeMs: waiting.get(id) ?? null }])
}

function note(
  tx: Sql,
  { id, workspaceId }: StoredIncident,
  { by: { actor, nowMs }, kind, body = {} }: { by: By; kind: string; body?: object },
): Promise<void> {
  return addEntries(tx, [{ incidentId: id, workspaceId, atMs: nowMs, kind, body, actor }])
}
