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

export async function listAnnouncedWindows(sql: Sql): Promise<AnnouncedWindow[]> {
  const { rows } = await sql.execute<AnnouncedRow>(text`
    select w.id as window_id, p.id as page_id, w.workspace_id, w.schedule, w.announcement, ${msOf('w.effective_from')} as effective_from_ms,
      p.published as content,
      case w.applies_to
        when 'tags' then array(select m.id::text from monitor m where m.workspace_id = w.workspace_id and m.tags && w.tags)
        when 'monitors' then array(select m.id::text from maintenance_monitor l join monitor m using (monitor_key) where l.window_id = w.id)
      end as monitor_ids,
      array(select distinct g.group_id::text from monitor_group_member g join monitor m using (monitor_key)
        where g.workspace_id = w.workspace_id and case w.applies_to
          when 'tags' then m.tags && w.tags
          when 'monitors' then exists(select from maintenance_monitor l where l.window_id = w.id and l.monitor_key = m.monitor_key)
          else true
        end) as group_ids
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

export async function deleteMaintenanceToldBefore(sql: Sql, beforeMs: number): Promise<void> {
  await sql.execute(text`delete from page_maintenance_told where from_at < ${instant(beforeMs)}`)
}
