import {
  type ChannelId,
  parseAlertPolicyId,
  parseChannelId,
  parseOverrideId,
  parseScheduleId,
  type ScheduleId,
  type UserId,
  type WorkspaceId,
} from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../src/database.ts'
import { createAlertPolicy, type NewAlertPolicy } from '../src/queries/alert-policies.ts'
import { insertDeliveries, saveStories } from '../src/queries/alert-stories.ts'
import { createChannel, type NewChannel } from '../src/queries/channels.ts'
import { createOverride, createSchedule } from '../src/queries/on-call.ts'

/** Channels and policies for tests, made by the queries that make them in earnest. */

export async function addChannel(
  sql: Sql,
  { workspaceId, ...changed }: Pick<NewChannel, 'workspaceId'> & Partial<NewChannel>,
): Promise<ChannelId> {
  const id = parseChannelId(Bun.randomUUIDv7())
  const channel = { id, workspaceId, userId: null, name: 'ops', kind: 'webhook', settings: 'sealed', ...changed }
  await createChannel(sql, channel, noonMs)
  return channel.id
}

/** A policy that tells one channel at once of all that is down and up again, where nothing else is said. */
export function makeRule(channelId: string, changed: object = {}): object {
  return {
    monitors: { kind: 'all' },
    topics: ['down', 'recovered'],
    steps: [{ afterSeconds: 0, targets: [{ kind: 'channel', channelId }] }],
    repeatEverySeconds: null,
    quiet: null,
    fallbackChannelIds: [],
    ...changed,
  }
}

export async function addAlertPolicy(
  sql: Sql,
  { workspaceId, rule, ...changed }: Pick<NewAlertPolicy, 'workspaceId' | 'rule'> & Partial<NewAlertPolicy>,
): Promise<NewAlertPolicy> {
  const policy = { id: parseAlertPolicyId(Bun.randomUUIDv7()), workspaceId, name: 'Everything', rule, ...changed }
  await createAlertPolicy(sql, policy, noonMs)
  return policy
}

/** A person who is on call all the time, and who stands in for themselves for the hour from noon on. */
export async function addSchedule(
  sql: Sql,
  { workspaceId, userId }: { workspaceId: WorkspaceId; userId: UserId },
): Promise<ScheduleId> {
  const id = parseScheduleId(Bun.randomUUIDv7())
  const rest = { startsOn: '2026-01-01', turnDays: 1, handover: '09:00', timeZone: 'UTC', only: null }
  await createSchedule(sql, { id, workspaceId, name: 'Rota', layers: [{ people: [userId], ...rest }] }, noonMs)
  const override = { id: parseOverrideId(Bun.randomUUIDv7()), scheduleId: id, workspaceId, userId }
  await createOverride(sql, { ...override, fromMs: noonMs, toMs: noonMs + 3_600_000 }, noonMs)
  return id
}

/** What was or is to be told, in the order in which it was planned: `down accepted`. */
export async function deliveriesOf(sql: Sql, workspaceId: WorkspaceId): Promise<string[]> {
  const { rows } = await sql.execute<{ told: string }>(text`
    select event || ' ' || state as told from delivery where workspace_id = ${workspaceId} order by due_at, part desc, id`)
  return rows.map(({ told }) => told)
}

interface AddedDelivery {
  readonly workspaceId: WorkspaceId
  readonly channelId: ChannelId
  readonly incidentId?: string
  readonly stormId?: string
  readonly groupOutageId?: string
}

/** A message for a channel about an incident, a storm or the outage of a group: as a planner makes it. @returns its id. */
export async function addDelivery(sql: Sql, { workspaceId, channelId, ...about }: AddedDelivery): Promise<string> {
  const storyId = crypto.randomUUID()
  const none = { incidentId: null, stormId: null, groupOutageId: null, monitorKey: null }
  await saveStories(sql, [
    { ...none, ...about, id: storyId, workspaceId, body: {}, events: [], plannedThroughMs: noonMs, nextAtMs: null },
  ])
  const { id: policyId } = await addAlertPolicy(sql, { workspaceId, rule: makeRule(channelId) })
  const said = { policyId, channelId, storyId, workspaceId, spell: 0, part: 'opening', event: 'down' } as const
  await insertDeliveries(sql, [{ ...said, key: 'opening:0', dueAtMs: noonMs }])
  const { rows } = await sql.execute<{ id: string }>(text`select id from delivery where story_id = ${storyId}`)
  if (!rows[0]) throw new Error('there is no delivery')
  return rows[0].id
}
