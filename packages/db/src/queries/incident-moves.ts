import type { Resolution, Severity } from '@repo/domain/incident'
import type { OutcomeCode } from '@repo/domain/outcome'
import { sql as text } from 'drizzle-orm'
import { numbers, texts } from '../columns.ts'
import type { Sql } from '../database.ts'

/** Incidents as verdicts open, change and end them. All of it happens under the lock of the monitor's state. */

export interface StandingIncident {
  readonly id: string
  readonly monitorKey: number
  readonly severity: Severity
  /** Nobody was told of it. */
  readonly isSilent: boolean
  readonly stormId: string | null
}

/** The open incidents of monitors, by their keys. */
export async function findOpenIncidents(
  sql: Sql,
  monitorKeys: readonly number[],
): Promise<ReadonlyMap<number, StandingIncident>> {
  if (monitorKeys.length === 0) return new Map()
  const { rows } = await sql.execute<{ [Field in keyof StandingIncident]: StandingIncident[Field] }>(text`
    select id, monitor_key as "monitorKey", severity, silent_because is not null as "isSilent", storm_id as "stormId" from incident
    where ended_at is null and monitor_key = any(${numbers(monitorKeys, (key) => key)}::integer[])`)
  return new Map(rows.map((row) => [row.monitorKey, row]))
}

/**
 * Of these monitors those whose last incident a person has ended, and that were not well since: what goes on is nothing that people
 * have not dealt with.
 */
export async function findDismissed(sql: Sql, monitorKeys: readonly number[]): Promise<ReadonlySet<number>> {
  if (monitorKeys.length === 0) return new Set()
  const { rows } = await sql.execute<{ monitor_key: number }>(text`
    select i.monitor_key
    from (
      select distinct on (monitor_key) monitor_key, resolution, closed_at from incident
      where monitor_key = any(${numbers(monitorKeys, (key) => key)}::integer[]) order by monitor_key, began_at desc
    ) i join monitor m using (monitor_key)
    where i.resolution in ('by_hand', 'merged') and not exists (
      select from state_interval s
      where s.monitor_key = i.monitor_key and coalesce(s.ended_at, 'infinity') > i.closed_at
        and (s.status = 'up' or (s.status = 'degraded' and not coalesce((m.policy->>'degradedIsIncident')::boolean, false))))`)
  return new Set(rows.map((row) => row.monitor_key))
}

export interface NewIncident {
  readonly id: string
  readonly monitorKey: number
  readonly workspaceId: string
  readonly severity: Severity
  /** The first failing check. */
  readonly beganAtMs: number
  readonly openedAtMs: number
  readonly cause: { readonly code: OutcomeCode; readonly message: string; readonly region: string | null }
  /** What it may have in common with others; see `stormKeys`. */
  readonly traits: readonly string[]
}

/** @returns those that were opened: of a monitor that has one already none is. */
export async function openIncidents(sql: Sql, opened: readonly NewIncident[]): Promise<ReadonlySet<string>> {
  if (opened.length === 0) return new Set()
  const { rows } = await sql.execute<{ id: string }>(text`
    insert into incident (id, monitor_key, workspace_id, severity, began_at, opened_at, cause_code, cause_message, cause_region, traits)
    select id, monitor_key, workspace_id, severity, to_timestamp(began_ms / 1000), to_timestamp(opened_ms / 1000), code, message, region,
      array(select jsonb_array_elements_text(traits::jsonb))
    from unnest(
      ${texts(opened, (one) => one.id)}::uuid[], ${numbers(opened, (one) => one.monitorKey)}::integer[],
      ${texts(opened, (one) => one.workspaceId)}::uuid[], ${texts(opened, (one) => one.severity)}::text[],
      ${numbers(opened, (one) => one.beganAtMs)}::float8[], ${numbers(opened, (one) => one.openedAtMs)}::float8[],
      ${texts(opened, ({ cause }) => cause.code)}::text[], ${texts(opened, ({ cause }) => cause.message)}::text[],
      ${texts(opened, ({ cause }) => cause.region)}::text[], ${texts(opened, ({ traits }) => JSON.stringify(traits))}::text[]
    ) as o (id, monitor_key, workspace_id, severity, began_ms, opened_ms, code, message, region, traits)
    on conflict (monitor_key) where ended_at is null do nothing
    returning id`)
  return new Set(rows.map((row) => row.id))
}

export async function changeSeverities(
  sql: Sql,
  changed: readonly { readonly id: string; readonly severity: Severity }[],
): Promise<void> {
  if (changed.length === 0) return
  await sql.execute(text`
    update incident i set severity = c.severity, version = version + 1
    from unnest(${texts(changed, (one) => one.id)}::uuid[], ${texts(changed, (one) => one.severity)}::text[]) as c (id, severity)
    where i.id = c.id and i.ended_at is null`)
}

export interface EndedIncident {
  readonly id: string
  /** The first passing check. */
  readonly endedAtMs: number
  readonly closedAtMs: number
  readonly resolution: Resolution
}

/** @returns those that this ended: one that somebody else has ended stays as it is. */
export async function endIncidents(sql: Sql, ended: readonly EndedIncident[]): Promise<ReadonlySet<string>> {
  if (ended.length === 0) return new Set()
  const { rows } = await sql.execute<{ id: string }>(text`
    update incident i
    set ended_at = greatest(i.began_at, to_timestamp(e.ended_ms / 1000)), closed_at = to_timestamp(e.closed_ms / 1000), resolution = e.resolution,
      version = version + 1
    from unnest(
      ${texts(ended, (one) => one.id)}::uuid[], ${numbers(ended, (one) => one.endedAtMs)}::float8[],
      ${numbers(ended, (one) => one.closedAtMs)}::float8[], ${texts(ended, (one) => one.resolution)}::text[]
    ) as e (id, ended_ms, closed_ms, resolution)
    where i.id = e.id and i.ended_at is null
    returning i.id`)
  return new Set(rows.map((row) => row.id))
}

/** What happened in an incident. The kinds are those of `packages/contracts/src/incidents.ts`. */
export interface NewEntry {
  readonly incidentId: string
  readonly workspaceId: string
  readonly atMs: number
  readonly kind: string
  readonly body: object
  readonly actor?: { readonly id: string; readonly name: string } | null
}

/** An incident that never ends must not fill the table: beyond so many entries ours are left out; people's are not. */
const MOST_OF_OURS = 500

export async function addEntries(sql: Sql, entries: readonly NewEntry[]): Promise<void> {
  if (entries.length === 0) return
  await sql.execute(text`
    insert into incident_entry (incident_id, workspace_id, at, kind, body, actor_id, actor_name)
    select incident_id, workspace_id, to_timestamp(at_ms / 1000), kind, body::jsonb, actor_id, actor_name
    from unnest(
      ${texts(entries, (one) => one.incidentId)}::uuid[], ${texts(entries, (one) => one.workspaceId)}::uuid[],
      ${numbers(entries, (one) => one.atMs)}::float8[], ${texts(entries, (one) => one.kind)}::text[],
      ${texts(entries, (one) => JSON.stringify(one.body))}::text[], ${texts(entries, (one) => one.actor?.id ?? null)}::uuid[],
      ${texts(entries, (one) => one.actor?.name ?? null)}::text[]
    ) with ordinality as e (incident_id, workspace_id, at_ms, kind, body, actor_id, actor_name, place)
    where actor_id is not null or kind not in ('region_failing', 'region_passing')
      or (select count(*) from incident_entry o where o.incident_id = e.incident_id) < ${MOST_OF_OURS}
    order by place`)
}
