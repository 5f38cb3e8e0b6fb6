import type { AlertPart, PlannedEvent } from '@repo/domain/alert-plan'
import type { DeliveryState } from '@repo/domain/delivery'
import type { WorkspaceId } from '@repo/domain/ids'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { exactMsOf, msOf } from '../instant.ts'

/** Who was told what, with every attempt. */

export interface LoggedDelivery {
  readonly id: string
  readonly event: PlannedEvent
  readonly part: AlertPart
  readonly state: DeliveryState
  readonly channel: { readonly id: string; readonly name: string; readonly kind: string }
  readonly policy: { readonly id: string; readonly name: string } | null
  readonly about:
    | { readonly kind: 'monitor' | 'group'; readonly id: string; readonly name: string }
    | { readonly kind: 'storm'; readonly id: string; readonly monitors: number }
  readonly incidentId: string | null
  readonly stormId: string | null
  readonly fallbackOf: string | null
  readonly dueAtMs: number
  readonly nextAtMs: number
  readonly doneAtMs: number | null
  readonly attempts: readonly LoggedAttempt[]
}

export interface LoggedAttempt {
  readonly number: number
  readonly beganAtMs: number
  readonly endedAtMs: number
  readonly outcome: 'accepted' | 'retry' | 'refused' | 'lost'
  readonly reason: string
  readonly answer: string
}

export interface DeliveriesAsked {
  readonly limit: number
  readonly cursor?: { readonly ms: number; readonly id: string } | undefined
  readonly state?: DeliveryState | undefined
  readonly channelId?: string | undefined
  readonly incidentId?: string | undefined
}

export interface DeliveryPage {
  readonly items: readonly LoggedDelivery[]
  readonly next: { readonly ms: number; readonly id: string } | null
}

/** Newest first. Of an incident also what was told of the storm that it is a part of. */
export async function listDeliveries(
  sql: Sql,
  workspaceId: WorkspaceId,
  asked: DeliveriesAsked,
): Promise<DeliveryPage> {
  const { limit, cursor, state, channelId, incidentId } = asked
  const conditions = [text`d.workspace_id = ${workspaceId}`]
  if (cursor) conditions.push(text`(d.due_at, d.id) < (to_timestamp(${cursor.ms}::float8 / 1000), ${cursor.id}::uuid)`)
  if (state) conditions.push(text`d.state = ${state}`)
  if (channelId) conditions.push(text`d.channel_id = ${channelId}::uuid`)
  if (incidentId)
    conditions.push(text`d.story_id in (select id from incident where id = ${incidentId}::uuid
      union select storm_id from incident where id = ${incidentId}::uuid and storm_id is not null)`)
  const { rows } = await sql.execute<Row & Record<string, unknown>>(text`
    select d.id, d.event, d.part, d.state, s.incident_id as "incidentId", s.storm_id as "stormId", d.fallback_of as "fallbackOf",
      json_build_object('id', c.id, 'name', c.name, 'kind', c.kind) as channel,
      ${aboutSql} as about,
      case when p.id is not null then json_build_object('id', p.id, 'name', p.name) end as policy,
      ${msOf('d.due_at')} as "dueAtMs", ${exactMsOf('d.due_at')} as exact, ${msOf('d.next_at')} as "nextAtMs", ${msOf('d.done_at')} as "doneAtMs",
      coalesce((
        select json_agg(json_build_object('number', a.number, 'beganAtMs', ${msOf('a.began_at')}, 'endedAtMs', ${msOf('a.ended_at')},
          'outcome', a.outcome, 'reason', a.reason, 'answer', a.answer) order by a.number)
        from delivery_attempt a where a.delivery_id = d.id), '[]') as attempts
    from delivery d join channel c on c.id = d.channel_id join alert_story s on s.id = d.story_id left join alert_policy p on p.id = d.policy_id
    where ${text.join(conditions, text` and `)} order by d.due_at desc, d.id desc limit ${limit + 1}`)
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return {
    items: items.map(({ exact, ...item }) => item),
    next: rows.length > limit && last ? { ms: last.exact, id: last.id } : null,
  }
}

/** What a story is of is one of these; whatever that is, it has a name. */
const aboutSql = text`case
  when s.storm_id is not null then json_build_object('kind', 'storm', 'id', s.storm_id, 'monitors', (select count(*) from incident i where i.storm_id = s.storm_id))
  when s.group_outage_id is not null then (
    select json_build_object('kind', 'group', 'id', g.id, 'name', g.name)
    from group_outage o join monitor_group g on g.id = o.group_id where o.id = s.group_outage_id)
  else (
    select json_build_object('kind', 'monitor', 'id', m.id, 'name', m.name)
    from monitor m where m.monitor_key = coalesce(s.monitor_key, (select i.monitor_key from incident i where i.id = s.incident_id)))
  end`

type Row = { -readonly [Field in keyof LoggedDelivery]: LoggedDelivery[Field] } & { exact: number }
