import type { AlertChannel } from '@repo/domain/alert-policy'
import type { OnCallOverride } from '@repo/domain/on-call'
import { sql as text } from 'drizzle-orm'
import { texts } from '../columns.ts'
import type { Sql } from '../database.ts'

/** All that decides who is told in a workspace. Rules and layers are as stored: whoever uses them parses them. */
export interface StoredAlerting {
  readonly policies: readonly { readonly id: string; readonly name: string; readonly rule: unknown }[]
  readonly channels: readonly AlertChannel[]
  readonly schedules: readonly {
    readonly id: string
    readonly layers: unknown
    readonly overrides: readonly OnCallOverride[]
  }[]
}

/**
 * Of each of these workspaces, by their ids, but for those that are deleted: where nobody is to be told any more. What is written by it
 * in the same transaction is there before one of them is deleted, and goes with it. Channels that are paused tell nobody, and neither
 * does one of somebody who left.
 */
export async function readAlerting(
  sql: Sql,
  workspaceIds: readonly string[],
): Promise<ReadonlyMap<string, StoredAlerting>> {
  if (workspaceIds.length === 0) return new Map()
  const { rows } = await sql.execute<{ id: string } & { [Field in keyof StoredAlerting]: StoredAlerting[Field] }>(text`
    select w.id,
      coalesce((
        select json_agg(json_build_object('id', p.id, 'name', p.name, 'rule', p.rule) order by p.id)
        from alert_policy p where p.workspace_id = w.id), '[]') as policies,
      coalesce((
        select json_agg(json_build_object('id', c.id, 'userId', c.user_id) order by c.id)
        from channel c where c.workspace_id = w.id and c.paused_at is null
          and (c.user_id is null or exists (select from membership m where m.workspace_id = w.id and m.user_id = c.user_id))), '[]') as channels,
      coalesce((
        select json_agg(json_build_object('id', s.id, 'layers', s.layers, 'overrides', coalesce((
          select json_agg(json_build_object('userId', o.user_id,
            'fromMs', floor(extract(epoch from o.from_at) * 1000), 'toMs', floor(extract(epoch from o.to_at) * 1000)) order by o.created_at, o.id)
          from on_call_override o where o.schedule_id = s.id), '[]')) order by s.id)
        from on_call_schedule s where s.workspace_id = w.id), '[]') as schedules
    from (
      select id from workspace where id = any(${texts([...new Set(workspaceIds)], String)}::uuid[]) and deleted_at is null
      order by id for key share
    ) w`)
  return new Map(rows.map(({ id, policies, channels, schedules }) => [id, { policies, channels, schedules }]))
}
