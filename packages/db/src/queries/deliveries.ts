import type { AlertPart, PlannedEvent, StoryEvent } from '@repo/domain/alert-plan'
import type { DeliveryState } from '@repo/domain/delivery'
import { sql as text } from 'drizzle-orm'
import { numbers, texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'
import type { EventBody } from './outbox.ts'

/** Messages on their way: taken with a lease, said, and what became of them. */

/** What is to be said, and to whom; with how things stand at the instant at which it was taken. */
export interface ClaimedDelivery {
  readonly id: string
  readonly workspaceId: string
  readonly workspaceName: string
  readonly policyId: string | null
  readonly policyName: string | null
  readonly channel: { readonly id: string; readonly name: string; readonly kind: string; readonly settings: string }
  readonly part: AlertPart
  readonly event: PlannedEvent
  readonly spell: number
  /** This one among them. */
  readonly attempts: number
  readonly dueAtMs: number
  /** Somebody else began the attempt before this one and did not live to see what became of it. */
  readonly wasLost: boolean
  readonly story: ClaimedStory
  readonly opening: DeliveryState | null
  readonly openingEvent: PlannedEvent | null
}

export interface ClaimedStory {
  readonly id: string
  readonly incidentId: string | null
  readonly stormId: string | null
  readonly groupOutageId: string | null
  readonly monitorKey: number | null
  readonly body: EventBody
  readonly events: readonly StoryEvent[]
  readonly isOver: boolean
  readonly isAcknowledged: boolean
}

export interface Claim {
  readonly holder: string
  readonly nowMs: number
  readonly leaseMs: number
  readonly limit: number
  /** Of each channel. */
  readonly perChannel: number
  /** Channels that have enough to do. */
  readonly busy: readonly string[]
}

/** Beyond so many that wait no more are looked at: the newest come first. */
const lookedAt = 1_000

/**
 * Takes deliveries that are due, or whose taker has ended, the newest first and of no channel many. That an outage is over waits
 * until it is known what became of its beginning.
 */
export async function claimDeliveries(sql: Sql, claim: Claim): Promise<ClaimedDelivery[]> {
  const { holder, nowMs, leaseMs, limit, perChannel, busy } = claim
  const [now, busyIds] = [instant(nowMs), text`${texts(busy, String)}::uuid[]`]
  const claimed = text`
    with due as materialized (
      (select id, story_id, channel_id, spell, part, due_at from delivery
       where state = 'waiting' and next_at <= ${now} and channel_id <> all(${busyIds}) order by due_at desc, id desc limit ${lookedAt})
      union all
      (select id, story_id, channel_id, spell, part, due_at from delivery
       where state = 'sending' and lease_until < ${now} and channel_id <> all(${busyIds}) limit ${lookedAt})
    ), ranked as (
      select d.id, d.due_at, row_number() over (partition by d.channel_id order by d.due_at desc, d.id desc) as place
      -- Each by the key of its channel: a join would be planned for as few channels as there were when somebody last counted.
      from due d, lateral (
        select from channel c where c.id = d.channel_id and c.paused_at is null and (c.held_until is null or c.held_until <= ${now}) offset 0
      ) c
      where (d.part <> 'closing' or coalesce((
        select o.state from delivery o where o.story_id = d.story_id and o.channel_id = d.channel_id and o.key = 'opening:' || d.spell
      ), 'none') not in ('waiting', 'sending'))
    ), taken as (
      select id, state from delivery
      where id = any(array(select id from ranked where place <= ${perChannel} order by due_at desc limit ${limit}))
        and (state = 'waiting' or (state = 'sending' and lease_until < ${now}))
      for update skip locked
    ), claimed as (
      update delivery d set state = 'sending', attempts = d.attempts + 1, lease_holder = ${holder}, lease_until = ${instant(nowMs + leaseMs)}
      from taken t where d.id = t.id
      returning d.*, t.state = 'sending' as was_lost
    )
    select d.id, d.workspace_id, w.name as workspace_name, d.policy_id, p.name as policy_name, d.part, d.event, d.spell, d.attempts,
      ${msOf('d.due_at')} as due_at_ms, d.was_lost, c.id as channel_id, c.name as channel_name, c.kind, c.settings,
      s.id as story_id, s.incident_id, s.storm_id, s.group_outage_id, s.monitor_key, s.body, s.events, o.state as opening, o.event as opening_event,
      f.is_over, f.is_acknowledged
    from claimed d join workspace w on w.id = d.workspace_id join channel c on c.id = d.channel_id join alert_story s on s.id = d.story_id
    left join alert_policy p on p.id = d.policy_id
    left join delivery o on o.story_id = d.story_id and o.channel_id = d.channel_id and o.key = 'opening:' || d.spell and o.id <> d.id,
    lateral (
      select coalesce(bool_and(i.ended_at is not null), false) as is_over,
        coalesce(bool_and(i.ended_at is not null or i.acknowledged_at is not null), false) as is_acknowledged
      from (
        select ended_at, acknowledged_at from incident where id = s.incident_id
        union all select ended_at, acknowledged_at from incident where storm_id = s.storm_id
        union all select ended_at, null from group_outage where id = s.group_outage_id
      ) i
    ) f
    order by d.due_at desc, d.id desc`
  return sql.transaction(async (tx) => {
    // Nobody has counted those of a storm that came just now: for the few that were there before it, to gather and sort all looks cheap.
    await tx.execute(text`select set_config('enable_bitmapscan', 'off', true)`)
    const { rows } = await tx.execute<ClaimedRow & Record<string, unknown>>(claimed)
    return rows.map(toClaimed)
  })
}

interface ClaimedRow {
  id: string
  workspace_id: string
  workspace_name: string
  policy_id: string | null
  policy_name: string | null
  part: AlertPart
  event: PlannedEvent
  spell: number
  attempts: number
  due_at_ms: number
  was_lost: boolean
  channel_id: string
  channel_name: string
  kind: string
  settings: string
  story_id: string
  incident_id: string | null
  storm_id: string | null
  group_outage_id: string | null
  monitor_key: number | null
  body: EventBody
  events: StoryEvent[]
  opening: DeliveryState | null
  opening_event: PlannedEvent | null
  is_over: boolean
  is_acknowledged: boolean
}

function toClaimed(row: ClaimedRow): ClaimedDelivery {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    workspaceName: row.workspace_name,
    policyId: row.policy_id,
    policyName: row.policy_name,
    channel: { id: row.channel_id, name: row.channel_name, kind: row.kind, settings: row.settings },
    part: row.part,
    event: row.event,
    spell: row.spell,
    attempts: row.attempts,
    dueAtMs: row.due_at_ms,
    wasLost: row.was_lost,
    story: {
      id: row.story_id,
      incidentId: row.incident_id,
      stormId: row.storm_id,
      groupOutageId: row.group_outage_id,
      monitorKey: row.monitor_key,
      body: row.body,
      events: row.events,
      isOver: row.is_over,
      isAcknowledged: row.is_acknowledged,
    },
    opening: row.opening,
    openingEvent: row.opening_event,
  }
}

/** Nothing has to be said any more. */
export async function supersedeDelivery(
  sql: Sql,
  { id, holder, nowMs }: { id: string; holder: string; nowMs: number },
): Promise<void> {
  await sql.execute(text`
    update delivery set state = 'superseded', attempts = attempts - 1, lease_holder = null, lease_until = null, done_at = ${instant(nowMs)}
    where id = ${id} and state = 'sending' and lease_holder = ${holder}`)
}

/** Puts off what must not be said yet: that was no attempt. */
export async function postponeDelivery(
  sql: Sql,
  { id, holder, nextAtMs }: { id: string; holder: string; nextAtMs: number },
): Promise<void> {
  await sql.execute(text`
    update delivery set state = 'waiting', attempts = attempts - 1, lease_holder = null, lease_until = null, next_at = ${instant(nextAtMs)}
    where id = ${id} and state = 'sending' and lease_holder = ${holder}`)
}

export interface FinishedAttempt {
  readonly id: string
  readonly workspaceId: string
  readonly channelId: string
  readonly holder: string
  readonly number: number
  /** What was said, which may be another thing than was planned. */
  readonly event: PlannedEvent
  readonly beganAtMs: number
  readonly endedAtMs: number
  readonly outcome: 'accepted' | 'retry' | 'refused'
  readonly reason: string
  readonly answer: string
  readonly next: { readonly state: 'accepted' | 'dead' } | { readonly state: 'waiting'; readonly nextAtMs: number }
  /** Until when the provider wants to be left alone, where it said so. */
  readonly heldUntilMs: number | null
}

/**
 * Notes what became of attempts, all or none. @returns the ids of those deliveries that were still ours: of the others nothing is
 * changed, for somebody else has taken them over meanwhile.
 */
export async function finishAttempts(tx: Sql, attempts: readonly FinishedAttempt[]): Promise<ReadonlySet<string>> {
  if (attempts.length === 0) return new Set()
  const { rows } = await tx.execute<{ id: string }>(text`
    update delivery d set state = f.state, event = f.event, next_at = coalesce(to_timestamp(f.next_ms / 1000), d.next_at),
      lease_holder = null, lease_until = null, answer = f.answer,
      done_at = case when f.state <> 'waiting' then to_timestamp(f.ended_ms / 1000) end
    from unnest(
      ${texts(attempts, ({ id }) => id)}::uuid[], ${texts(attempts, ({ holder }) => holder)}::text[],
      ${numbers(attempts, ({ number }) => number)}::integer[], ${texts(attempts, ({ next }) => next.state)}::text[],
      ${texts(attempts, ({ event }) => event)}::text[], ${numbers(attempts, ({ endedAtMs }) => endedAtMs)}::float8[],
      ${numbers(attempts, ({ next }) => (next.state === 'waiting' ? next.nextAtMs : null))}::float8[],
      ${texts(attempts, ({ answer }) => answer)}::text[]
    ) f (id, holder, number, state, event, ended_ms, next_ms, answer)
    where d.id = f.id and d.state = 'sending' and d.lease_holder = f.holder and d.attempts = f.number
    returning d.id`)
  const ours = new Set(rows.map(({ id }) => id))
  const noted = attempts.filter(({ id }) => ours.has(id))
  await insertAttempts(tx, noted)
  await noteHealth(tx, noted)
  return ours
}

export interface LostAttempt {
  readonly id: string
  readonly workspaceId: string
  readonly number: number
  readonly nowMs: number
}

/** That somebody tried, and ended before they knew what came of it. */
export function noteLostAttempt(tx: Sql, { nowMs, ...lost }: LostAttempt): Promise<void> {
  const reason = 'whoever sent it ended before it was known what the provider made of it'
  return insertAttempts(tx, [{ ...lost, beganAtMs: nowMs, endedAtMs: nowMs, outcome: 'lost', reason, answer: '' }])
}

type NotedAttempt = Pick<
  FinishedAttempt,
  'id' | 'workspaceId' | 'number' | 'beganAtMs' | 'endedAtMs' | 'reason' | 'answer'
> & { readonly outcome: FinishedAttempt['outcome'] | 'lost' }

async function insertAttempts(tx: Sql, attempts: readonly NotedAttempt[]): Promise<void> {
  if (attempts.length === 0) return
  await tx.execute(text`
    insert into delivery_attempt (delivery_id, number, workspace_id, began_at, ended_at, outcome, reason, answer)
    select id, number, workspace_id, to_timestamp(began_ms / 1000), to_timestamp(ended_ms / 1000), outcome, reason, answer
    from unnest(
      ${texts(attempts, ({ id }) => id)}::uuid[], ${numbers(attempts, ({ number }) => number)}::integer[],
      ${texts(attempts, ({ workspaceId }) => workspaceId)}::uuid[], ${numbers(attempts, ({ beganAtMs }) => beganAtMs)}::float8[],
      ${numbers(attempts, ({ endedAtMs }) => endedAtMs)}::float8[], ${texts(attempts, ({ outcome }) => outcome)}::text[],
      ${texts(attempts, ({ reason }) => reason)}::text[], ${texts(attempts, ({ answer }) => answer)}::text[]
    ) a (id, number, workspace_id, began_ms, ended_ms, outcome, reason, answer)
    on conflict do nothing`)
}

/** Channels in the order of their ids, as everybody who changes several of them: nobody waits for each other. */
async function noteHealth(tx: Sql, attempts: readonly FinishedAttempt[]): Promise<void> {
  const health = healthOf(attempts)
  if (health.length === 0) return
  await tx.execute(text`
    with seen as (
      select * from unnest(
        ${texts(health, ({ channelId }) => channelId)}::uuid[], ${numbers(health, ({ failures }) => failures)}::integer[],
        ${numbers(health, ({ failedAtMs }) => failedAtMs)}::float8[], ${numbers(health, ({ acceptedAtMs }) => acceptedAtMs)}::float8[],
        ${numbers(health, ({ heldUntilMs }) => heldUntilMs)}::float8[]
      ) h (id, failures, failed_ms, accepted_ms, held_ms)
    ), locked as (
      -- One that is well is written down now and then, for all of its messages would wait for each other.
      select c.id from channel c join seen s using (id)
      where s.failures > 0 or c.failures > 0 or c.last_accepted_at is null
        or c.last_accepted_at < to_timestamp(s.accepted_ms / 1000) - interval '10 seconds'
      order by c.id for no key update of c
    )
    update channel c set
      failures = s.failures + case when s.accepted_ms is null then c.failures else 0 end,
      failing_since = case when s.failures = 0 then null
        when s.accepted_ms is null then coalesce(c.failing_since, to_timestamp(s.failed_ms / 1000)) else to_timestamp(s.failed_ms / 1000) end,
      last_accepted_at = greatest(c.last_accepted_at, to_timestamp(s.accepted_ms / 1000)),
      held_until = case when s.failures = 0 then null
        else greatest(case when s.accepted_ms is null then c.held_until end, to_timestamp(s.held_ms / 1000)) end
    from seen s, locked l where c.id = l.id and s.id = l.id`)
}

/** What attempts of one channel, in the order in which they ended, say of it together. */
interface Health {
  readonly channelId: string
  /** Since the last one that was accepted, and when the first of them failed. */
  failures: number
  failedAtMs: number | null
  acceptedAtMs: number | null
  heldUntilMs: number | null
}

function healthOf(attempts: readonly FinishedAttempt[]): Health[] {
  const byChannel = new Map<string, Health>()
  for (const { channelId, outcome, endedAtMs, heldUntilMs } of attempts.toSorted((a, b) => a.endedAtMs - b.endedAtMs)) {
    const health = byChannel.get(channelId) ?? { channelId, ...untouched }
    byChannel.set(channelId, health)
    if (outcome === 'accepted') Object.assign(health, untouched, { acceptedAtMs: endedAtMs })
    else {
      health.failures += 1
      health.failedAtMs ??= endedAtMs
      health.heldUntilMs = Math.max(health.heldUntilMs ?? 0, heldUntilMs ?? 0) || null
    }
  }
  return [...byChannel.values()]
}

const untouched = { failures: 0, failedAtMs: null, acceptedAtMs: null, heldUntilMs: null }

/** Tells another channel what one could not be told. @returns whether it was not told already. */
export async function addFallback(
  tx: Sql,
  { id, channelIds, nowMs }: { id: string; channelIds: readonly string[]; nowMs: number },
): Promise<boolean> {
  const { rowCount } = await tx.execute(text`
    insert into delivery (id, workspace_id, story_id, channel_id, policy_id, key, part, spell, event, due_at, next_at, fallback_of)
    select gen_random_uuid(), d.workspace_id, d.story_id, f.id, d.policy_id, d.key, d.part, d.spell, d.event, ${instant(nowMs)}, ${instant(nowMs)}, d.id
    from delivery d, lateral (
      select c.id from unnest(${texts(channelIds, String)}::uuid[]) with ordinality as l (id, place)
      join channel c on c.id = l.id and c.workspace_id = d.workspace_id and c.paused_at is null
      where not exists (select from delivery o where o.story_id = d.story_id and o.channel_id = c.id and o.spell = d.spell)
      order by l.place limit 1
    ) f
    where d.id = ${id} and not exists (select from delivery b where b.fallback_of = d.id)
    on conflict (story_id, channel_id, key) do nothing`)
  return (rowCount ?? 0) > 0
}

/** How many wait or are being told, for how long the oldest is due, and how many channels fail. */
export async function deliveryDepth(
  sql: Sql,
  nowMs: number,
): Promise<{ waiting: number; oldestAgeMs: number; failingChannels: number }> {
  const { rows } = await sql.execute<{ waiting: number; oldest_age_ms: number; failing: number }>(text`
    select count(*)::integer as waiting, coalesce(greatest(0, ${nowMs}::float8 - min(${msOf('due_at')})), 0)::float8 as oldest_age_ms,
      (select count(*)::integer from channel where failures >= 3) as failing
    from delivery where state in ('waiting', 'sending')`)
  const row = rows[0]
  return { waiting: row?.waiting ?? 0, oldestAgeMs: row?.oldest_age_ms ?? 0, failingChannels: row?.failing ?? 0 }
}

/** What has long been told, or given up; and news of which nothing is left. */
export async function deleteDeliveriesBefore(sql: Sql, beforeMs: number): Promise<void> {
  await sql.execute(text`delete from delivery where done_at < ${instant(beforeMs)}`)
  await sql.execute(text`
    delete from alert_story s where monitor_key is not null and planned_through < ${instant(beforeMs)}
      and not exists (select from delivery d where d.story_id = s.id)`)
}
