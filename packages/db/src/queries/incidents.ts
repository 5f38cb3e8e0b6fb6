import { type IncidentId, type MonitorId, parseIncidentId, parseMonitorId, type WorkspaceId } from '@repo/domain/ids'
import type { Resolution, Severity } from '@repo/domain/incident'
import type { OutcomeCode } from '@repo/domain/outcome'
import { type SQL, sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { exactMsOf, instant, msOf } from '../instant.ts'

/** Incidents of a workspace as people read them. */

export interface Person {
  readonly id: string
  readonly name: string
}

export interface StoredIncident {
  readonly id: IncidentId
  readonly monitorKey: number
  readonly workspaceId: WorkspaceId
  readonly monitorId: MonitorId
  readonly monitorName: string
  readonly severity: Severity
  readonly beganAtMs: number
  readonly openedAtMs: number
  /** Null while it lasts. */
  readonly endedAtMs: number | null
  readonly resolution: Resolution | null
  readonly cause: { readonly code: OutcomeCode; readonly message: string; readonly region: string | null }
  readonly acknowledged: { readonly atMs: number; readonly by: Person } | null
  readonly assignee: Person | null
  readonly stormId: string | null
  readonly parentId: string | null
  readonly silentBecause: 'maintenance' | 'parent' | null
  readonly mergedInto: string | null
  readonly postmortem: string | null
  readonly version: number
}

export interface OwnedIncident {
  readonly workspaceId: WorkspaceId
  readonly id: IncidentId
}

export async function findIncident(sql: Sql, { workspaceId, id }: OwnedIncident): Promise<StoredIncident | undefined> {
  const [found] = await readIncidents(sql, text`i.workspace_id = ${workspaceId} and i.id = ${id}`, 1)
  return found?.incident
}

export interface IncidentCursor {
  readonly beganAtMs: number
  readonly id: string
}

/** Which incidents are meant. Those that last are, whenever they began, as far as `fromMs` goes. */
export interface IncidentFilter {
  /** Only those that last, or only those that are over. */
  readonly isOpen?: boolean | undefined
  readonly isAcknowledged?: boolean | undefined
  readonly monitorId?: string | undefined
  readonly severity?: Severity | undefined
  readonly stormId?: string | undefined
  readonly code?: OutcomeCode | undefined
  /** Where the look was that best explains it. */
  readonly region?: string | undefined
  /** Of its monitor. */
  readonly tag?: string | undefined
  readonly fromMs?: number | undefined
  readonly toMs?: number | undefined
}

export interface IncidentsAsked extends IncidentFilter {
  readonly limit: number
  readonly cursor?: IncidentCursor | undefined
}

export interface IncidentPage {
  readonly items: readonly StoredIncident[]
  readonly next: IncidentCursor | null
}

/** Newest first. */
export async function listIncidents(sql: Sql, workspaceId: WorkspaceId, asked: IncidentsAsked): Promise<IncidentPage> {
  const conditions = conditionsOf(workspaceId, asked)
  const { cursor } = asked
  if (cursor) conditions.push(text`(i.began_at, i.id) < (${instant(cursor.beganAtMs)}, ${cursor.id}::uuid)`)
  const found = await readIncidents(sql, text.join(conditions, text` and `), asked.limit + 1)
  const shown = found.slice(0, asked.limit)
  return {
    items: shown.map(({ incident }) => incident),
    next: (found.length > asked.limit && shown.at(-1)?.at) || null,
  }
}

export interface IncidentCounts {
  /** That last, of which so many are acknowledged. */
  readonly open: number
  readonly acknowledged: number
  readonly resolved: number
}

/** How many there are of each state; beyond `most` of one it is not counted further. */
export async function countIncidents(
  sql: Sql,
  workspaceId: WorkspaceId,
  { most, ...filter }: IncidentFilter & { most: number },
): Promise<IncidentCounts> {
  const { isOpen } = filter
  const count = (isLasting: boolean, isAcknowledged = filter.isAcknowledged): SQL => {
    if (isOpen !== undefined && isOpen !== isLasting) return text`0`
    const where = text.join(conditionsOf(workspaceId, { ...filter, isOpen: isLasting, isAcknowledged }), text` and `)
    return text`(select count(*)::integer from (select from incident i join monitor m using (monitor_key) where ${where} limit ${most}) c)`
  }
  const acknowledged = filter.isAcknowledged === false ? text`0` : count(true, true)
  const { rows } = await sql.execute<{ -readonly [State in keyof IncidentCounts]: number }>(
    text`select ${count(true)} as open, ${acknowledged} as acknowledged, ${count(false)} as resolved`,
  )
  return rows[0] ?? { open: 0, acknowledged: 0, resolved: 0 }
}

function conditionsOf(workspaceId: WorkspaceId, { fromMs, toMs, ...asked }: IncidentFilter): SQL[] {
  const { isOpen, isAcknowledged, monitorId, severity, stormId, code, region, tag } = asked
  const found = [text`i.workspace_id = ${workspaceId}`]
  if (isOpen !== undefined) found.push(isOpen ? text`i.ended_at is null` : text`i.ended_at is not null`)
  if (isAcknowledged !== undefined) found.push(text`(i.acknowledged_at is not null) = ${isAcknowledged}`)
  if (monitorId !== undefined) found.push(text`m.id = ${monitorId}`)
  if (severity !== undefined) found.push(text`i.severity = ${severity}`)
  if (stormId !== undefined) found.push(text`i.storm_id = ${stormId}`)
  if (code !== undefined) found.push(text`i.cause_code = ${code}`)
  if (region !== undefined) found.push(text`i.cause_region = ${region}`)
  if (tag !== undefined) found.push(text`${tag} = any(m.tags)`)
  if (fromMs !== undefined && isOpen !== true) found.push(beganSince(fromMs, isOpen))
  if (toMs !== undefined) found.push(text`i.began_at < ${instant(toMs)}`)
  return found
}

function beganSince(fromMs: number, isOpen: boolean | undefined): SQL {
  const since = text`i.began_at >= ${instant(fromMs)}`
  return isOpen === false ? since : text`(${since} or i.ended_at is null)`
}

interface IncidentRow
  extends Omit<StoredIncident, 'id' | 'workspaceId' | 'monitorId' | 'cause' | 'acknowledged' | 'assignee'> {
  id: string
  monitorId: string
  causeCode: OutcomeCode
  causeMessage: string
  causeRegion: string | null
  acknowledgedAtMs: number | null
  acknowledgedBy: string | null
  acknowledgedName: string | null
  assignedTo: string | null
  assignedName: string | null
  exactBeganAtMs: number
  workspaceId: WorkspaceId
}

async function readIncidents(
  sql: Sql,
  where: SQL,
  limit: number,
): Promise<{ incident: StoredIncident; at: IncidentCursor }[]> {
  const { rows } = await sql.execute<IncidentRow & Record<string, unknown>>(text`
    select i.id, i.monitor_key as "monitorKey", i.workspace_id as "workspaceId", m.id as "monitorId", m.name as "monitorName", i.severity,
      ${msOf('i.began_at')} as "beganAtMs", ${exactMsOf('i.began_at')} as "exactBeganAtMs", ${msOf('i.opened_at')} as "openedAtMs",
      ${msOf('i.ended_at')} as "endedAtMs", i.resolution, i.cause_code as "causeCode", i.cause_message as "causeMessage",
      i.cause_region as "causeRegion", ${msOf('i.acknowledged_at')} as "acknowledgedAtMs", i.acknowledged_by as "acknowledgedBy",
      i.acknowledged_name as "acknowledgedName", i.assigned_to as "assignedTo", i.assigned_name as "assignedName",
      i.storm_id as "stormId", i.parent_id as "parentId", i.silent_because as "silentBecause", i.merged_into as "mergedInto",
      i.postmortem, i.version
    from incident i join monitor m using (monitor_key) where ${where} order by i.began_at desc, i.id desc limit ${limit}`)
  return rows.map((row) => ({ incident: toIncident(row), at: { beganAtMs: row.exactBeganAtMs, id: row.id } }))
}

function toIncident({
  causeCode,
  causeMessage,
  causeRegion,
  acknowledgedAtMs,
  acknowledgedBy,
  acknowledgedName,
  assignedTo,
  assignedName,
  exactBeganAtMs: _,
  ...row
}: IncidentRow): StoredIncident {
  const by = personOf(acknowledgedBy, acknowledgedName)
  return {
    ...row,
    id: parseIncidentId(row.id),
    monitorId: parseMonitorId(row.monitorId),
    cause: { code: causeCode, message: causeMessage, region: causeRegion },
    acknowledged: acknowledgedAtMs !== null && by ? { atMs: acknowledgedAtMs, by } : null,
    assignee: personOf(assignedTo, assignedName),
  }
}

function personOf(id: string | null, name: string | null): Person | null {
  return id === null ? null : { id, name: name ?? '' }
}

export interface StoredEntry {
  readonly id: number
  readonly atMs: number
  readonly kind: string
  readonly body: Record<string, unknown>
  readonly actor: Person | null
}

export interface EntryPage {
  readonly items: readonly StoredEntry[]
  readonly next: { readonly id: number } | null
}

/** What happened in an incident, in the order in which it was written down. */
export async function listEntries(
  sql: Sql,
  { workspaceId, id }: OwnedIncident,
  { limit, cursor }: { limit: number; cursor?: { readonly id: number } | undefined },
): Promise<EntryPage> {
  const { rows } = await sql.execute<EntryRow & Record<string, unknown>>(text`
    select id::float8 as id, ${msOf('at')} as "atMs", kind, body, actor_id as "actorId", actor_name as "actorName" from incident_entry
    where workspace_id = ${workspaceId} and incident_id = ${id} and id > ${cursor?.id ?? 0}::bigint order by id limit ${limit + 1}`)
  const items = rows
    .slice(0, limit)
    .map(({ actorId, actorName, ...row }) => ({ ...row, actor: personOf(actorId, actorName) }))
  const last = items.at(-1)
  return { items, next: rows.length > limit && last ? { id: last.id } : null }
}

interface EntryRow extends Omit<StoredEntry, 'actor'> {
  actorId: string | null
  actorName: string | null
}
