import {
  type PageIncidentId,
  type PageUpdateId,
  parsePageIncidentId,
  parsePageUpdateId,
  parseStatusPageId,
  type StatusPageId,
} from '@repo/domain/ids'
import type { ComponentState, Impact, Phase } from '@repo/domain/status-page'
import { type SQL, sql as text } from 'drizzle-orm'
import { texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { exactMsOf, instant, msOf } from '../instant.ts'
import { type ExpectedVersion, isMeant, type Owned, type Versioned, whyMissed } from './versioned.ts'

/** What a page says of incidents, as its makers see it: drafts are among it. */

export interface TouchedComponent {
  readonly componentId: string
  readonly state: ComponentState
}

export interface PageAuthor {
  readonly id: string
  readonly name: string
}

export interface StoredPageUpdate {
  readonly id: PageUpdateId
  readonly phase: Phase
  readonly body: string
  readonly atMs: number
  /** Null where outsiders do not see it. */
  readonly publishedAtMs: number | null
  /** Null where we wrote it. */
  readonly authorName: string | null
}

export interface StoredPageIncident extends Versioned {
  readonly id: PageIncidentId
  readonly pageId: StatusPageId
  readonly title: string
  readonly impact: Impact
  readonly phase: Phase
  readonly beganAtMs: number
  /** Null of a draft. */
  readonly publishedAtMs: number | null
  readonly resolvedAtMs: number | null
  /** When a person last wrote on it; null where we alone did. */
  readonly writtenAtMs: number | null
  readonly components: readonly TouchedComponent[]
  /** The incidents of monitors that it is about. */
  readonly incidentIds: readonly string[]
  /** The newest first. */
  readonly updates: readonly StoredPageUpdate[]
}

export interface OwnedPageIncident extends Owned<PageIncidentId> {
  readonly pageId: StatusPageId
}

export interface NewPageIncident extends OwnedPageIncident {
  readonly title: string
  readonly impact: Impact
  readonly phase: Phase
  readonly beganAtMs: number
  readonly components: readonly TouchedComponent[]
  /** The incidents of monitors from which it was drafted. */
  readonly incidentIds?: readonly string[]
  /** Whether a person makes it, and not we. */
  readonly isByPerson: boolean
}

/** A draft, without any update. @returns `taken` where one of its incidents is in another one of this page. */
export async function createPageIncident(
  sql: Sql,
  created: NewPageIncident,
  nowMs: number,
): Promise<'created' | 'taken'> {
  const { id, workspaceId, pageId, title, impact, phase, beganAtMs, incidentIds = [], isByPerson } = created
  const now = instant(nowMs)
  await sql.execute(text`
    insert into page_incident (id, page_id, workspace_id, incident_id, title, impact, phase, began_at, written_at, created_at, updated_at)
    values (${id}, ${pageId}, ${workspaceId}, ${incidentIds[0] ?? null}::uuid, ${title}, ${impact}, ${phase}, ${instant(beganAtMs)},
      ${isByPerson ? now : null}, ${now}, ${now})
    on conflict (page_id, incident_id) where incident_id is not null do nothing`)
  const joined = await joinCauses(sql, created, incidentIds)
  if (joined < incidentIds.length) return 'taken'
  await setComponents(sql, created, created.components)
  return 'created'
}

/** @returns how many joined it: those that are in another one of this page stay there. */
export async function joinCauses(
  sql: Sql,
  { id, workspaceId, pageId }: OwnedPageIncident,
  incidentIds: readonly string[],
): Promise<number> {
  if (incidentIds.length === 0) return 0
  const { rowCount } = await sql.execute(text`
    insert into page_incident_cause (page_id, incident_id, page_incident_id, workspace_id)
    select p.page_id, c.id, p.id, p.workspace_id
    from page_incident p, unnest(${texts(incidentIds, String)}::uuid[]) as c (id)
    where p.id = ${id} and p.page_id = ${pageId} and p.workspace_id = ${workspaceId}
    on conflict do nothing`)
  return rowCount ?? 0
}

export async function setComponents(
  sql: Sql,
  { id, workspaceId }: Owned<PageIncidentId>,
  components: readonly TouchedComponent[],
): Promise<void> {
  await sql.execute(text`
    delete from page_incident_component where workspace_id = ${workspaceId} and page_incident_id = ${id}`)
  await sql.execute(text`
    insert into page_incident_component (page_incident_id, component_id, workspace_id, state)
    select ${id}::uuid, component_id, ${workspaceId}::uuid, state
    from unnest(${texts(components, (one) => one.componentId)}::uuid[], ${texts(components, (one) => one.state)}::text[]) as c (component_id, state)`)
}

export async function findPageIncident(sql: Sql, owned: OwnedPageIncident): Promise<StoredPageIncident | undefined> {
  const [found] = await readPageIncidents(sql, { where: isOf(owned, text`i.id = ${owned.id}`), limit: 1 })
  return found
}

/** Where the list goes on: after the incident that began then. */
export interface PageIncidentPlace {
  readonly beganAtMs: number
  readonly id: string
}

/** The newest first. */
export async function listPageIncidents(
  sql: Sql,
  owned: Omit<OwnedPageIncident, 'id'>,
  { limit, cursor }: { readonly limit: number; readonly cursor?: PageIncidentPlace | undefined },
): Promise<{ readonly items: readonly StoredPageIncident[]; readonly next: PageIncidentPlace | null }> {
  const older = cursor ? text`(i.began_at, i.id) < (${instant(cursor.beganAtMs)}, ${cursor.id}::uuid)` : text`true`
  const found = await readPageIncidents(sql, { where: isOf(owned, older), limit: limit + 1 })
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, next: found.length > limit && last ? { beganAtMs: last.exactMs, id: last.id } : null }
}

function isOf({ workspaceId, pageId }: Omit<OwnedPageIncident, 'id'>, further: SQL): SQL {
  return text`i.workspace_id = ${workspaceId} and i.page_id = ${pageId} and ${further}`
}

export async function countPageIncidents(sql: Sql, pageId: StatusPageId): Promise<number> {
  const { rows } = await sql.execute<{ count: number }>(text`
    select count(*)::integer as count from page_incident where page_id = ${pageId}`)
  return rows[0]?.count ?? 0
}

export interface PageIncidentChange extends ExpectedVersion {
  readonly title?: string | undefined
  readonly impact?: Impact | undefined
  readonly beganAtMs?: number | undefined
  readonly components?: readonly TouchedComponent[] | undefined
  readonly isByPerson: boolean
  readonly nowMs: number
}

export async function changePageIncident(
  sql: Sql,
  owned: OwnedPageIncident,
  { title, impact, beganAtMs, components, isByPerson, nowMs, expectedVersion }: PageIncidentChange,
): Promise<'changed' | 'stale' | 'absent'> {
  const values = [text`updated_at = ${instant(nowMs)}`, text`version = version + 1`]
  if (title !== undefined) values.push(text`title = ${title}`)
  if (impact !== undefined) values.push(text`impact = ${impact}`)
  if (beganAtMs !== undefined) values.push(text`began_at = ${instant(beganAtMs)}`)
  if (isByPerson) values.push(text`written_at = ${instant(nowMs)}`)
  const { rowCount } = await sql.execute(text`
    update page_incident set ${text.join(values, text`, `)} where page_id = ${owned.pageId} and ${isMeant(owned, { expectedVersion })}`)
  if (!rowCount) return missed(sql, owned)
  if (components) await setComponents(sql, owned, components)
  return 'changed'
}

/** An incident of another page is absent from this one. */
async function missed(sql: Sql, owned: OwnedPageIncident): Promise<'stale' | 'absent'> {
  return (await findPageIncident(sql, owned)) ? whyMissed(sql, 'page_incident', owned) : 'absent'
}

/** Shows it, with all that was written for it. */
export async function publishPageIncident(
  sql: Sql,
  owned: OwnedPageIncident,
  { nowMs, isByPerson, expectedVersion }: ExpectedVersion & { readonly nowMs: number; readonly isByPerson: boolean },
): Promise<'changed' | 'stale' | 'absent'> {
  const result = await changePageIncident(sql, owned, { nowMs, isByPerson, expectedVersion })
  if (result !== 'changed') return result
  await sql.execute(text`
    update page_incident set published_at = coalesce(published_at, ${instant(nowMs)}) where id = ${owned.id}`)
  await sql.execute(text`
    update page_incident_update set published_at = ${instant(nowMs)} where page_incident_id = ${owned.id} and published_at is null`)
  await settlePhase(sql, owned.id)
  return 'changed'
}

export async function deletePageIncident(
  sql: Sql,
  owned: OwnedPageIncident,
  expected: ExpectedVersion,
): Promise<'deleted' | 'stale' | 'absent'> {
  const { rowCount } = await sql.execute(text`
    delete from page_incident where page_id = ${owned.pageId} and ${isMeant(owned, expected)}`)
  return rowCount ? 'deleted' : missed(sql, owned)
}

/** What it says of itself is what was published of it last; it is over since the first update that said so and was not taken back. */
export async function settlePhase(sql: Sql, id: PageIncidentId): Promise<void> {
  await sql.execute(text`
    with said as (
      select phase, at, id, phase in ('resolved', 'postmortem') as is_over from page_incident_update
      where page_incident_id = ${id} and published_at is not null
    ), last as (select * from said order by at desc, id desc limit 1)
    update page_incident i set phase = last.phase, resolved_at = case when last.is_over then greatest(i.began_at, (
      select min(at) from said where is_over and (at, id) > coalesce(
        (select (o.at, o.id) from said o where not o.is_over order by o.at desc, o.id desc limit 1),
        ('-infinity'::timestamptz, '00000000-0000-0000-0000-000000000000'::uuid)))) end
    from last where i.id = ${id}`)
}

interface IncidentRow extends Record<string, unknown> {
  id: string
  page_id: string
  title: string
  impact: Impact
  phase: Phase
  began_at_ms: number
  exact_ms: number
  published_at_ms: number | null
  resolved_at_ms: number | null
  written_at_ms: number | null
  components: TouchedComponent[]
  incident_ids: string[]
  updates: (Omit<StoredPageUpdate, 'id'> & { id: string })[]
  version: number
  created_at_ms: number
  updated_at_ms: number
}

async function readPageIncidents(
  sql: Sql,
  { where, limit }: { readonly where: SQL; readonly limit: number },
): Promise<(StoredPageIncident & { readonly exactMs: number })[]> {
  const { rows } = await sql.execute<IncidentRow>(text`
    select i.id, i.page_id, i.title, i.impact, i.phase, i.version, ${msOf('i.began_at')} as began_at_ms, ${exactMsOf('i.began_at')} as exact_ms,
      ${msOf('i.published_at')} as published_at_ms, ${msOf('i.resolved_at')} as resolved_at_ms, ${msOf('i.written_at')} as written_at_ms,
      ${msOf('i.created_at')} as created_at_ms, ${msOf('i.updated_at')} as updated_at_ms,
      coalesce((select json_agg(json_build_object('componentId', component_id, 'state', state) order by component_id)
        from page_incident_component where page_incident_id = i.id), '[]') as components,
      array(select incident_id::text from page_incident_cause where page_incident_id = i.id order by incident_id) as incident_ids,
      coalesce((select json_agg(json_build_object('id', id, 'phase', phase, 'body', body, 'atMs', ${msOf('at')},
          'publishedAtMs', ${msOf('published_at')}, 'authorName', author_name) order by at desc, id desc)
        from page_incident_update where page_incident_id = i.id), '[]') as updates
    from page_incident i where ${where} order by i.began_at desc, i.id desc limit ${limit}`)
  return rows.map((row) => ({
    ...{ id: parsePageIncidentId(row.id), pageId: parseStatusPageId(row.page_id) },
    ...{ title: row.title, impact: row.impact, phase: row.phase, version: row.version },
    ...{ beganAtMs: row.began_at_ms, exactMs: row.exact_ms, publishedAtMs: row.published_at_ms },
    ...{ resolvedAtMs: row.resolved_at_ms, writtenAtMs: row.written_at_ms },
    ...{ createdAtMs: row.created_at_ms, updatedAtMs: row.updated_at_ms },
    components: row.components,
    incidentIds: row.incident_ids,
    updates: row.updates.map((update) => ({ ...update, id: parsePageUpdateId(update.id) })),
  }))
}
