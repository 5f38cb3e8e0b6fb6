import type { FactKind, KnownFact } from '@repo/domain/watched-fact'
import { sql as text } from 'drizzle-orm'
import { numbers, texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { msOf } from '../instant.ts'

export interface StoredFact {
  readonly monitorKey: number
  readonly kind: FactKind
  readonly known: readonly KnownFact[]
}

/** What is known of monitors, of every kind. A monitor that is gone is left out; those that are there stay until the end. */
export async function lockFacts(
  sql: Sql,
  monitorKeys: readonly number[],
): Promise<{ readonly present: ReadonlySet<number>; readonly facts: readonly StoredFact[] }> {
  const keys = numbers(monitorKeys, (key) => key)
  const locked = await sql.execute<{ monitor_key: number }>(text`
    select monitor_key from monitor where monitor_key = any(${keys}::integer[]) order by monitor_key for key share`)
  const { rows } = await sql.execute<{ monitor_key: number; kind: FactKind; known: KnownFact[] }>(text`
    select monitor_key, kind, known from watched_fact where monitor_key = any(${keys}::integer[])`)
  return {
    present: new Set(locked.rows.map((row) => row.monitor_key)),
    facts: rows.map(({ monitor_key, kind, known }) => ({ monitorKey: monitor_key, kind, known })),
  }
}

export interface NewFact extends StoredFact {
  readonly expiresAtMs: number | null
  readonly changedAtMs: number
}

export async function saveKnownFacts(sql: Sql, facts: readonly NewFact[]): Promise<void> {
  if (facts.length === 0) return
  await sql.execute(text`
    insert into watched_fact (monitor_key, kind, known, expires_at, changed_at)
    select monitor_key, kind, known::jsonb, to_timestamp(expires_ms / 1000), to_timestamp(changed_ms / 1000)
    from unnest(
      ${numbers(facts, (fact) => fact.monitorKey)}::integer[], ${texts(facts, (fact) => fact.kind)}::text[],
      ${texts(facts, (fact) => JSON.stringify(fact.known))}::text[], ${numbers(facts, (fact) => fact.expiresAtMs)}::float8[],
      ${numbers(facts, (fact) => fact.changedAtMs)}::float8[]
    ) as f (monitor_key, kind, known, expires_ms, changed_ms)
    order by monitor_key, kind
    on conflict (monitor_key, kind) do update set known = excluded.known, expires_at = excluded.expires_at, changed_at = excluded.changed_at`)
}

/** Of each kind what was seen last: when it was first seen, or people were last warned of it. */
export interface ReadFact {
  readonly kind: FactKind
  readonly known: KnownFact
  readonly expiresAtMs: number | null
  readonly changedAtMs: number
}

/** What is known of one monitor. */
export async function listFacts(sql: Sql, monitorKey: number): Promise<ReadFact[]> {
  const { rows } = await sql.execute<{ [Field in keyof ReadFact]: ReadFact[Field] }>(text`
    select kind, known->-1 as known, ${msOf('expires_at')} as "expiresAtMs", ${msOf('changed_at')} as "changedAtMs"
    from watched_fact where monitor_key = ${monitorKey} order by kind`)
  return rows
}
