import { type Alerting, readAlertingColumns } from '@repo/contracts/alerting'
import type { Sql } from '@repo/db/database'
import {
  closeFallbacks,
  enterPlanning,
  findStories,
  insertDeliveries,
  listDueStories,
  type PlannedStory,
  readStoryFacts,
  type StoredStory,
  type StoryAlert,
  type StoryFacts,
  saveStories,
  supersedeMembers,
  takeEvents,
} from '@repo/db/queries/alert-stories'
import { readAlerting } from '@repo/db/queries/alerting'
import { retriedTransaction } from '@repo/db/retried-transaction'
import { nextAlertMs, planAlerts } from '@repo/domain/alert-plan'
import type { Clock } from '@repo/service/clock'
import type { Log } from '@repo/service/log'
import { endStorm, followEvents, storyIdsOf } from './follow-events.ts'

export interface RoundDeps {
  readonly sql: Sql
  readonly clock: Clock
  readonly log: Log
  /** So old is an event at least when it is planned: what fails together is told together. */
  readonly settledMs?: number
  readonly onPlanned?: (planned: { readonly events: number; readonly deliveries: number }) => void
}

/** What of all that is to be planned a round takes. */
export interface RoundPart {
  readonly events: number
  readonly stories: number
  readonly exceptEvents: readonly number[]
  readonly exceptStories: readonly string[]
  /** Called with what it has taken, before anything is made of it. */
  readonly onTaken?: (taken: { readonly events: readonly number[]; readonly stories: readonly string[] }) => void
}

const settledByDefaultMs = 2_000
const atOnce = 500
const everything: RoundPart = { events: atOnce, stories: atOnce, exceptEvents: [], exceptStories: [] }

/** @returns whether there may be more. */
export async function planRound(
  { sql, clock, log, settledMs, onPlanned }: RoundDeps,
  part: RoundPart = everything,
): Promise<boolean> {
  const nowMs = clock.nowMs()
  const round = await retriedTransaction(sql, async (tx) => {
    if (!(await enterPlanning(tx))) return undefined
    const taking = { nowMs, settledMs: settledMs ?? settledByDefaultMs, limit: part.events, except: part.exceptEvents }
    const events = await takeEvents(tx, taking)
    part.onTaken?.({ events: events.map(({ id }) => id), stories: [] })
    const { stories, storms, waning, members } = followEvents(events, await findStories(tx, storyIdsOf(events)), nowMs)
    const listing = { nowMs, limit: part.stories, except: part.exceptStories }
    const due = (await listDueStories(tx, listing)).filter(({ id }) => !stories.has(id))
    part.onTaken?.({ events: events.map(({ id }) => id), stories: due.map(({ id }) => id) })
    const all = new Map([...due.map((one) => [one.id, one] as const), ...stories])
    const ended = await endStorms(tx, [...waning], { all, nowMs })
    for (const story of ended) all.set(story.id, story)
    await supersedeMembers(tx, storms, nowMs)
    const deliveries = await planStories(tx, [...all.values()], { members, nowMs, log })
    return { events: events.length, due: due.length, deliveries }
  })
  if (!round) return false
  if (round.events + round.due > 0) onPlanned?.(round)
  return (part.events > 0 && round.events === part.events) || (part.stories > 0 && round.due === part.stories)
}

/** A storm is over when the last of its members is. */
async function endStorms(
  tx: Sql,
  stormIds: readonly string[],
  { all, nowMs }: { all: ReadonlyMap<string, StoredStory>; nowMs: number },
): Promise<StoredStory[]> {
  const stored = await findStories(tx, stormIds)
  const stories = stormIds.map((id) => all.get(id) ?? stored.get(id)).filter((story) => story !== undefined)
  const facts = await readStoryFacts(tx, stories)
  return stories.flatMap((story) => (facts.get(story.id)?.isOver ? (endStorm(story, nowMs) ?? []) : []))
}

interface Planning {
  readonly members: ReadonlySet<string>
  readonly nowMs: number
  readonly log: Log
}

async function planStories(tx: Sql, stories: readonly StoredStory[], planning: Planning): Promise<number> {
  if (stories.length === 0) return 0
  const facts = await readStoryFacts(tx, stories)
  const alerting = await readAlerting(
    tx,
    stories.map(({ workspaceId }) => workspaceId),
  )
  const complain = (id: string, err: unknown) =>
    planning.log.error({ err, id }, 'an alert policy or a schedule cannot be read')
  const read = new Map([...alerting].map(([id, stored]) => [id, readAlertingColumns(stored, complain)]))
  const planned = stories.map((story) =>
    planStory(story, { facts: facts.get(story.id), alerting: read.get(story.workspaceId), ...planning }),
  )
  await saveStories(
    tx,
    planned.map(({ story }) => story),
  )
  const alerts = planned.flatMap((one) => one.alerts)
  const count = await insertDeliveries(tx, alerts)
  await closeFallbacks(tx, [...new Set(alerts.filter(({ part }) => part === 'closing').map(({ storyId }) => storyId))])
  return count
}

function planStory(
  story: StoredStory,
  { facts, alerting, members, nowMs }: Planning & { facts: StoryFacts | undefined; alerting: Alerting | undefined },
): { readonly story: PlannedStory; readonly alerts: readonly StoryAlert[] } {
  const untilMs = Math.max(nowMs, ...story.events.map(({ atMs }) => atMs))
  if (!facts || !alerting) return { story: { ...story, plannedThroughMs: untilMs, nextAtMs: null }, alerts: [] }
  const told = { ...facts, isStorm: story.stormId !== null, events: story.events }
  const isMember = members.has(story.id)
  // What is told of with others has told its own beginning, and tells its own end: nothing between the two.
  const fromMs = isMember ? untilMs - 1 : story.plannedThroughMs
  const alerts = planAlerts(told, { ...alerting, fromMs, untilMs })
  const nextAtMs = isMember ? null : nextAlertMs(told, alerting.policies, untilMs)
  return {
    story: { ...story, plannedThroughMs: untilMs, nextAtMs },
    alerts: alerts.map((alert) => ({ ...alert, storyId: story.id, workspaceId: story.workspaceId })),
  }
}
