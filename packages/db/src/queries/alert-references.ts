import type { AlertedMonitor } from '@repo/domain/alert-policy'
import type { MonitorId, WorkspaceId } from '@repo/domain/ids'
import { sql as text } from 'drizzle-orm'
import { texts } from '../columns.ts'
import type { Sql } from '../database.ts'

/** What policies and schedules name. */
export const referenceKinds = ['channel', 'person', 'schedule', 'group', 'monitor'] as const

export interface Reference {
  readonly kind: (typeof referenceKinds)[number]
  readonly id: string
}

/** Those of these that the workspace does not have. */
export async function findMissing(
  sql: Sql,
  workspaceId: WorkspaceId,
  references: readonly Reference[],
): Promise<Reference[]> {
  if (references.length === 0) return []
  const { rows } = await sql.execute<Reference & Record<string, unknown>>(text`
    select r.kind, r.id from unnest(${texts(references, ({ kind }) => kind)}::text[], ${texts(references, ({ id }) => id)}::uuid[]) as r (kind, id)
    where not case r.kind
      when 'channel' then exists (select from channel c where c.id = r.id and c.workspace_id = ${workspaceId})
      when 'person' then exists (select from membership m where m.user_id = r.id and m.workspace_id = ${workspaceId})
      when 'schedule' then exists (select from on_call_schedule s where s.id = r.id and s.workspace_id = ${workspaceId})
      when 'group' then exists (select from monitor_group g where g.id = r.id and g.workspace_id = ${workspaceId})
      else exists (select from monitor m where m.id = r.id and m.workspace_id = ${workspaceId}) end`)
  return rows
}

export async function findAlertedMonitor(
  sql: Sql,
  { workspaceId, id }: { workspaceId: WorkspaceId; id: MonitorId },
): Promise<AlertedMonitor | undefined> {
  const { rows } = await sql.execute<{ id: string; tags: string[]; groupIds: string[] }>(text`
    select m.id, m.tags, array(select g.group_id::text from monitor_group_member g where g.monitor_key = m.monitor_key) as "groupIds"
    from monitor m where m.workspace_id = ${workspaceId} and m.id = ${id}`)
  return rows[0]
}

export interface NamedMonitor extends AlertedMonitor {
  readonly name: string
}

/** All that are not paused, in the order of their names. */
export async function listAlertedMonitors(sql: Sql, workspaceId: WorkspaceId): Promise<NamedMonitor[]> {
  const { rows } = await sql.execute<{ id: string; name: string; tags: string[]; groupIds: string[] }>(text`
    select m.id, m.name, m.tags, coalesce(g.ids, '{}') as "groupIds"
    from monitor m left join (
      select monitor_key, array_agg(group_id::text) as ids from monitor_group_member where workspace_id = ${workspaceId} group by monitor_key
    ) g using (monitor_key)
    where m.workspace_id = ${workspaceId} and m.paused_at is null order by m.name, m.id`)
  return rows
}
