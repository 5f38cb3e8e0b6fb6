import { alertRuleSchema } from '@repo/contracts/alerts'
import type { LiveBatch, LiveEvent } from '@repo/contracts/live'
import type { Sql } from '@repo/db/database'
import { findAlertPolicyRule } from '@repo/db/queries/alert-policies'
import { addFallback, type ClaimedDelivery, type FinishedAttempt, finishAttempts } from '@repo/db/queries/deliveries'
import { addEntries } from '@repo/db/queries/incident-moves'
import { retriedTransaction } from '@repo/db/retried-transaction'
import type { PlannedEvent } from '@repo/domain/alert-plan'
import { afterAttempt, needsFallback } from '@repo/domain/delivery'
import type { Delivery } from '@repo/notifiers/channel'
import type { Clock } from '@repo/service/clock'
import type { Log } from '@repo/service/log'
import type { Written } from './write-alerts.ts'

export interface FinishDeps {
  readonly sql: Sql
  readonly holder: string
  readonly clock: Clock
  readonly log: Log
  /** From 0 to 1, anew each time. */
  readonly random: () => number
  readonly announce: (batch: LiveBatch) => Promise<void>
  readonly onAttempt?: (attempt: { readonly kind: string; readonly outcome: string; readonly lateMs: number }) => void
}

/** An attempt, and what the provider made of it. */
export interface Attempted {
  readonly told: ClaimedDelivery
  readonly written: Written
  readonly outcome: Delivery
  readonly beganAtMs: number
}

/** Notes what became of an attempt; resolves once that is durable. */
export type Finish = (attempted: Attempted) => Promise<void>

interface Waiting {
  readonly ended: Ended
  resolve(): void
  reject(error: unknown): void
}

/** In one transaction. */
const atOnce = 200

/**
 * Notes what becomes of attempts: the first at once, and all that end while that is being written together, for a commit costs the
 * same for one and for many. Nothing waits for company.
 */
export function createFinish(deps: FinishDeps): Finish {
  const queue: Waiting[] = []
  let isWriting = false

  async function writeAll(): Promise<void> {
    isWriting = true
    while (queue.length > 0) {
      const batch = queue.splice(0, atOnce)
      await writeBatch(deps, batch).catch((err: unknown) => writeSingly(deps, batch, err))
    }
    isWriting = false
  }

  return (attempted) => {
    const noted = Promise.withResolvers<void>()
    queue.push({ ended: endOf(deps, attempted), resolve: noted.resolve, reject: noted.reject })
    if (!isWriting) void writeAll()
    return noted.promise
  }
}

async function writeBatch(deps: FinishDeps, batch: readonly Waiting[]): Promise<void> {
  await writeEnds(
    deps,
    batch.map(({ ended }) => ended),
  )
  for (const { resolve } of batch) resolve()
}

/** One that cannot be written keeps no other from it. */
async function writeSingly(deps: FinishDeps, batch: readonly Waiting[], err: unknown): Promise<void> {
  for (const { ended, resolve, reject } of batch) {
    if (batch.length === 1) reject(err)
    else await writeEnds(deps, [ended]).then(resolve, reject)
  }
}

interface Ended extends Attempted {
  readonly attempt: FinishedAttempt
}

function endOf({ clock, holder, random }: FinishDeps, attempted: Attempted): Ended {
  const { told, written, outcome, beganAtMs } = attempted
  const endedAtMs = clock.nowMs()
  const { id, workspaceId, attempts, dueAtMs, channel } = told
  const next = afterAttempt(outcome, { attempts, firstDueAtMs: dueAtMs, nowMs: endedAtMs, random: random() })
  const askedMs = outcome.kind === 'retry' ? outcome.afterMs : undefined
  return {
    ...attempted,
    attempt: {
      ...{ id, workspaceId, channelId: channel.id, holder, number: attempts, beganAtMs, endedAtMs, next },
      event: written.alert.event as PlannedEvent,
      outcome: outcome.kind,
      reason: outcome.kind === 'accepted' ? '' : outcome.reason,
      answer: outcome.answer,
      heldUntilMs: askedMs === undefined ? null : endedAtMs + askedMs,
    },
  }
}

async function writeEnds(deps: FinishDeps, ended: readonly Ended[]): Promise<void> {
  const ours = await retriedTransaction(deps.sql, async (tx) => {
    const finished = await finishAttempts(
      tx,
      ended.map(({ attempt }) => attempt),
    )
    const noted = ended.filter(({ told }) => finished.has(told.id))
    await addEntries(tx, noted.filter(isOver).flatMap(entryOf))
    for (const one of noted) {
      const { attempts } = one.told
      if (needsFallback(one.attempt.next, { attempts, nowMs: one.attempt.endedAtMs }))
        await fallBack(tx, one.told, one.attempt.endedAtMs)
    }
    return finished
  })
  for (const one of ended) tellOperator(deps, one, ours.has(one.told.id))
  announceTold(
    deps,
    ended.filter((one) => ours.has(one.told.id) && isOver(one)),
  )
}

function isOver({ attempt }: Ended): boolean {
  return attempt.next.state !== 'waiting'
}

function tellOperator({ log, onAttempt }: FinishDeps, { told, outcome, attempt }: Ended, isOurs: boolean): void {
  const { id, workspaceId, channel, attempts, dueAtMs } = told
  if (!isOurs) {
    log.warn({ deliveryId: id }, 'a delivery took so long that another notifier took it over')
    return
  }
  const isDead = attempt.next.state === 'dead'
  onAttempt?.({
    kind: channel.kind,
    outcome: isDead ? 'dead' : outcome.kind,
    lateMs: attempt.endedAtMs - dueAtMs,
  })
  // Nobody is told any more of what somebody was to be told: that is for whoever runs the instance.
  if (isDead)
    log.error(
      { deliveryId: id, workspaceId, channelId: channel.id, attempts, reason: attempt.reason },
      'a delivery was given up',
    )
}

function entryOf({ told, written, outcome, attempt }: Ended): Parameters<typeof addEntries>[1][number][] {
  const { workspaceId, attempts, channel, id: deliveryId } = told
  const { incidentId } = written
  if (incidentId === null) return []
  const { id, name, kind } = channel
  const body = {
    deliveryId,
    event: written.alert.event,
    channel: { id, name, kind },
    state: outcome.kind === 'accepted' ? 'accepted' : 'dead',
    ...{ attempts, answer: outcome.answer, reason: outcome.kind === 'accepted' ? null : outcome.reason },
  }
  return [{ incidentId, workspaceId, atMs: attempt.endedAtMs, kind: 'told', body }]
}

/** Has the next channel of the policy told, where there is one that was not told yet. */
async function fallBack(tx: Sql, { id, part, policyId, workspaceId }: ClaimedDelivery, nowMs: number): Promise<void> {
  if (policyId === null || (part !== 'opening' && part !== 'news')) return
  const rule = alertRuleSchema.safeParse(await findAlertPolicyRule(tx, { workspaceId, id: policyId }))
  const channelIds = rule.success ? rule.data.fallbackChannelIds : []
  if (channelIds.length > 0) await addFallback(tx, { id, channelIds, nowMs })
}

/** Those who watch find it out by themselves where this fails, and nothing waits for it. */
function announceTold({ announce, log }: FinishDeps, ended: readonly Ended[]): void {
  for (const [workspaceId, of] of Map.groupBy(ended, ({ told }) => told.workspaceId)) {
    const events = new Map<string, LiveEvent>()
    for (const { written } of of) {
      const { incidentId, alert } = written
      if (incidentId !== null && alert.subject !== null)
        events.set(incidentId, { type: 'incident.changed', incidentId, monitorId: alert.subject.id })
    }
    if (events.size > 0)
      announce({ workspaceId, events: [...events.values()] }).catch((err: unknown) =>
        log.warn({ err }, 'deliveries could not be announced'),
      )
  }
}
