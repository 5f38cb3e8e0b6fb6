import type { Resolution, Severity } from '@repo/domain/incident'
import type { OutcomeCode } from '@repo/domain/outcome'
import { sql as text } from 'drizzle-orm'
import { numbers, texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'

/** What somebody has to be told of, or of which has to be decided that nobody is. */
export interface OutboxEvent {
  readonly monitorKey: number
  readonly incidentId: string | null
  readonly event: 'opened' | 'changed' | 'resolved' | 'reopened' | 'storm' | 'advisory' | 'warning'
  readonly body: EventBody
  /** Nobody is told before; null where nothing speaks against telling at once. */
  readonly notBeforeMs?: number | null
}

export interface EventBody {
  readonly severity?: Severity
  readonly beganAtMs?: number
  readonly endedAtMs?: number
  readonly resolution?: Resolution
  readonly cause?: { readonly code: OutcomeCode; readonly message: string; readonly region: string | null } | null
  readonly stormId?: string
  /** Of a storm: what its members have in common. */
  readonly trait?: string
  readonly region?: string
  readonly [more: string]: unknown
}

/** Written in the transaction of what happened: there are both, or neither. */
export async function enqueueEvents(sql: Sql, events: readonly OutboxEvent[]): Promise<void> {
  if (events.length === 0) return
  await sql.execute(text`
    insert into outbox (monitor_key, incident_id, event, body, not_before)
    select monitor_key, incident_id, event, body::jsonb, to_timestamp(not_before_ms / 1000)
    from unnest(
      ${numbers(events, (one) => one.monitorKey)}::integer[], ${texts(events, (one) => one.incidentId)}::uuid[],
      ${texts(events, (one) => one.event)}::text[], ${texts(events, (one) => JSON.stringify(one.body))}::text[],
      ${numbers(events, (one) => one.notBeforeMs ?? null)}::float8[]
    ) as e (monitor_key, incident_id, event, body, not_before_ms)`)
}

/** Incidents whose opening nobody was told of yet, each with the instant before which nobody will be: its end is not told before it. */
export async function listWaiting(
  sql: Sql,
  incidentIds: readonly string[],
  nowMs: number,
): Promise<ReadonlyMap<string, number>> {
  if (incidentIds.length === 0) return new Map()
  const { rows } = await sql.execute<{ id: string; ms: number }>(text`
    select incident_id as id, ${msOf('max(not_before)')} as ms from outbox
    where incident_id = any(${texts(incidentIds, String)}::uuid[]) and event = 'opened' and not_before > ${instant(nowMs)} group by incident_id`)
  return new Map(rows.map(({ id, ms }) => [id, ms]))
}

export async function deleteEventsBefore(sql: Sql, beforeMs: number): Promise<void> {
  await sql.execute(text`delete from outbox where created_at < to_timestamp(${beforeMs}::float8 / 1000)`)
}

/** How many events wait, and for how long the oldest does. */
export async function outboxDepth(sql: Sql): Promise<{ count: number; oldestAgeMs: number }> {
  const { rows } = await sql.execute<{ count: number; oldest_age_ms: number }>(text`
    select count(*)::integer as count, coalesce(extract(epoch from now() - min(created_at)) * 1000, 0)::float8 as oldest_age_ms
    from outbox where planned_at is null`)
  return { count: rows[0]?.count ?? 0, oldestAgeMs: rows[0]?.oldest_age_ms ?? 0 }
}
