import { type IncidentId, parseIncidentId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../src/database.ts'
import { addEntries, endIncidents, type NewIncident, openIncidents } from '../src/queries/incident-moves.ts'
import type { StoredMonitor } from '../src/queries/monitors.ts'

/** What a test says of an incident; it lasts where no end is given. */
export interface Told extends Partial<Omit<NewIncident, 'id' | 'monitorKey' | 'workspaceId'>> {
  readonly endedAtMs?: number
}

/** An incident of a monitor with the entry of its opening, as whoever reaches verdicts makes one: of a minute, from noon on. */
export async function addIncident(
  sql: Sql,
  { monitorKey, workspaceId }: Pick<StoredMonitor, 'monitorKey' | 'workspaceId'>,
  { endedAtMs, ...told }: Told = {},
): Promise<IncidentId> {
  const id = parseIncidentId(crypto.randomUUID())
  const cause = { code: 'TCP_REFUSED', message: 'refused', region: 'a' } as const
  const beganAtMs = told.beganAtMs ?? noonMs - 60_000
  const incident: NewIncident = {
    ...{ id, monitorKey, workspaceId, cause, beganAtMs },
    ...{ severity: 'down', openedAtMs: beganAtMs + 10_000, traits: [] },
    ...told,
  }
  if (!(await openIncidents(sql, [incident])).has(id)) throw new Error('this monitor has an open incident')
  const { severity, openedAtMs: atMs } = incident
  await addEntries(sql, [{ incidentId: id, workspaceId, atMs, kind: 'opened', body: { severity, cause } }])
  if (endedAtMs !== undefined)
    await endIncidents(sql, [{ id, endedAtMs, closedAtMs: endedAtMs, resolution: 'recovered' }])
  return id
}

/** What people are to be told of an incident: `resolved by_hand`. */
export async function eventsOf(sql: Sql, id: IncidentId): Promise<string[]> {
  const { rows } = await sql.execute<{ told: string }>(text`
    select concat_ws(' ', event, body->>'resolution') as told from outbox where incident_id = ${id} order by id`)
  return rows.map(({ told }) => told)
}
