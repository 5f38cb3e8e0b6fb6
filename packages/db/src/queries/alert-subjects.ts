import type { Severity } from '@repo/domain/incident'
import type { Outcome, OutcomeCode } from '@repo/domain/outcome'
import { sql as text } from 'drizzle-orm'
import { numbers, texts } from '../columns.ts'
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

/** Those that there still are, by their ids. */
export async function findSubjectIncidents(
  sql: Sql,
  incidentIds: readonly string[],
): Promise<ReadonlyMap<string, SubjectIncident>> {
  if (incidentIds.length === 0) return new Map()
  const { rows } = await sql.execute<IncidentRow & Record<string, unknown>>(text`
    select i.id, i.severity, ${msOf('i.began_at')} as began_ms, ${msOf('i.ended_at')} as ended_ms, i.cause_code as code, i.cause_message as message,
      (select e.body->'outcome' from incident_entry e where e.incident_id = i.id and e.kind = 'evidence' order by e.id limit 1) as outcome,
      ${monitorColumns}
    from incident i join monitor m using (monitor_key) where i.id = any(${texts(incidentIds, String)}::uuid[])`)
  return new Map(rows.map((row) => [row.id, toIncident(row)]))
}

function toIncident(row: IncidentRow): SubjectIncident {
  return {
    id: row.id,
    severity: row.severity,
    beganAtMs: row.began_ms,
    endedAtMs: row.ended_ms,
    cause: { code: row.code, message: row.message },
    evidence: row.outcome && seenIn(row.outcome),
    monitor: toMonitor(row),
  }
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

/** Those that there still are, by their keys. */
export async function findSubjectMonitors(
  sql: Sql,
  monitorKeys: readonly number[],
): Promise<ReadonlyMap<number, SubjectMonitor>> {
  if (monitorKeys.length === 0) return new Map()
  const { rows } = await sql.execute<MonitorRow & Record<string, unknown>>(text`
    select ${monitorColumns} from monitor m where m.monitor_key = any(${numbers(monitorKeys, Number)}::integer[])`)
  return new Map(rows.map((row) => [row.monitor_key, toMonitor(row)]))
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

/** Those that there still are, by their ids. */
export async function findSubjectStorms(
  sql: Sql,
  stormIds: readonly string[],
): Promise<ReadonlyMap<string, SubjectStorm>> {
  if (stormIds.length === 0) return new Map()
  const { rows } = await sql.execute<{
    id: string
    trait: string
    began_ms: number
    ended_ms: number | null
    members: string[]
    count: number
    first: string | null
    code: OutcomeCode | null
    message: string | null
  }>(text`
    select s.id, s.trait, coalesce(f.began_ms, ${msOf('s.began_at')}) as began_ms, f.ended_ms, f.members, f.count, f.first, f.code, f.message
    from storm s, lateral (
      select floor(extract(epoch from min(i.began_at)) * 1000)::float8 as began_ms, count(*)::integer as count,
        case when bool_and(i.ended_at is not null) then floor(extract(epoch from max(i.ended_at)) * 1000)::float8 end as ended_ms,
        coalesce((array_agg(m.name order by i.began_at, m.name))[1:${namedMembers}], '{}') as members,
        (array_agg(i.id order by i.began_at, m.name))[1] as first, (array_agg(i.cause_code order by i.began_at, m.name))[1] as code,
        (array_agg(i.cause_message order by i.began_at, m.name))[1] as message
      from incident i join monitor m using (monitor_key) where i.storm_id = s.id
    ) f where s.id = any(${texts(stormIds, String)}::uuid[])`)
  return new Map(
    rows.map(({ id, trait, members, count, code, message, ...row }) => [
      id,
      {
        ...{ trait, members, count },
        beganAtMs: row.began_ms,
        endedAtMs: row.ended_ms,
        firstIncidentId: row.first,
        cause: code === null || message === null ? null : { code, message },
      },
    ]),
  )
}

export interface SubjectGroup {
  readonly groupId: string
  readonly name: string
  readonly beganAtMs: number
  readonly endedAtMs: number | null
  /** The members that did not work when it began. */
  readonly failing: readonly string[]
}

/** Of those outages that there still are, by their ids. */
export async function findSubjectGroups(
  sql: Sql,
  outageIds: readonly string[],
): Promise<ReadonlyMap<string, SubjectGroup>> {
  if (outageIds.length === 0) return new Map()
  const { rows } = await sql.execute<{ id: string } & { [Field in keyof SubjectGroup]: SubjectGroup[Field] }>(text`
    select o.id, g.id as "groupId", g.name, ${msOf('o.began_at')} as "beganAtMs", ${msOf('o.ended_at')} as "endedAtMs", o.failing
    from group_outage o join monitor_group g on g.id = o.group_id where o.id = any(${texts(outageIds, String)}::uuid[])`)
  return new Map(rows.map(({ id, ...group }) => [id, group]))
}
