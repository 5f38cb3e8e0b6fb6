import { parseRegion, type Region } from '@repo/domain/region'
import type { SystemProblem, SystemProblemKind } from '@repo/domain/system-health'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'

/** A stretch of time in which something of ours did not work. */
export interface SystemIncident extends SystemProblem {
  /** A number of up to nineteen digits. */
  readonly id: string
  readonly beganAtMs: number
  readonly endedAtMs: number | null
}

/** One is open of each kind and region: undefined where it is open already. */
export async function openSystemIncident(
  sql: Sql,
  { kind, region, message, details }: SystemProblem,
  beganAtMs: number,
): Promise<string | undefined> {
  const { rows } = await sql.execute<{ id: string }>(text`
    insert into system_incident (kind, region, began_at, message, details)
    values (${kind}, ${region}, ${instant(beganAtMs)}, ${message}, ${JSON.stringify(details)}::jsonb)
    on conflict (kind, coalesce(region, '')) where ended_at is null do nothing
    returning id`)
  return rows[0]?.id
}

/** Undefined where none is open. */
export async function endSystemIncident(
  sql: Sql,
  { kind, region }: Pick<SystemProblem, 'kind' | 'region'>,
  endedAtMs: number,
): Promise<string | undefined> {
  const { rows } = await sql.execute<{ id: string }>(text`
    update system_incident set ended_at = greatest(began_at, ${instant(endedAtMs)})
    where kind = ${kind} and coalesce(region, '') = ${region ?? ''} and ended_at is null
    returning id`)
  return rows[0]?.id
}

/** The oldest first. */
export async function listOpenSystemIncidents(sql: Sql): Promise<SystemIncident[]> {
  const { rows } = await sql.execute<Row & Record<string, unknown>>(text`
    select ${columns} from system_incident where ended_at is null order by began_at, id`)
  return rows.map(toIncident)
}

/** Those that ended, the newest first. */
export async function listEndedSystemIncidents(sql: Sql, limit: number): Promise<SystemIncident[]> {
  const { rows } = await sql.execute<Row & Record<string, unknown>>(text`
    select ${columns} from system_incident where ended_at is not null order by began_at desc, id desc limit ${limit}`)
  return rows.map(toIncident)
}

export async function deleteSystemIncidentsBefore(sql: Sql, beforeMs: number): Promise<void> {
  await sql.execute(text`delete from system_incident where ended_at < ${instant(beforeMs)}`)
}

const columns = text`id, kind, region, ${msOf('began_at')} as began_at_ms, ${msOf('ended_at')} as ended_at_ms, message, details`

interface Row {
  id: string
  kind: SystemProblemKind
  region: string | null
  began_at_ms: number
  ended_at_ms: number | null
  message: string
  details: SystemProblem['details']
}

function toIncident(row: Row): SystemIncident {
  return {
    id: String(row.id),
    kind: row.kind,
    region: regionOf(row.region),
    beganAtMs: row.began_at_ms,
    endedAtMs: row.ended_at_ms,
    message: row.message,
    details: row.details,
  }
}

function regionOf(name: string | null): Region | null {
  return name === null ? null : parseRegion(name)
}
