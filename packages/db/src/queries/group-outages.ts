import type { StandingMember } from '@repo/domain/group-outage'
import { type GroupId, parseGroupId, parseWorkspaceId, type WorkspaceId } from '@repo/domain/ids'
import type { Status } from '@repo/domain/status'
import { sql as text } from 'drizzle-orm'
import { numbers, texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { exactMsOf, instant, msOf } from '../instant.ts'

/** A group with what its members are now; `rule` is as stored: whoever uses it parses it. */
export interface GroupStand {
  readonly id: GroupId
  readonly workspaceId: WorkspaceId
  readonly name: string
  readonly rule: unknown
  readonly members: readonly StandingMember[]
  readonly changedAtMs: number
  readonly open: { readonly id: string; readonly beganAtMs: number; readonly isTold: boolean } | null
}

interface StandRow {
  id: string
  workspace_id: string
  name: string
  rule: unknown
  changed_at_ms: number
  outage_id: string | null
  began_at_ms: number | null
  is_told: boolean
  members: { name: string; weight: number; status: Status; sinceMs: number | null; isTold: boolean }[]
}

/** Every group of the instance. It costs a look at every member. */
export async function listGroupStands(sql: Sql, nowMs: number): Promise<GroupStand[]> {
  const { rows } = await sql.execute<StandRow & Record<string, unknown>>(text`
    select g.id, g.workspace_id, g.name, g.rule, ${msOf('g.updated_at')} as changed_at_ms,
      o.id as outage_id, ${msOf('o.began_at')} as began_at_ms, o.told_at is not null as is_told,
      coalesce((
        select json_agg(json_build_object('name', m.name, 'weight', l.weight, 'status', n.status, 'sinceMs', ${msOf('n.since')}, 'isTold', n.is_told)
          order by lower(m.name), m.id)
        from monitor_group_member l join monitor m using (monitor_key) join monitor_state s using (monitor_key)
        cross join lateral (
          select
            case when m.paused_at is not null then 'paused' when s.maintenance_since is not null then 'maintenance' else s.status end as status,
            coalesce(m.paused_at, s.maintenance_since, s.since) as since,
            s.status <> 'down' or not exists (
              select from incident i where i.monitor_key = m.monitor_key and i.ended_at is null and (i.silent_because is not null
                or exists (select from outbox b where b.incident_id = i.id and b.event = 'opened' and b.not_before > ${instant(nowMs)}))
            ) as is_told
        ) n
        where l.group_id = g.id
      ), '[]') as members
    from monitor_group g left join group_outage o on o.group_id = g.id and o.ended_at is null
    order by g.id`)
  return rows.map((row) => ({
    id: parseGroupId(row.id),
    workspaceId: parseWorkspaceId(row.workspace_id),
    name: row.name,
    rule: row.rule,
    members: row.members,
    changedAtMs: row.changed_at_ms,
    open: row.outage_id === null ? null : { id: row.outage_id, beganAtMs: row.began_at_ms ?? 0, isTold: row.is_told },
  }))
}

export interface NewGroupOutage {
  readonly id: string
  readonly groupId: GroupId
  readonly beganAtMs: number
  readonly failing: readonly string[]
  /** Null where nobody is told yet. */
  readonly toldAtMs: number | null
}

/**
 * Passes over groups that were deleted meanwhile, and those whose outage somebody else opened.
 *
 * @returns the ids of the outages that were really opened.
 */
export async function openGroupOutages(sql: Sql, opened: readonly NewGroupOutage[]): Promise<ReadonlySet<string>> {
  if (opened.length === 0) return new Set()
  const { rows } = await sql.execute<{ id: string }>(text`
    insert into group_outage (id, group_id, workspace_id, began_at, failing, told_at)
    select o.id, g.id, g.workspace_id, to_timestamp(o.began_ms / 1000), array(select jsonb_array_elements_text(o.failing::jsonb)),
      to_timestamp(o.told_ms / 1000)
    from unnest(
      ${texts(opened, ({ id }) => id)}::uuid[], ${texts(opened, ({ groupId }) => groupId)}::uuid[],
      ${numbers(opened, ({ beganAtMs }) => beganAtMs)}::float8[], ${texts(opened, ({ failing }) => JSON.stringify(failing))}::text[],
      ${numbers(opened, ({ toldAtMs }) => toldAtMs)}::float8[]
    ) as o (id, group_id, began_ms, failing, told_ms)
    join monitor_group g on g.id = o.group_id
    on conflict do nothing
    returning id`)
  return new Set(rows.map(({ id }) => id))
}

/** @returns the ids of those of which nobody was told, and which are not over. */
export async function tellGroupOutages(sql: Sql, ids: readonly string[], nowMs: number): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const { rows } = await sql.execute<{ id: string }>(text`
    update group_outage set told_at = ${instant(nowMs)}
    where id = any(${texts(ids, String)}::uuid[]) and told_at is null and ended_at is null returning id`)
  return new Set(rows.map(({ id }) => id))
}

/** @returns the ids of those that were still open. */
export async function endGroupOutages(
  sql: Sql,
  ended: readonly { readonly id: string; readonly endedAtMs: number }[],
): Promise<ReadonlySet<string>> {
  if (ended.length === 0) return new Set()
  const { rows } = await sql.execute<{ id: string }>(text`
    update group_outage o set ended_at = greatest(o.began_at, to_timestamp(e.ended_ms / 1000))
    from unnest(${texts(ended, ({ id }) => id)}::uuid[], ${numbers(ended, ({ endedAtMs }) => endedAtMs)}::float8[]) as e (id, ended_ms)
    where o.id = e.id and o.ended_at is null returning o.id`)
  return new Set(rows.map(({ id }) => id))
}

export interface GroupEvent {
  readonly groupId: GroupId
  readonly event: 'group_down' | 'group_up'
  readonly body: {
    readonly outageId: string
    readonly name: string
    readonly beganAtMs: number
    readonly endedAtMs?: number
    readonly failing?: readonly string[]
  }
}

/** Written in the transaction of what happened: there are both, or neither. */
export async function enqueueGroupEvents(sql: Sql, events: readonly GroupEvent[]): Promise<void> {
  if (events.length === 0) return
  await sql.execute(text`
    insert into outbox (group_id, event, body)
    select g.id, e.event, e.body::jsonb
    from unnest(
      ${texts(events, ({ groupId }) => groupId)}::uuid[], ${texts(events, ({ event }) => event)}::text[],
      ${texts(events, ({ body }) => JSON.stringify(body))}::text[]
    ) as e (group_id, event, body)
    join monitor_group g on g.id = e.group_id`)
}

export interface StoredGroupOutage {
  readonly id: string
  readonly beganAtMs: number
  readonly endedAtMs: number | null
  readonly failing: string[]
}

/** Since when each of these groups does not work; those that do are left out. */
export async function listOpenOutages(
  sql: Sql,
  groupIds: readonly GroupId[],
): Promise<ReadonlyMap<GroupId, { readonly id: string; readonly beganAtMs: number }>> {
  if (groupIds.length === 0) return new Map()
  const { rows } = await sql.execute<{ group_id: string; id: string; began_at_ms: number }>(text`
    select group_id, id, ${msOf('began_at')} as began_at_ms from group_outage
    where group_id = any(${texts(groupIds, String)}::uuid[]) and ended_at is null`)
  return new Map(rows.map((row) => [parseGroupId(row.group_id), { id: row.id, beganAtMs: row.began_at_ms }]))
}

export interface OutagePlace {
  readonly beganAtMs: number
  readonly id: string
}

/** The outages of a group, newest first. */
export async function listGroupOutages(
  sql: Sql,
  groupId: GroupId,
  { limit, after }: { limit: number; after: OutagePlace | undefined },
): Promise<{ items: StoredGroupOutage[]; next: OutagePlace | null }> {
  const older = after ? text`(began_at, id) < (${instant(after.beganAtMs)}, ${after.id}::uuid)` : text`true`
  const { rows } = await sql.execute<{
    id: string
    began_at_ms: number
    exact_ms: number
    ended_at_ms: number | null
    failing: string[]
  }>(text`
    select id, ${msOf('began_at')} as began_at_ms, ${exactMsOf('began_at')} as exact_ms, ${msOf('ended_at')} as ended_at_ms, failing
    from group_outage where group_id = ${groupId} and ${older} order by began_at desc, id desc limit ${limit + 1}`)
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return {
    items: items.map((row) => ({
      id: row.id,
      beganAtMs: row.began_at_ms,
      endedAtMs: row.ended_at_ms,
      failing: row.failing,
    })),
    next: rows.length > limit && last ? { beganAtMs: last.exact_ms, id: last.id } : null,
  }
}
