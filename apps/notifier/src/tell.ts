import { alertRuleSchema, channelContext } from '@repo/contracts/alerts'
import type { LiveBatch } from '@repo/contracts/live'
import type { Sql } from '@repo/db/database'
import { findAlertPolicyRule } from '@repo/db/queries/alert-policies'
import {
  addFallback,
  type ClaimedDelivery,
  finishAttempt,
  noteLostAttempt,
  postponeDelivery,
  supersedeDelivery,
} from '@repo/db/queries/deliveries'
import { addEntries } from '@repo/db/queries/incident-moves'
import { retriedTransaction } from '@repo/db/retried-transaction'
import type { PlannedEvent } from '@repo/domain/alert-plan'
import { afterAttempt, deliveryLimits, needsFallback, whatToSay } from '@repo/domain/delivery'
import type { Channel, Delivery } from '@repo/notifiers/channel'
import type { Keyring } from '@repo/secrets/keyring'
import type { Clock } from '@repo/service/clock'
import type { FaultPoint } from '@repo/service/fault-point'
import type { Log } from '@repo/service/log'
import type { RateLimits } from '@repo/streams/rate-limits'
import { type Written, writeAlert } from './write-alert.ts'

/** Channels by their kinds. Whatever settings are stored of one are what it takes. */
export type Channels = ReadonlyMap<string, Channel<never>>

export interface TellDeps {
  readonly sql: Sql
  readonly channels: Channels
  readonly keyring: Keyring
  readonly rateLimits: RateLimits
  readonly holder: string
  readonly clock: Clock
  readonly log: Log
  /** From 0 to 1, anew each time. */
  readonly random: () => number
  readonly publicUrl: string | undefined
  readonly announce: (batch: LiveBatch) => Promise<void>
  readonly faultPoint?: FaultPoint | undefined
  readonly onAttempt?: (attempt: { readonly kind: string; readonly outcome: string; readonly lateMs: number }) => void
}

/** Tells one delivery, and notes what became of it. */
export type Tell = (told: ClaimedDelivery, signal: AbortSignal) => Promise<void>

/** Of one channel, over all notifiers: so that nobody's provider takes us for a flood. */
const rate = { limit: 600, windowMs: 60_000 }

/**
 * Says what is still to be said and marks it after the provider took it: whoever ends in between says it once more, under the same
 * key by which receivers know it.
 */
export function createTell(deps: TellDeps): Tell {
  const { sql, holder, clock } = deps
  return async function tell(told, signal) {
    const nowMs = clock.nowMs()
    if (told.wasLost)
      await noteLostAttempt(sql, { id: told.id, workspaceId: told.workspaceId, number: told.attempts - 1, nowMs })
    const saying = sayingOf(told)
    const written =
      saying.kind === 'say'
        ? await writeAlert(sql, told, { event: saying.event, nowMs, publicUrl: deps.publicUrl, sealer: deps.keyring })
        : undefined
    if (!written) return supersedeDelivery(sql, { id: told.id, holder, nowMs })
    const held = await heldBack(deps, told)
    if (held > 0) return postponeDelivery(sql, { id: told.id, holder, nextAtMs: nowMs + held })
    const outcome = await attempt(deps, { told, written, nowMs, signal })
    if (outcome.kind === 'accepted') deps.faultPoint?.('accepted by the provider')
    await finish(deps, { told, written, outcome, beganAtMs: nowMs })
  }
}

function sayingOf({ part, event, story, opening, openingEvent }: ClaimedDelivery) {
  return whatToSay(
    { part, event },
    {
      isOver: story.isOver,
      isAcknowledged: story.isAcknowledged,
      wasDown: story.events.some((one) => 'severity' in one && one.severity === 'down'),
      opening,
      isOpeningWhole: openingEvent === 'was_down',
    },
  )
}

/** For how long the channel has said enough. Where nobody can be asked, it has not. */
async function heldBack({ rateLimits, log }: TellDeps, { channel }: ClaimedDelivery): Promise<number> {
  const taken = await rateLimits.take(`channel ${channel.id}`, rate).catch((err: unknown) => {
    log.warn({ err }, 'the rate of a channel could not be asked for')
    return undefined
  })
  return taken && !taken.allowed ? Math.max(1, taken.resetMs) : 0
}

interface Attempting {
  readonly told: ClaimedDelivery
  readonly written: Written
  readonly nowMs: number
  readonly signal: AbortSignal
}

async function attempt(
  { channels, keyring, log }: TellDeps,
  { told, written, nowMs, signal }: Attempting,
): Promise<Delivery> {
  const { kind, id } = told.channel
  const channel = channels.get(kind)
  if (!channel) return { kind: 'refused', reason: `this instance knows no channel of the kind ${kind}`, answer: '' }
  try {
    const settings = JSON.parse(keyring.open(told.channel.settings, channelContext(told.workspaceId, id))) as never
    const within = AbortSignal.any([signal, AbortSignal.timeout(deliveryLimits.attemptMs)])
    return await channel.deliver(written.alert, settings, { signal: within, nowMs })
  } catch (err) {
    // Only a fault of ours comes here, and its words may hold what is sealed.
    log.error({ name: (err as Error).name, channelId: id, kind }, 'a channel failed in a way that it should not')
    return { kind: 'retry', reason: 'something on our side failed', answer: '' }
  }
}

interface Finishing {
  readonly told: ClaimedDelivery
  readonly written: Written
  readonly outcome: Delivery
  readonly beganAtMs: number
}

async function finish(deps: TellDeps, { told, written, outcome, beganAtMs }: Finishing): Promise<void> {
  const { sql, clock, log, holder, random } = deps
  const endedAtMs = clock.nowMs()
  const { attempts, dueAtMs, workspaceId, channel } = told
  const event = written.alert.event as PlannedEvent
  const next = afterAttempt(outcome, { attempts, firstDueAtMs: dueAtMs, nowMs: endedAtMs, random: random() })
  const askedMs = outcome.kind === 'retry' ? outcome.afterMs : undefined
  const isOurs = await retriedTransaction(sql, async (tx) => {
    const finished = await finishAttempt(tx, {
      ...{
        id: told.id,
        workspaceId,
        channelId: channel.id,
        holder,
        number: attempts,
        event,
        beganAtMs,
        endedAtMs,
        next,
      },
      outcome: outcome.kind,
      reason: outcome.kind === 'accepted' ? '' : outcome.reason,
      answer: outcome.answer,
      heldUntilMs: askedMs === undefined ? null : endedAtMs + askedMs,
    })
    if (!finished) return false
    if (next.state !== 'waiting') await noteInTimeline(tx, { told, written, outcome, atMs: endedAtMs })
    if (needsFallback(next, { attempts, nowMs: endedAtMs })) await fallBack(tx, told, endedAtMs)
    return true
  })
  if (!isOurs) {
    log.warn({ deliveryId: told.id }, 'a delivery took so long that another notifier took it over')
    return
  }
  deps.onAttempt?.({
    kind: channel.kind,
    outcome: next.state === 'dead' ? 'dead' : outcome.kind,
    lateMs: endedAtMs - dueAtMs,
  })
  if (next.state === 'dead') sayDead(log, told, outcome)
  if (next.state !== 'waiting') await announceTelling(deps, { told, written })
}

/** Nobody is told any more of what somebody was to be told: that is for whoever runs the instance. */
function sayDead(log: Log, { id, workspaceId, channel, attempts }: ClaimedDelivery, outcome: Delivery): void {
  const reason = outcome.kind === 'accepted' ? '' : outcome.reason
  log.error({ deliveryId: id, workspaceId, channelId: channel.id, attempts, reason }, 'a delivery was given up')
}

async function noteInTimeline(
  tx: Sql,
  { told, written, outcome, atMs }: { told: ClaimedDelivery; written: Written; outcome: Delivery; atMs: number },
): Promise<void> {
  const { workspaceId, attempts, channel, id } = told
  if (written.incidentId === null) return
  const { id: channelId, name, kind } = channel
  const body = {
    deliveryId: id,
    event: written.alert.event,
    channel: { id: channelId, name, kind },
    state: outcome.kind === 'accepted' ? 'accepted' : 'dead',
    ...{ attempts, answer: outcome.answer, reason: outcome.kind === 'accepted' ? null : outcome.reason },
  }
  await addEntries(tx, [{ incidentId: written.incidentId, workspaceId, atMs, kind: 'told', body }])
}

/** Has the next channel of the policy told, where there is one that was not told yet. */
async function fallBack(tx: Sql, { id, part, policyId, workspaceId }: ClaimedDelivery, nowMs: number): Promise<void> {
  if (policyId === null || (part !== 'opening' && part !== 'news')) return
  const rule = alertRuleSchema.safeParse(await findAlertPolicyRule(tx, { workspaceId, id: policyId }))
  const channelIds = rule.success ? rule.data.fallbackChannelIds : []
  if (channelIds.length > 0) await addFallback(tx, { id, channelIds, nowMs })
}

async function announceTelling(
  { announce, log }: TellDeps,
  { told, written }: Pick<Finishing, 'told' | 'written'>,
): Promise<void> {
  const { subject } = written.alert
  if (written.incidentId === null || subject === null) return
  const event = { type: 'incident.changed', incidentId: written.incidentId, monitorId: subject.id } as const
  await announce({ workspaceId: told.workspaceId, events: [event] }).catch((err: unknown) =>
    log.warn({ err }, 'a delivery could not be announced'),
  )
}
