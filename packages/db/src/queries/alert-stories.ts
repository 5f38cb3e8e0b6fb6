import type { AlertStory, PlannedAlert, StoryEvent } from '@repo/domain/alert-plan'
import type { AlertedMonitor } from '@repo/domain/alert-policy'
import type { Severity } from '@repo/domain/incident'
import { sql as text } from 'drizzle-orm'
import { numbers, texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'
import type { GroupEvent } from './group-outages.ts'
import type { EventBody, OutboxEvent } from './outbox.ts'

/** What people are to be told of, from the outbox to the deliveries that are due. One process at a time plans. */

/** Any number that no other lock of this database uses. */
const PLANNING_LOCK = 7_283_146_592

/** @returns false where somebody else plans. The lock ends with the transaction. */
export async function enterPlanning(tx: Sql): Promise<boolean> {
  const { rows } = await tx.execute<{ entered: boolean }>(text`
    select pg_try_advisory_xact_lock(${PLANNING_LOCK}::bigint) as entered`)
  return rows[0]?.entered === true
}

export interface TakenEvent {
  readonly id: number
  readonly workspaceId: string
  /** Null where it is of a group. */
  readonly monitorKey: number | null
  readonly event: OutboxEvent['event'] | GroupEvent['event'] | 'status'
  readonly body: EventBody
  readonly incident: EventIncident | null
}

/** An incident as it is now, which may be more than the event knew. */
export interface EventIncident {
  readonly id: string
  readonly severity: Severity
  readonly stormId: string | null
}

interface Taking {
  readonly nowMs: number
  /** So old is an event at least: what happens together comes together. */
  readonly settledMs: number
  readonly limit: number
  /** Passed over: they could not be planned a while ago. */
  readonly except?: readonly number[]
}

/** Takes the next events, in their order; they are planned when the transaction commits. */
export async function takeEvents(tx: Sql, { nowMs, settledMs, limit, except = [] }: Taking): Promise<TakenEvent[]> {
  const { rows } = await tx.execute<TakenRow & Record<string, unknown>>(text`
    with taken as (
      select id from outbox
      where planned_at is null and (not_before is null or not_before <= ${instant(nowMs)})
        and created_at <= now() - make_interval(secs => ${settledMs}::float8 / 1000)
        and id <> all(${numbers(except, Number)}::bigint[])
      order by id limit ${limit} for update skip locked
    ), planned as (
      update outbox o set planned_at = ${instant(nowMs)} from taken where o.id = taken.id
      returning o.id, o.monitor_key, o.group_id, o.incident_id, o.event, o.body
    )
    select p.id::float8 as id, coalesce(s.workspace_id, g.workspace_id) as workspace_id, p.monitor_key, p.event, p.body, i.id as incident_id,
      i.severity, i.storm_id
    from planned p left join monitor_state s using (monitor_key) left join monitor_group g on g.id = p.group_id
    left join incident i on i.id = p.incident_id
    where coalesce(s.workspace_id, g.workspace_id) is not null order by p.id`)
  return rows.map((row) => ({
    id: row.id,
    workspaceId: row.workspace_id,
    monitorKey: row.monitor_key,
    event: row.event,
    body: row.body,
    incident: row.incident_id && { id: row.incident_id, severity: row.severity, stormId: row.storm_id },
  })) as TakenEvent[]
}

interface TakenRow {
  id: number
  workspace_id: string
  monitor_key: number | null
  event: TakenEvent['event']
  body: EventBody
  incident_id: string | null
  severity: Severity
  storm_id: string | null
}

/** What is told, as it is kept: the id is that of the incident, the storm or the outage of a group, where it is of one. */
export interface StoredStory {
  readonly id: string
  readonly workspaceId: string
  readonly incidentId: string | null
  readonly stormId: string | null
  readonly groupOutageId: string | null
  /** Of a piece of news. */
  readonly monitorKey: number | null
  readonly body: EventBody
  readonly events: readonly StoryEvent[]
  readonly plannedThroughMs: number
}

const columns = text`id, workspace_id as "workspaceId", incident_id as "incidentId", storm_id as "stormId",
  group_outage_id as "groupOutageId", monitor_key as "monitorKey", body, events, ${msOf('planned_through')} as "plannedThroughMs"`

type StoryRow = { [Field in keyof StoredStory]: StoredStory[Field] }

export async function findStories(tx: Sql, ids: readonly string[]): Promise<ReadonlyMap<string, StoredStory>> {
  if (ids.length === 0) return new Map()
  const { rows } = await tx.execute<StoryRow>(text`
    select ${columns} from alert_story where id = any(${texts(ids, String)}::uuid[])`)
  return new Map(rows.map((row) => [row.id, row]))
}

/** Stories of which something may have come due though nothing more happened. */
export async function listDueStories(
  tx: Sql,
  { nowMs, limit, except = [] }: { nowMs: number; limit: number; except?: readonly string[] },
): Promise<StoredStory[]> {
  const { rows } = await tx.execute<StoryRow>(text`
    select ${columns} from alert_story
    where next_at <= ${instant(nowMs)} and id <> all(${texts(except, String)}::uuid[]) order by next_at limit ${limit}`)
  return rows
}

export interface PlannedStory extends StoredStory {
  readonly nextAtMs: number | null
}

export async function saveStories(tx: Sql, stories: readonly PlannedStory[]): Promise<void> {
  if (stories.length === 0) return
  await tx.execute(text`
    insert into alert_story (id, workspace_id, incident_id, storm_id, group_outage_id, monitor_key, body, events, planned_through, next_at)
    select id, workspace_id, incident_id, storm_id, group_outage_id, monitor_key, body::jsonb, events::jsonb, to_timestamp(through_ms / 1000),
      to_timestamp(next_ms / 1000)
    from unnest(
      ${texts(stories, (one) => one.id)}::uuid[], ${texts(stories, (one) => one.workspaceId)}::uuid[],
      ${texts(stories, (one) => one.incidentId)}::uuid[], ${texts(stories, (one) => one.stormId)}::uuid[],
      ${texts(stories, (one) => one.groupOutageId)}::uuid[],
      ${numbers(stories, (one) => one.monitorKey)}::integer[], ${texts(stories, (one) => JSON.stringify(one.body))}::text[],
      ${texts(stories, (one) => JSON.stringify(one.events))}::text[], ${numbers(stories, (one) => one.plannedThroughMs)}::float8[],
      ${numbers(stories, (one) => one.nextAtMs)}::float8[]
    ) as s (id, workspace_id, incident_id, storm_id, group_outage_id, monitor_key, body, events, through_ms, next_ms)
    on conflict (id) do update set events = excluded.events, planned_through = excluded.planned_through, next_at = excluded.next_at`)
}

/** What is known of a story beside what happened: whom it is about, and since when somebody looks after all of it. */
export type StoryFacts = Pick<AlertStory, 'about' | 'acknowledgedAtMs'> & { readonly isOver: boolean }

/** By the ids of the stories. */
export async function readStoryFacts(
  tx: Sql,
  stories: readonly StoredStory[],
): Promise<ReadonlyMap<string, StoryFacts>> {
  if (stories.length === 0) return new Map()
  const { rows } = await tx.execute<{
    story: string
    about: AlertedMonitor[]
    acknowledged_ms: number | null
    is_over: boolean
  }>(text`
    select s.id as story, case when o.id is null then f.is_over else o.ended_at is not null end as is_over, f.acknowledged_ms,
      case when o.id is null then f.about else json_build_array(json_build_object('id', o.group_id, 'tags', '{}'::text[],
        'groupIds', array[o.group_id])) end as about
    from unnest(
      ${texts(stories, (one) => one.id)}::uuid[], ${texts(stories, (one) => one.incidentId)}::uuid[],
      ${texts(stories, (one) => one.stormId)}::uuid[], ${texts(stories, (one) => one.groupOutageId)}::uuid[],
      ${numbers(stories, (one) => one.monitorKey)}::integer[]
    ) as s (id, incident_id, storm_id, group_outage_id, monitor_key) left join group_outage o on o.id = s.group_outage_id, lateral (
      select coalesce(bool_and(a.ended_at is not null), false) as is_over,
        case when bool_and(a.ended_at is not null or a.acknowledged_at is not null)
          then floor(extract(epoch from max(a.acknowledged_at)) * 1000)::float8 end as acknowledged_ms,
        coalesce(json_agg(json_build_object('id', m.id, 'tags', m.tags, 'groupIds',
          array(select g.group_id from monitor_group_member g where g.monitor_key = m.monitor_key))), '[]') as about
      from (
        select monitor_key, ended_at, acknowledged_at from incident where id = s.incident_id
        union all select monitor_key, ended_at, acknowledged_at from incident where storm_id = s.storm_id
        union all select s.monitor_key, null, null where s.monitor_key is not null
      ) a join monitor m using (monitor_key)
    ) f`)
  return new Map(
    rows.map((row) => [row.story, { about: row.about, acknowledgedAtMs: row.acknowledged_ms, isOver: row.is_over }]),
  )
}

/** Has the alerts of a workspace looked at anew: whom there is to tell, or how, is another than it was. */
export async function replanStories(sql: Sql, workspaceId: string, nowMs: number): Promise<void> {
  await sql.execute(text`
    update alert_story s set next_at = ${instant(nowMs)}
    where s.workspace_id = ${workspaceId} and (
      exists (select from incident i where i.ended_at is null and (i.id = s.incident_id or i.storm_id = s.storm_id))
      or exists (select from group_outage o where o.ended_at is null and o.id = s.group_outage_id))`)
}

export interface StoryAlert extends PlannedAlert {
  readonly storyId: string
  readonly workspaceId: string
}

/**
 * Makes deliveries of what is due: each once, whoever plans it how often. Of an end only those are told who were told, or are being
 * told, of the beginning.
 *
 * @returns how many there are more.
 */
export async function insertDeliveries(tx: Sql, alerts: readonly StoryAlert[]): Promise<number> {
  // Whether a channel was told of the beginning is asked when all beginnings are there.
  const [closings, others] = [true, false].map((is) => alerts.filter(({ part }) => (part === 'closing') === is))
  return (await insertPart(tx, others ?? [])) + (await insertPart(tx, closings ?? []))
}

async function insertPart(tx: Sql, alerts: readonly StoryAlert[]): Promise<number> {
  if (alerts.length === 0) return 0
  const { rowCount } = await tx.execute(text`
    insert into delivery (id, workspace_id, story_id, channel_id, policy_id, key, part, spell, event, due_at, next_at)
    select a.id, a.workspace_id, a.story_id, a.channel_id, a.policy_id, a.key, a.part, a.spell, a.event, to_timestamp(a.due_ms / 1000),
      to_timestamp(a.due_ms / 1000)
    from unnest(
      ${texts(alerts, () => Bun.randomUUIDv7())}::uuid[], ${texts(alerts, (one) => one.workspaceId)}::uuid[],
      ${texts(alerts, (one) => one.storyId)}::uuid[], ${texts(alerts, (one) => one.channelId)}::uuid[],
      ${texts(alerts, (one) => one.policyId)}::uuid[], ${texts(alerts, (one) => one.key)}::text[],
      ${texts(alerts, (one) => one.part)}::text[], ${numbers(alerts, (one) => one.spell)}::integer[],
      ${texts(alerts, (one) => one.event)}::text[], ${numbers(alerts, (one) => one.dueAtMs)}::float8[]
    ) as a (id, workspace_id, story_id, channel_id, policy_id, key, part, spell, event, due_ms)
    where a.part <> 'closing' or exists (
      select from delivery o
      where o.story_id = a.story_id and o.channel_id = a.channel_id and o.spell = a.spell and o.part in ('opening', 'again'))
    on conflict (story_id, channel_id, key) do nothing`)
  return rowCount ?? 0
}

/** Tells the end to those who were told in the place of another channel, which no plan knows of. */
export async function closeFallbacks(tx: Sql, storyIds: readonly string[]): Promise<void> {
  if (storyIds.length === 0) return
  await tx.execute(text`
    insert into delivery (id, workspace_id, story_id, channel_id, policy_id, key, part, spell, event, due_at, next_at, fallback_of)
    select gen_random_uuid(), o.workspace_id, o.story_id, f.channel_id, o.policy_id, o.key, o.part, o.spell, o.event, o.due_at, o.due_at, o.id
    from delivery o join delivery f on f.story_id = o.story_id and f.spell = o.spell and f.policy_id = o.policy_id
    where o.story_id = any(${texts(storyIds, String)}::uuid[]) and o.part = 'closing' and f.part = 'opening' and f.fallback_of is not null
    on conflict (story_id, channel_id, key) do nothing`)
}

/** A storm tells of all its members: what was to be told of each by itself and was not yet is not told any more. */
export async function supersedeMembers(tx: Sql, stormIds: readonly string[], nowMs: number): Promise<void> {
  if (stormIds.length === 0) return
  await tx.execute(text`
    with quiet as (
      update delivery d set state = 'superseded', done_at = ${instant(nowMs)}
      from incident i
      where d.story_id = i.id and i.storm_id = any(${texts(stormIds, String)}::uuid[]) and d.state = 'waiting' and d.attempts = 0
      returning d.story_id
    )
    update alert_story s set next_at = null from incident i where s.id = i.id and i.storm_id = any(${texts(stormIds, String)}::uuid[])`)
}
