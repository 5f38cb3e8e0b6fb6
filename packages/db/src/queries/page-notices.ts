import type { StatusPageId } from '@repo/domain/ids'
import type { ComponentState, Impact, Phase } from '@repo/domain/status-page'
import { sql as text } from 'drizzle-orm'
import { texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'

/** What people say on published pages beside their content, of any number of pages at once. Drafts are not among it. */

/** What people said of a component that nobody watches; `endedAtMs` is null while it is so. */
export interface SaidState {
  readonly componentId: string
  readonly state: ComponentState
  readonly beganAtMs: number
  readonly endedAtMs: number | null
}

export interface SaidUpdate {
  readonly id: string
  readonly phase: Phase
  readonly body: string
  readonly atMs: number
}

export interface SaidIncident {
  readonly id: string
  readonly title: string
  readonly impact: Impact
  readonly phase: Phase
  readonly beganAtMs: number
  readonly resolvedAtMs: number | null
  readonly components: readonly { readonly componentId: string; readonly state: ComponentState }[]
  /** The newest first. */
  readonly updates: readonly SaidUpdate[]
}

export interface SaidAnnouncement {
  readonly id: string
  readonly title: string
  readonly body: string
  readonly fromMs: number
  readonly untilMs: number | null
}

/** Beyond so many of one page nobody reads. */
const most = { incidents: 200, updates: 100, announcements: 50 } as const

interface Asked {
  /** What ended before is left out. */
  readonly sinceMs: number
}

/** By the page, in order. */
export async function listSaidStates(
  sql: Sql,
  pageIds: readonly StatusPageId[],
  { sinceMs }: Asked,
): Promise<Map<string, SaidState[]>> {
  const { rows } = await sql.execute<SaidState & { pageId: string } & Record<string, unknown>>(text`
    select page_id as "pageId", component_id as "componentId", state, ${msOf('began_at')} as "beganAtMs", ${msOf('ended_at')} as "endedAtMs"
    from component_state
    where page_id = any(${texts(pageIds, String)}::uuid[]) and (ended_at is null or ended_at > ${instant(sinceMs)})
    order by page_id, component_id, began_at`)
  return Map.groupBy(rows, ({ pageId }) => pageId)
}

/** Those that last and those that ended since, the newest first, with the updates that are published. */
export async function listSaidIncidents(
  sql: Sql,
  pageIds: readonly StatusPageId[],
  { sinceMs }: Asked,
): Promise<Map<string, SaidIncident[]>> {
  const { rows } = await sql.execute<SaidIncident & { pageId: string } & Record<string, unknown>>(text`
    select i.page_id as "pageId", i.id, i.title, i.impact, i.phase, ${msOf('i.began_at')} as "beganAtMs",
      ${msOf('i.resolved_at')} as "resolvedAtMs",
      coalesce((select json_agg(json_build_object('componentId', component_id, 'state', state) order by component_id)
        from page_incident_component where page_incident_id = i.id), '[]') as components,
      coalesce((select json_agg(json_build_object('id', id, 'phase', phase, 'body', body, 'atMs', ${msOf('at')}) order by at desc, id desc)
        from (
          select * from page_incident_update where page_incident_id = i.id and published_at is not null
          order by at desc, id desc limit ${most.updates}
        ) u), '[]') as updates
    from unnest(${texts(pageIds, String)}::uuid[]) as p (id) cross join lateral (
      select * from page_incident
      where page_id = p.id and published_at is not null and (resolved_at is null or resolved_at > ${instant(sinceMs)})
      order by resolved_at is null desc, began_at desc, id desc limit ${most.incidents}
    ) i
    order by i.page_id, i.began_at desc, i.id desc`)
  return Map.groupBy(rows, ({ pageId }) => pageId)
}

/** Those that are said now or will be, the newest first. */
export async function listSaidAnnouncements(
  sql: Sql,
  pageIds: readonly StatusPageId[],
  nowMs: number,
): Promise<Map<string, SaidAnnouncement[]>> {
  const { rows } = await sql.execute<SaidAnnouncement & { pageId: string } & Record<string, unknown>>(text`
    select a.page_id as "pageId", a.id, a.title, a.body, ${msOf('a.from_at')} as "fromMs", ${msOf('a.until_at')} as "untilMs"
    from unnest(${texts(pageIds, String)}::uuid[]) as p (id) cross join lateral (
      select * from page_announcement where page_id = p.id and (until_at is null or until_at > ${instant(nowMs)})
      order by from_at desc, id desc limit ${most.announcements}
    ) a
    order by a.page_id, a.from_at desc, a.id desc`)
  return Map.groupBy(rows, ({ pageId }) => pageId)
}

/** A window of which pages tell; `schedule` and `announcement` are as stored, whoever uses them parses them. */
export interface AnnouncedWindow {
  readonly id: string
  readonly workspaceId: string
  readonly version: number
  readonly schedule: unknown
  readonly announcement: unknown
  readonly effectiveFromMs: number
  readonly isOfAll: boolean
}

export async function listAnnouncedWindows(sql: Sql, workspaceIds: readonly string[]): Promise<AnnouncedWindow[]> {
  if (workspaceIds.length === 0) return []
  const { rows } = await sql.execute<AnnouncedWindow & Record<string, unknown>>(text`
    select id, workspace_id as "workspaceId", version, schedule, announcement, ${msOf('effective_from')} as "effectiveFromMs",
      applies_to = 'all' as "isOfAll"
    from maintenance_window
    where announcement is not null and workspace_id = any(${texts(workspaceIds, String)}::uuid[]) order by id`)
  return rows
}

/** The ids of the monitors of those of these windows that are not of all, by the window. */
export async function listAnnouncedMonitors(
  sql: Sql,
  windowIds: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  if (windowIds.length === 0) return new Map()
  const { rows } = await sql.execute<{ window_id: string; monitor_id: string }>(text`
    select w.id as window_id, m.id as monitor_id
    from maintenance_window w join monitor m on m.workspace_id = w.workspace_id and (
      (w.applies_to = 'tags' and m.tags && w.tags)
      or (w.applies_to = 'monitors' and exists (
        select from maintenance_monitor l where l.window_id = w.id and l.monitor_key = m.monitor_key)))
    where w.id = any(${texts(windowIds, String)}::uuid[]) and w.applies_to <> 'all'`)
  const found = Map.groupBy(rows, ({ window_id }) => window_id)
  return new Map([...found].map(([id, covered]) => [id, new Set(covered.map(({ monitor_id }) => monitor_id))]))
}
