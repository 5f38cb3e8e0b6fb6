import { channelContext } from '@repo/contracts/alerts'
import { type ClaimedDelivery, noteLostAttempt, postponeDelivery, supersedeDelivery } from '@repo/db/queries/deliveries'
import type { PlannedEvent } from '@repo/domain/alert-plan'
import { deliveryLimits, whatToSay } from '@repo/domain/delivery'
import type { Channel, Delivery } from '@repo/notifiers/channel'
import type { Keyring } from '@repo/secrets/keyring'
import type { FaultPoint } from '@repo/service/fault-point'
import type { RateLimits } from '@repo/streams/rate-limits'
import { createFinish, type FinishDeps } from './finish.ts'
import { type Saying, type Written, writeAlerts } from './write-alerts.ts'

/** Channels by their kinds. Whatever settings are stored of one are what it takes. */
export type Channels = ReadonlyMap<string, Channel<never>>

export interface TellDeps extends FinishDeps {
  readonly channels: Channels
  readonly keyring: Keyring
  readonly rateLimits: RateLimits
  readonly publicUrl: string | undefined
  readonly faultPoint?: FaultPoint | undefined
}

/** Tells deliveries that were taken together, each by itself, and notes what became of each. @returns a promise for each. */
export type Tell = (told: readonly ClaimedDelivery[], signal: AbortSignal) => readonly Promise<void>[]

/** Of one channel, over all notifiers: so that nobody's provider takes us for a flood. */
const rate = { limit: 600, windowMs: 60_000 }

/**
 * Says what is still to be said and marks it after the provider took it: whoever ends in between says it once more, under the same
 * key by which receivers know it.
 */
export function createTell(deps: TellDeps): Tell {
  const { sql, holder, clock, keyring, publicUrl } = deps
  const finish = createFinish(deps)

  async function tellOne(told: ClaimedDelivery, { writing, holding, ...at }: Together): Promise<void> {
    if (told.wasLost)
      await noteLostAttempt(sql, {
        id: told.id,
        workspaceId: told.workspaceId,
        number: told.attempts - 1,
        nowMs: at.nowMs,
      })
    const written = (await writing).get(told.id)
    if (!written) return supersedeDelivery(sql, { id: told.id, holder, nowMs: at.nowMs })
    const held = (await holding).get(told.id) ?? 0
    if (held > 0) return postponeDelivery(sql, { id: told.id, holder, nextAtMs: at.nowMs + held })
    const outcome = await attempt(deps, { told, written, ...at })
    if (outcome.kind === 'accepted') deps.faultPoint?.('accepted by the provider')
    await finish({ told, written, outcome, beganAtMs: at.nowMs })
  }

  return (told, signal) => {
    const nowMs = clock.nowMs()
    const sayings = told.flatMap(sayingOf)
    const writing = writeAlerts(sql, sayings, { nowMs, publicUrl, sealer: keyring })
    const holding = heldBack(
      deps,
      sayings.map((saying) => saying.told),
    )
    const open = openOnce(keyring)
    return told.map((one) => tellOne(one, { writing, holding, open, nowMs, signal }))
  }
}

/** What is found out for all that were taken together. */
interface Together {
  readonly writing: Promise<ReadonlyMap<string, Written>>
  readonly holding: Promise<ReadonlyMap<string, number>>
  readonly open: OpenSettings
  readonly nowMs: number
  readonly signal: AbortSignal
}

type OpenSettings = (told: ClaimedDelivery) => never

/** The settings of channels, each opened once. */
function openOnce(keyring: Keyring): OpenSettings {
  const opened = new Map<string, never>()
  return ({ workspaceId, channel: { id, settings } }) => {
    const known = opened.get(id)
    if (known !== undefined) return known
    const text = keyring.open(settings, channelContext(workspaceId, id))
    const found = JSON.parse(text) as never
    opened.set(id, found)
    return found
  }
}

/** Nothing where nothing is left to be said. */
function sayingOf(told: ClaimedDelivery): Saying[] {
  const { part, event, story, opening, openingEvent } = told
  const saying = whatToSay(
    { part, event },
    {
      isOver: story.isOver,
      isAcknowledged: story.isAcknowledged,
      wasDown: story.events.some((one) => 'severity' in one && one.severity === 'down'),
      opening,
      isOpeningWhole: openingEvent === 'was_down',
    },
  )
  return saying.kind === 'say' ? [{ told, event: saying.event satisfies PlannedEvent }] : []
}

/** For how long each has to wait because its channel has said enough. Where nobody can be asked, it has not. */
async function heldBack(deps: TellDeps, told: readonly ClaimedDelivery[]): Promise<ReadonlyMap<string, number>> {
  const held = new Map<string, number>()
  await Promise.all(
    [...Map.groupBy(told, ({ channel }) => channel.id)].map(async ([channelId, of]) => {
      if ((await takeRate(deps, channelId, of.length)) === 0) return
      // Not for all of them: as many as there is room for.
      for (const { id } of of) held.set(id, await takeRate(deps, channelId, 1))
    }),
  )
  return held
}

async function takeRate({ rateLimits, log }: TellDeps, channelId: string, count: number): Promise<number> {
  const taken = await rateLimits.take(`channel ${channelId}`, rate, count).catch((err: unknown) => {
    log.warn({ err }, 'the rate of a channel could not be asked for')
    return undefined
  })
  return taken && !taken.allowed ? Math.max(1, taken.resetMs) : 0
}

interface Attempting {
  readonly told: ClaimedDelivery
  readonly written: Written
  readonly open: OpenSettings
  readonly nowMs: number
  readonly signal: AbortSignal
}

async function attempt(
  { channels, log }: TellDeps,
  { told, written, open, nowMs, signal }: Attempting,
): Promise<Delivery> {
  const { kind, id } = told.channel
  const channel = channels.get(kind)
  if (!channel) return { kind: 'refused', reason: `this instance knows no channel of the kind ${kind}`, answer: '' }
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(deliveryLimits.attemptMs)])
    return await channel.deliver(written.alert, open(told), { signal: within, nowMs })
  } catch (err) {
    // Only a fault of ours comes here, and its words may hold what is sealed.
    log.error({ name: (err as Error).name, channelId: id, kind }, 'a channel failed in a way that it should not')
    return { kind: 'retry', reason: 'something on our side failed', answer: '' }
  }
}
