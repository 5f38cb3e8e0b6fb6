import type { WorkspaceId } from '@repo/domain/ids'
import { type SQL, sql as text } from 'drizzle-orm'
import { texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'

/** What windows with an announcement were before they were changed or deleted. `schedule` and `announcement` are as stored. */
export interface FormerWindow {
  readonly id: string
  readonly windowId: string
  readonly workspaceId: string
  readonly schedule: unknown
  readonly announcement: unknown
  readonly effectiveFromMs: number
  readonly effectiveUntilMs: number
  /** Null where it was of all. */
  readonly monitorIds: readonly string[] | null
}

/** Of a workspace pages remember so many at most, the newest. */
const MOST = 500

/** Keeps what a window is now, where pages tell of it: in the transaction in which it is changed or deleted. */
export async function keepFormer(
  sql: Sql,
  { workspaceId, id }: { readonly workspaceId: WorkspaceId; readonly id: string },
  { isMeant, nowMs }: { readonly isMeant: SQL; readonly nowMs: number },
): Promise<void> {
  await sql.execute(text`
    insert into maintenance_former (id, window_id, workspace_id, schedule, announcement, monitor_ids, effective_from, effective_until)
    select gen_random_uuid(), w.id, w.workspace_id, w.schedule, w.announcement,
      case w.applies_to
        when 'tags' then array(select m.id from monitor m where m.workspace_id = w.workspace_id and m.tags && w.tags)
        when 'monitors' then array(select m.id from maintenance_monitor l join monitor m using (monitor_key) where l.window_id = w.id)
      end, w.effective_from, ${instant(nowMs)}
    from maintenance_window w
    where w.workspace_id = ${workspaceId} and w.id = ${id} and w.announcement is not null and w.effective_from < ${instant(nowMs)} and ${isMeant}`)
}

export async function listFormerWindows(sql: Sql, workspaceIds: readonly string[]): Promise<FormerWindow[]> {
  if (workspaceIds.length === 0) return []
  const { rows } = await sql.execute<FormerWindow & Record<string, unknown>>(text`
    select f.id, f.window_id as "windowId", f.workspace_id as "workspaceId", f.schedule, f.announcement, f.monitor_ids::text[] as "monitorIds",
      ${msOf('f.effective_from')} as "effectiveFromMs", ${msOf('f.effective_until')} as "effectiveUntilMs"
    from unnest(${texts(workspaceIds, String)}::uuid[]) as w (id) cross join lateral (
      select * from maintenance_former where workspace_id = w.id order by effective_until desc limit ${MOST}
    ) f
    order by f.effective_until, f.id`)
  return rows
}

export async function deleteFormerBefore(sql: Sql, beforeMs: number): Promise<void> {
  await sql.execute(text`delete from maintenance_former where effective_until < ${instant(beforeMs)}`)
}
