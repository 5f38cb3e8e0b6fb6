import { type MonitorId, parseMonitorId, parseWorkspaceId, type WorkspaceId } from '@repo/domain/ids'
import type { Severity } from '@repo/domain/incident'
import type { OutcomeCode } from '@repo/domain/outcome'
import { type SQL, sql as text } from 'drizzle-orm'
import { numbers, texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { exactMsOf, instant } from '../instant.ts'

/** Incidents of which nobody is told: their monitor is under maintenance, or hangs on one that is down. */

export interface Silence {
  readonly because: 'maintenance' | 'parent'
  /** The incident of what it hangs on, where that is down. */
  readonly parentId: string | null
}

/**
 * Makes those of these incidents silent of which nobody is to be told, each with the outage that it follows from. They were just
 * opened: what the parents of a batch have in it counts too.
 *
 * @returns them by their ids.
 */
export async function silenceIncidents(
  sql: Sql,
  incidentIds: readonly string[],
): Promise<ReadonlyMap<string, Silence>> {
  if (incidentIds.length === 0) return new Map()
  const ids = texts(incidentIds, String)
  const { rows } = await sql.execute<Silence & { id: string } & Record<string, unknown>>(text`
    update incident i set silent_because = case when w.maintained then 'maintenance' else 'parent' end, parent_id = w.parent_id
    from (
      select o.id, s.maintenance_since is not null as maintained, (
          select p.id from ${downParents(text`o.monitor_key`)} order by p.began_at, p.id limit 1
        ) as parent_id
      from incident o join monitor_state s using (monitor_key) where o.id = any(${ids}::uuid[])
    ) w
    where i.id = w.id and (w.maintained or w.parent_id is not null)
    returning i.id, i.silent_because as because, i.parent_id as "parentId"`)
  return new Map(rows.map(({ id, because, parentId }) => [id, { because, parentId }]))
}

/** The open incidents, as `p`, of what a monitor hangs on and which is down. */
function downParents(childKey: SQL): SQL {
  return text`monitor_dependency d join incident p on p.monitor_key = d.parent_key and p.ended_at is null and p.severity = 'down' and d.child_key = ${childKey}`
}

/**
 * What was found down before that which it hangs on follows from it all the same. Where nobody was told of it yet, nobody will be.
 */
export async function linkChildren(sql: Sql, incidentIds: readonly string[], nowMs: number): Promise<void> {
  if (incidentIds.length === 0) return
  const ids = texts(incidentIds, String)
  const { rows } = await sql.execute<{ id: string }>(text`
    update incident c set parent_id = p.id
    from incident p join monitor_dependency d on d.parent_key = p.monitor_key
    where p.id = any(${ids}::uuid[]) and p.severity = 'down' and c.monitor_key = d.child_key and c.ended_at is null
      and c.parent_id is null and c.id <> all(${ids}::uuid[])
    returning c.id`)
  if (rows.length === 0) return
  await sql.execute(text`
    with untold as (
      delete from outbox where event = 'opened' and not_before > ${instant(nowMs)}
        and incident_id = any(${texts(rows, ({ id }) => id)}::uuid[]) returning incident_id
    )
    update incident i set silent_because = 'parent' from untold where i.id = untold.incident_id`)
}

/** Those of these monitors that hang on something. */
export async function listDependent(sql: Sql, monitorKeys: readonly number[]): Promise<ReadonlySet<number>> {
  if (monitorKeys.length === 0) return new Set()
  const { rows } = await sql.execute<{ child_key: number }>(text`
    select distinct child_key from monitor_dependency
    where child_key = any(${numbers(monitorKeys, (key) => key)}::integer[])`)
  return new Set(rows.map((row) => row.child_key))
}

export interface LateIncident {
  readonly id: string
  readonly monitorKey: number
  readonly monitorId: MonitorId
  readonly workspaceId: WorkspaceId
  readonly severity: Severity
  readonly beganAtMs: number
  readonly cause: { readonly code: OutcomeCode; readonly message: string; readonly region: string | null }
  readonly because: Silence['because']
}

interface Late {
  readonly nowMs: number
  /** What hung on a monitor that came back gets so long to do the same. */
  readonly graceMs: number
}

const incidentsAtOnce = 500

/** The monitors with a silent incident for whose silence there is no reason any more. Of what is not known nobody is told. */
export async function listNoLongerSilent(sql: Sql, late: Late): Promise<number[]> {
  const { rows } = await sql.execute<{ monitor_key: number }>(text`
    select i.monitor_key from incident i where ${isNoLongerSilent(late)} order by i.monitor_key limit ${incidentsAtOnce}`)
  return rows.map((row) => row.monitor_key)
}

function isNoLongerSilent({ nowMs, graceMs }: Late): SQL {
  return text`i.ended_at is null and i.silent_because is not null
    and exists (select from monitor_state s where s.monitor_key = i.monitor_key and s.maintenance_since is null and s.status in ('down', 'degraded'))
    and not exists (select from ${downParents(text`i.monitor_key`)})
    and (i.silent_because = 'maintenance' or not exists (
      select from incident p where p.id = i.parent_id and p.closed_at > ${instant(nowMs - graceMs)}))`
}

/** Ends the silence of incidents, where there is still no reason for it: each is answered once, whoever asks. */
export async function endSilence(sql: Sql, monitorKeys: readonly number[], late: Late): Promise<LateIncident[]> {
  // As whoever reaches verdicts does: each monitor before its state, in the order of their keys.
  const keys = numbers(monitorKeys, (key) => key)
  await sql.execute(text`
    select from monitor m join monitor_state s using (monitor_key) where m.monitor_key = any(${keys}::integer[])
    order by m.monitor_key for key share of m for update of s`)
  const { rows } = await sql.execute<LateRow & Record<string, unknown>>(text`
    update incident i set silent_because = null, version = i.version + 1
    from (select i.id, i.silent_because from incident i where i.monitor_key = any(${keys}::integer[]) and ${isNoLongerSilent(late)}) w, monitor m
    where i.id = w.id and m.monitor_key = i.monitor_key
    returning i.id, i.monitor_key, m.id as monitor_id, i.workspace_id, i.severity, ${exactMsOf('i.began_at')} as began_ms, i.cause_code as code,
      i.cause_message as message, i.cause_region as region, w.silent_because as because`)
  return rows.map((row) => ({
    id: row.id,
    monitorKey: row.monitor_key,
    monitorId: parseMonitorId(row.monitor_id),
    workspaceId: parseWorkspaceId(row.workspace_id),
    severity: row.severity,
    beganAtMs: row.began_ms,
    cause: { code: row.code, message: row.message, region: row.region },
    because: row.because,
  }))
}

interface LateRow {
  id: string
  monitor_key: number
  monitor_id: string
  workspace_id: string
  severity: Severity
  began_ms: number
  code: OutcomeCode
  message: string
  region: string | null
  because: Silence['because']
}
