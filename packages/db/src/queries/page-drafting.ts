import {
  type PageUpdateId,
  parsePageIncidentId,
  parsePageUpdateId,
  parseStatusPageId,
  parseWorkspaceId,
  type StatusPageId,
  type WorkspaceId,
} from '@repo/domain/ids'
import { sql as text } from 'drizzle-orm'
import { texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'
import type { OwnedPageIncident } from './page-incidents.ts'

/** What whoever drafts for pages reads: the incidents of monitors that last, and what pages say of them already. */

export interface LastingIncident {
  readonly id: string
  readonly workspaceId: WorkspaceId
  readonly monitorId: string
  readonly stormId: string | null
  readonly beganAtMs: number
  /** The pages that have it in something that they say, or may say. */
  readonly pageIds: readonly string[]
}

/** Of these workspaces, without those that maintenance is the reason of. */
export async function listLastingIncidents(sql: Sql, workspaceIds: readonly string[]): Promise<LastingIncident[]> {
  if (workspaceIds.length === 0) return []
  const { rows } = await sql.execute<
    Omit<LastingIncident, 'workspaceId'> & { workspaceId: string } & Record<string, unknown>
  >(text`
    select i.id, i.workspace_id as "workspaceId", s.id as "monitorId", i.storm_id as "stormId", ${msOf('i.began_at')} as "beganAtMs",
      array(select page_id::text from page_incident_cause where incident_id = i.id) as "pageIds"
    from incident i join monitor_state s using (monitor_key)
    where i.ended_at is null and i.workspace_id = any(${texts(workspaceIds, String)}::uuid[])
      and i.silent_because is distinct from 'maintenance'
    order by i.began_at, i.id limit ${MOST}`)
  return rows.map((row) => ({ ...row, workspaceId: parseWorkspaceId(row.workspaceId) }))
}

/** Beyond so many at once, a page says the same. */
const MOST = 20_000

/** Something on a page that is not over, about incidents of monitors. */
export interface StandingDraft extends OwnedPageIncident {
  readonly isPublished: boolean
  /** A person has written on it. */
  readonly isWritten: boolean
  readonly createdAtMs: number
  readonly beganAtMs: number
  readonly componentIds: readonly string[]
  /** Of the monitors whose incidents last. */
  readonly monitorIds: readonly string[]
  readonly stormIds: readonly string[]
  /** Whether somebody wrote that it is over, and nothing was said since that takes it back. */
  readonly isResolvedByWord: boolean
  /** What we wrote of its beginning, and of its end, and nobody has published. */
  readonly ourBeginning: PageUpdateId | null
  readonly ourEnd: PageUpdateId | null
}

interface DraftRow extends Record<string, unknown> {
  id: string
  page_id: string
  workspace_id: string
  is_published: boolean
  is_written: boolean
  created_at_ms: number
  began_at_ms: number
  component_ids: string[]
  monitor_ids: string[]
  storm_ids: string[]
  is_resolved_by_word: boolean
  our_beginning: string | null
  our_end: string | null
}

export async function listStandingDrafts(sql: Sql, pageIds: readonly StatusPageId[]): Promise<StandingDraft[]> {
  if (pageIds.length === 0) return []
  const draftOf = (phase: string) => text`(
    select u.id from page_incident_update u
    where u.page_incident_id = p.id and u.phase = ${phase} and u.published_at is null and u.author_id is null order by u.at limit 1)`
  const { rows } = await sql.execute<DraftRow>(text`
    select p.id, p.page_id, p.workspace_id, p.published_at is not null as is_published, p.written_at is not null as is_written,
      ${msOf('p.created_at')} as created_at_ms, ${msOf('p.began_at')} as began_at_ms,
      array(select component_id::text from page_incident_component where page_incident_id = p.id) as component_ids,
      c.monitor_ids, c.storm_ids,
      exists (select from page_incident_update u where u.page_incident_id = p.id and u.phase = 'resolved' and not exists (
        select from page_incident_update o where o.page_incident_id = p.id and o.published_at is not null
          and o.phase not in ('resolved', 'postmortem') and (o.at, o.id) > (u.at, u.id))) as is_resolved_by_word,
      ${draftOf('investigating')} as our_beginning, ${draftOf('resolved')} as our_end
    from page_incident p cross join lateral (
      select coalesce(array_agg(s.id::text) filter (where i.ended_at is null), '{}') as monitor_ids,
        coalesce(array_agg(distinct i.storm_id::text) filter (where i.storm_id is not null), '{}') as storm_ids, count(*) as causes
      from page_incident_cause l join incident i on i.id = l.incident_id join monitor_state s using (monitor_key)
      where l.page_incident_id = p.id
    ) c
    where p.page_id = any(${texts(pageIds, String)}::uuid[]) and p.resolved_at is null and (p.written_at is null or c.causes > 0)
    order by p.created_at, p.id`)
  return rows.map((row) => ({
    ...{ id: parsePageIncidentId(row.id), pageId: parseStatusPageId(row.page_id) },
    workspaceId: parseWorkspaceId(row.workspace_id),
    ...{ isPublished: row.is_published, isWritten: row.is_written },
    ...{ createdAtMs: row.created_at_ms, beganAtMs: row.began_at_ms },
    ...{ componentIds: row.component_ids, monitorIds: row.monitor_ids, stormIds: row.storm_ids },
    isResolvedByWord: row.is_resolved_by_word,
    ourBeginning: row.our_beginning === null ? null : parsePageUpdateId(row.our_beginning),
    ourEnd: row.our_end === null ? null : parsePageUpdateId(row.our_end),
  }))
}

/** Says otherwise what we wrote, as long as nobody has published it. */
export async function rewriteOurs(sql: Sql, id: PageUpdateId, body: string): Promise<void> {
  await sql.execute(text`
    update page_incident_update set body = ${body} where id = ${id} and published_at is null and author_id is null`)
}

/** Drafts of ours that nobody has touched or published, of what was over before then, or is gone. @returns how many there were. */
export async function dropStaleDrafts(sql: Sql, beforeMs: number): Promise<number> {
  const { rowCount } = await sql.execute(text`
    delete from page_incident p
    where p.published_at is null and p.written_at is null and p.created_at < ${instant(beforeMs)} and not exists (
      select from page_incident_cause l join incident i on i.id = l.incident_id
      where l.page_incident_id = p.id and (i.ended_at is null or i.ended_at >= ${instant(beforeMs)}))`)
  return rowCount ?? 0
}
