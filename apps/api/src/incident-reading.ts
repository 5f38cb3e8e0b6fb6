import type { Entry, Incident, IncidentDetail } from '@repo/contracts/incidents'
import { isoTime, isoTimeOrNull } from '@repo/contracts/ticks'
import type { Sql } from '@repo/db/database'
import {
  type EntryPage,
  findIncident,
  listEntries,
  type OwnedIncident,
  type StoredEntry,
  type StoredIncident,
} from '@repo/db/queries/incidents'
import { encodeCursor } from './cursor.ts'
import { toHtml } from './markdown.ts'
import { AppError } from './problems.ts'

/** @throws AppError `not_found`. */
export async function getIncident(sql: Sql, owned: OwnedIncident): Promise<StoredIncident> {
  const incident = await findIncident(sql, owned)
  if (!incident) throw new AppError('not_found')
  return incident
}

export function toIncidentJson(incident: StoredIncident, nowMs: number): Incident {
  const { id, monitorId, monitorName, beganAtMs, endedAtMs, acknowledged } = incident
  const { severity, resolution, cause, assignee, stormId, parentId, silentBecause, mergedInto, version } = incident
  return {
    id,
    monitor: { id: monitorId, name: monitorName },
    severity,
    beganAt: isoTime(beganAtMs),
    openedAt: isoTime(incident.openedAtMs),
    endedAt: isoTimeOrNull(endedAtMs),
    resolution,
    durationSeconds: Math.max(0, (endedAtMs ?? nowMs) - beganAtMs) / 1_000,
    cause,
    acknowledged: acknowledged && { at: isoTime(acknowledged.atMs), by: acknowledged.by },
    ...{ assignee, stormId, parentId, silentBecause, mergedInto, version },
  }
}

const entriesInDetail = 50

/** An incident with what was written of it, and how its timeline begins. */
export async function toDetailJson(sql: Sql, incident: StoredIncident, nowMs: number): Promise<IncidentDetail> {
  const { postmortem } = incident
  const entries = await listEntries(sql, incident, { limit: entriesInDetail })
  return {
    ...toIncidentJson(incident, nowMs),
    postmortem: postmortem === null ? null : { text: postmortem, html: toHtml(postmortem) },
    timeline: toTimelineJson(entries),
  }
}

export function toTimelineJson({ items, next }: EntryPage): IncidentDetail['timeline'] {
  return { items: items.map(toEntryJson), nextCursor: encodeCursor(next) }
}

/** What people wrote can be shown at once. */
export function toEntryJson({ id, atMs, kind, body, actor }: StoredEntry): Entry {
  const isWritten = kind === 'comment' && typeof body.text === 'string'
  return { id, at: isoTime(atMs), kind, body: isWritten ? { ...body, html: toHtml(String(body.text)) } : body, actor }
}
