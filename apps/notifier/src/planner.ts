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
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import { endStorm, followEvents, storyIdsOf } from './follow-events.ts'

export interface PlannerDeps {
  readonly sql: Sql
  readonly clock: Clock
  readonly log: Log
  /** So old is an event at least when it is planned: what fails together is told together. */
  readonly settledMs?: number
  readonly onPlanned?: (planned: { readonly events: number; readonly deliveries: number }) => void
}

const everyMs = 500
const settledByDefaultMs = 2_000
const atOnce = 500

/**
 * Turns what happened into deliveries: in one transaction it takes events, decides who is told of them by now, and writes that
 * down. Whoever dies over it has done nothing. One of all notifiers plans at a time.
 */
export function createPlanner(deps: PlannerDeps): Service {
  const { clock, log } = deps
  return async function planner(signal) {
    while (!signal.aborted) {
      try {
        while (!signal.aborted && (await planRound(deps)));
      } catch (err) {
        log.warn({ err }, 'alerts could not be planned, trying again')
      }
      await clock.sleep(everyMs, signal)
    }
  }
}

/** @returns whether there may be more. */
export async function planRound({ sql, clock, log, settledMs, onPlanned }: PlannerDeps): Promise<boolean> {
  const nowMs = clock.nowMs()
  const round = await retriedTransaction(sql, async (tx) => {
    if (!(await enterPlanning(tx))) return undefined
    const events = await takeEvents(tx, { nowMs, settledMs: settledMs ?? settledByDefaultMs, limit: atOnce })
    const { stories, storms, waning, members } = followEvents(events, await findStories(tx, storyIdsOf(events)), nowMs)
    const due = (await listDueStories(tx, nowMs, atOnce)).filter(({ id }) => !stories.has(id))
    const all = new Map([...due.map((one) => [one.id, one] as const), ...stories])
    const ended = await endStorms(tx, [...waning], { all, nowMs })
    for (const story of ended) all.set(story.id, story)
    await supersedeMembers(tx, storms, nowMs)
    const deliveries = await planStories(tx, [...all.values()], { members, nowMs, log })
    return { events: events.length, due: due.length, deliveries }
  })
  if (!round) return false
  if (round.events + round.due > 0) onPlanned?.(round)
  return round.events === atOnce || round.due === atOnce
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
