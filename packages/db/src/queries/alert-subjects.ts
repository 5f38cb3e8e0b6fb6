import type { Severity } from '@repo/domain/incident'
import type { Outcome, OutcomeCode } from '@repo/domain/outcome'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { msOf } from '../instant.ts'
import { verdictKey } from '../verdict-key.ts'

/** What messages say of that which they are about, as it is when they are written. */

export interface SubjectMonitor {
  readonly monitorKey: number
  readonly id: string
  readonly name: string
  readonly target: string
  readonly regions: readonly string[]
  /** Those of them that find it failing. */
  readonly failing: readonly string[]
}

export interface SubjectIncident {
  readonly id: string
  readonly severity: Severity
  readonly beganAtMs: number
  readonly endedAtMs: number | null
  readonly cause: { readonly code: OutcomeCode; readonly message: string }
  /** What was seen of it first: `HTTP 503 after 212 ms from 192.0.2.7`. */
  readonly evidence: string | null
  readonly monitor: SubjectMonitor
}

const monitorColumns = text`m.monitor_key, m.id as monitor_id, m.name, m.target, m.regions,
  array(select r.name from monitor_region v join region r using (region_key)
    where v.monitor_key = m.monitor_key and v.vote in (${verdictKey('down')}, ${verdictKey('degraded')}) and r.name = any(m.regions) order by r.name) as failing`

interface MonitorRow {
  monitor_key: number
  monitor_id: string
  name: string
  target: string
  regions: string[]
  failing: string[]
}

export async function findSubjectIncident(sql: Sql, incidentId: string): Promise<SubjectIncident | undefined> {
  const { rows } = await sql.execute<IncidentRow & Record<string, unknown>>(text`
    select i.id, i.severity, ${msOf('i.began_at')} as began_ms, ${msOf('i.ended_at')} as ended_ms, i.cause_code as code, i.cause_message as message,
      (select e.body->'outcome' from incident_entry e where e.incident_id = i.id and e.kind = 'evidence' order by e.id limit 1) as outcome,
      ${monitorColumns}
    from incident i join monitor m using (monitor_key) where i.id = ${incidentId}`)
  const row = rows[0]
  return (
    row && {
      id: row.id,
      severity: row.severity,
      beganAtMs: row.began_ms,
      endedAtMs: row.ended_ms,
      cause: { code: row.code, message: row.message },
      evidence: row.outcome && seenIn(row.outcome),
      monitor: toMonitor(row),
    }
  )
}

interface IncidentRow extends MonitorRow {
  id: string
  severity: Severity
  began_ms: number
  ended_ms: number | null
  code: OutcomeCode
  message: string
  outcome: Partial<Outcome> | null
}

function seenIn({ status, phases, address, message }: Partial<Outcome>): string {
  const what = status == null ? (message ?? 'no answer') : `HTTP ${status}`
  const after = phases ? ` after ${Math.round(phases.total / 1_000)} ms` : ''
  return `${what}${after}${address ? ` from ${address}` : ''}`
}

export async function findSubjectMonitor(sql: Sql, monitorKey: number): Promise<SubjectMonitor | undefined> {
  const { rows } = await sql.execute<MonitorRow & Record<string, unknown>>(text`
    select ${monitorColumns} from monitor m where m.monitor_key = ${monitorKey}`)
  return rows[0] && toMonitor(rows[0])
}

function toMonitor(row: MonitorRow): SubjectMonitor {
  const { monitor_key: monitorKey, monitor_id: id, name, target, regions, failing } = row
  return { monitorKey, id, name, target, regions, failing }
}

export interface SubjectStorm {
  readonly trait: string
  readonly beganAtMs: number
  readonly endedAtMs: number | null
  /** The first of them, by when they began. */
  readonly members: readonly string[]
  readonly count: number
  /** One that may stand for all. */
  readonly firstIncidentId: string | null
  readonly cause: { readonly code: OutcomeCode; readonly message: string } | null
}

const namedMembers = 10

export async function findSubjectStorm(sql: Sql, stormId: string): Promise<SubjectStorm | undefined> {
  const { rows } = await sql.execute<{
    trait: string
    began_ms: number
    ended_ms: number | null
    members: string[]
    count: number
    first: string | null
    code: OutcomeCode | null
    message: string | null
  }>(text`
    select s.trait, coalesce(f.began_ms, ${msOf('s.began_at')}) as began_ms, f.ended_ms, f.members, f.count, f.first, f.code, f.message
    from storm s, lateral (
      select floor(extract(epoch from min(i.began_at)) * 1000)::float8 as began_ms, count(*)::integer as count,
        case when bool_and(i.ended_at is not null) then floor(extract(epoch from max(i.ended_at)) * 1000)::float8 end as ended_ms,
        coalesce((array_agg(m.name order by i.began_at, m.name))[1:${namedMembers}], '{}') as members,
        (array_agg(i.id order by i.began_at, m.name))[1] as first, (array_agg(i.cause_code order by i.began_at, m.name))[1] as code,
        (array_agg(i.cause_message order by i.began_at, m.name))[1] as message
      from incident i join monitor m using (monitor_key) where i.storm_id = s.id
    ) f where s.id = ${stormId}`)
  const row = rows[0]
  if (!row) return undefined
  const { trait, members, count, code, message } = row
  return {
    ...{ trait, members, count },
    beganAtMs: row.began_ms,
    endedAtMs: row.ended_ms,
    firstIncidentId: row.first,
    cause: code === null || message === null ? null : { code, message },
  }
}

export interface SubjectGroup {
  readonly groupId: string
  readonly name: string
  readonly beganAtMs: number
  readonly endedAtMs: number | null
  /** The members that did not work when it began. */
  readonly failing: readonly string[]
}

export async function findSubjectGroup(sql: Sql, outageId: string): Promise<SubjectGroup | undefined> {
  const { rows } = await sql.execute<{ [Field in keyof SubjectGroup]: SubjectGroup[Field] }>(text`
    select g.id as "groupId", g.name, ${msOf('o.began_at')} as "beganAtMs", ${msOf('o.ended_at')} as "endedAtMs", o.failing
    from group_outage o join monitor_group g on g.id = o.group_id where o.id = ${outageId}`)
  return rows[0]
}
