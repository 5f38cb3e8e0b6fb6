import type { OutcomeCode } from '@repo/domain/outcome'
import type { Region } from '@repo/domain/region'
import type { VerdictStatus } from '@repo/domain/verdict'
import { sql as text } from 'drizzle-orm'
import { numbers, texts } from '../columns.ts'
import type { Sql } from '../database.ts'

/** That the verdict of a monitor moved. Somebody has to be told of it, or has to decide that nobody is. */
export interface StatusEvent {
  readonly monitorKey: number
  readonly status: VerdictStatus
  readonly previous: VerdictStatus
  readonly sinceMs: number | null
  readonly cause: { readonly code: OutcomeCode; readonly message: string; readonly region: Region } | null
}

/** Written in the transaction of what happened: there are both, or neither. */
export async function enqueueStatusEvents(sql: Sql, events: readonly StatusEvent[]): Promise<void> {
  if (events.length === 0) return
  await sql.execute(text`
    insert into outbox (monitor_key, event, body)
    select monitor_key, 'status', body::jsonb
    from unnest(
      ${numbers(events, (event) => event.monitorKey)}::integer[],
      ${texts(events, ({ monitorKey: _, ...body }) => JSON.stringify(body))}::text[]
    ) as e (monitor_key, body)`)
}

export async function deleteEventsBefore(sql: Sql, beforeMs: number): Promise<void> {
  await sql.execute(text`delete from outbox where created_at < to_timestamp(${beforeMs}::float8 / 1000)`)
}

/** How many events wait, and for how long the oldest does. */
export async function outboxDepth(sql: Sql): Promise<{ count: number; oldestAgeMs: number }> {
  const { rows } = await sql.execute<{ count: number; oldest_age_ms: number }>(text`
    select count(*)::integer as count, coalesce(extract(epoch from now() - min(created_at)) * 1000, 0)::float8 as oldest_age_ms from outbox`)
  return { count: rows[0]?.count ?? 0, oldestAgeMs: rows[0]?.oldest_age_ms ?? 0 }
}
