import { parseStatusPageId, type StatusPageId, type WorkspaceId } from '@repo/domain/ids'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'

/** Maintenance of which subscribers of pages are told. */

/** A window that says something on a page that somebody is subscribed to. `schedule`, `announcement` and `content` are as stored. */
export interface AnnouncedWindow {
  readonly windowId: string
  readonly pageId: StatusPageId
  readonly workspaceId: WorkspaceId
  readonly schedule: unknown
  readonly announcement: unknown
  /** It says nothing of the time before. */
  readonly effectiveFromMs: number
  readonly content: unknown
  /** The ids of its monitors; null where it is of all. */
  readonly monitorIds: readonly string[] | null
  /** Those that one of them is in. */
  readonly groupIds: readonly string[]
}

interface AnnouncedRow extends Record<string, unknown> {
  window_id: string
  page_id: string
  workspace_id: WorkspaceId
  schedule: unknown
  announcement: unknown
  effective_from_ms: number
  content: unknown
  monitor_ids: string[] | null
  group_ids: string[]
}

/** Whom the window `w` is of. */
const ofMonitors = text`
      case w.applies_to
        when 'tags' then array(select m.id::text from monitor m where m.workspace_id = w.workspace_id and m.tags && w.tags)
        when 'monitors' then array(select m.id::text from maintenance_monitor l join monitor m using (monitor_key) where l.window_id = w.id)
      end as monitor_ids,
      array(select distinct g.group_id::text from monitor_group_member g join monitor m using (monitor_key)
        where g.workspace_id = w.workspace_id and case w.applies_to
          when 'tags' then m.tags && w.tags
          when 'monitors' then exists(select from maintenance_monitor l where l.window_id = w.id and l.monitor_key = m.monitor_key)
          else true
        end) as group_ids`

export async function listAnnouncedWindows(sql: Sql): Promise<AnnouncedWindow[]> {
  const { rows } = await sql.execute<AnnouncedRow>(text`
    select w.id as window_id, p.id as page_id, w.workspace_id, w.schedule, w.announcement, ${msOf('w.effective_from')} as effective_from_ms,
      p.published as content, ${ofMonitors}
    from maintenance_window w join status_page p on p.workspace_id = w.workspace_id
    where w.announcement is not null and p.published is not null
      and exists(select from page_subscriber s where s.page_id = p.id and s.state = 'confirmed')
    order by p.id, w.id`)
  return rows.map((row) => ({
    windowId: row.window_id,
    pageId: parseStatusPageId(row.page_id),
    workspaceId: row.workspace_id,
    schedule: row.schedule,
    announcement: row.announcement,
    effectiveFromMs: row.effective_from_ms,
    content: row.content,
    monitorIds: row.monitor_ids,
    groupIds: row.group_ids,
  }))
}

/** What subscribers were told is to come. `body` is what they were told, as stored. */
export interface PromisedMaintenance {
  readonly windowId: string
  readonly pageId: StatusPageId
  readonly fromMs: number
  readonly body: unknown
  readonly content: unknown
  /** What the window is now; null where it is gone, or says nothing on pages any more. */
  readonly window: Pick<AnnouncedWindow, 'schedule' | 'announcement' | 'monitorIds' | 'groupIds'> | null
}

interface PromisedRow extends Record<string, unknown> {
  window_id: string
  page_id: string
  from_ms: number
  body: unknown
  content: unknown
  schedule: unknown
  announcement: unknown
  monitor_ids: string[] | null
  group_ids: string[] | null
}

/** The clocks of whoever changes windows and of whoever tells of them may differ by so much. */
const CLOCKS_MS = 60_000

/** Of pages that outsiders see, what was not to begin before `sinceMs`, and whose window was changed before it could. */
export async function listPromisedMaintenance(sql: Sql, sinceMs: number): Promise<PromisedMaintenance[]> {
  const { rows } = await sql.execute<PromisedRow>(text`
    select distinct on (t.page_id, t.window_id, t.from_at) t.window_id, t.page_id, ${msOf('t.from_at')} as from_ms, t.body, p.published as content,
      w.schedule, w.announcement, ${ofMonitors}
    from page_maintenance_told t join status_page p on p.id = t.page_id
    left join maintenance_window w on w.id = t.window_id and w.announcement is not null
    where t.part in ('ahead', 'moved') and t.from_at > ${instant(sinceMs)} and p.published is not null
      and exists(select from maintenance_former f
        where f.window_id = t.window_id and f.effective_until > t.told_at - ${CLOCKS_MS}::float8 * interval '1 ms')
      and not exists(select from page_maintenance_told b
        where b.page_id = t.page_id and b.window_id = t.window_id and b.from_at = t.from_at and b.part = 'begun')
      and not exists(select from maintenance_former f
        where f.window_id = t.window_id and f.effective_from <= t.from_at and f.effective_until > t.from_at)
    order by t.page_id, t.window_id, t.from_at, t.part desc`)
  return rows.map(toPromised)
}

function toPromised({ schedule, announcement, ...row }: PromisedRow): PromisedMaintenance {
  const { window_id: windowId, from_ms: fromMs, body, content } = row
  const isTold = announcement !== null
  return {
    ...{ windowId, pageId: parseStatusPageId(row.page_id), fromMs, body, content },
    window: isTold ? { schedule, announcement, monitorIds: row.monitor_ids, groupIds: row.group_ids ?? [] } : null,
  }
}

/** What subscribers were told has begun, and whose window was changed or deleted after that. */
export interface InterruptedMaintenance extends PromisedMaintenance {
  /** When that was last. */
  readonly changedAtMs: number
}

/** Of pages that outsiders see, what was changed after `sinceMs` and is not told to be done. */
export async function listInterruptedMaintenance(sql: Sql, sinceMs: number): Promise<InterruptedMaintenance[]> {
  const { rows } = await sql.execute<PromisedRow & { changed_at_ms: number }>(text`
    select t.window_id, t.page_id, ${msOf('t.from_at')} as from_ms, t.body, p.published as content, ${msOf('f.changed_at')} as changed_at_ms,
      w.schedule, w.announcement, ${ofMonitors}
    from (
      select window_id, max(effective_until) as changed_at from maintenance_former where effective_until > ${instant(sinceMs)} group by window_id
    ) f join page_maintenance_told t on t.window_id = f.window_id join status_page p on p.id = t.page_id
    left join maintenance_window w on w.id = t.window_id and w.announcement is not null
    where t.part = 'begun' and t.body is not null and p.published is not null
      and f.changed_at > t.from_at
      and not exists(select from page_maintenance_told d
        where d.page_id = t.page_id and d.window_id = t.window_id and d.from_at = t.from_at and d.part = 'done')
    order by t.page_id, t.window_id, t.from_at`)
  return rows.map((row) => ({ ...toPromised(row), changedAtMs: row.changed_at_ms }))
}

export async function deleteMaintenanceToldBefore(sql: Sql, beforeMs: number): Promise<void> {
  await sql.execute(text`delete from page_maintenance_told where from_at < ${instant(beforeMs)}`)
}
