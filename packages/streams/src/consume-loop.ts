import { deadOf, errorText, isWorn, wornReason } from './burial.ts'
import type { Claim, Inbox, Settled } from './inbox.ts'
import { streamLimits } from './limits.ts'
import { pause, persist } from './pause.ts'
import { seldom } from './seldom.ts'
import { type Alarm, type HandleBatch, Refused, type Subscription } from './stream.ts'

export interface ConsumeLoop<Message, C extends Claim<Message>> {
  readonly inbox: Inbox<C>
  readonly subscription: Subscription
  readonly handle: HandleBatch<Message>
  readonly onAlarm: Alarm
}

export async function runConsumeLoop<Message, C extends Claim<Message>>(
  loop: ConsumeLoop<Message, C>,
  signal: AbortSignal,
): Promise<void> {
  const { inbox, subscription } = loop
  const told = { ...loop, onAlarm: seldom(loop.onAlarm) }
  try {
    while (!signal.aborted) {
      const claims = await inbox.take(subscription.batchSize, signal)
      if (claims.length === 0) continue
      const takenAtMs = performance.now()
      await settle(claims, told, signal)
      if (claims.length === subscription.batchSize) continue
      await pause((subscription.paceMs ?? 0) - (performance.now() - takenAtMs), signal)
    }
  } finally {
    await inbox.close()
  }
}

async function settle<Message, C extends Claim<Message>>(
  claims: readonly C[],
  { inbox, subscription, handle, onAlarm }: ConsumeLoop<Message, C>,
  signal: AbortSignal,
): Promise<void> {
  const { retryDelayMs = streamLimits.retryDelayMs.first } = subscription
  const tell = (what: string) => (error: unknown) =>
    onAlarm(`${subscription.group}: a batch of ${claims.length} ${what} and is tried again: ${errorText(error)}`)
  const settled = claims.filter(isWorn).map((claim) => deadOf(claim, wornReason))
  const fresh = claims.filter((claim) => !isWorn(claim))
  const backoff = { firstMs: retryDelayMs, lastMs: streamLimits.retryDelayMs.last, onFailure: tell('was rejected') }
  const carryOut = async () => void settled.push(...(await carriedOut(handle, fresh)))
  if (fresh.length > 0) await persist(carryOut, backoff, signal)
  const patience = { ...streamLimits.backendRetry, onFailure: tell('cannot be acknowledged') }
  if (settled.length > 0) await persist(() => inbox.settle(settled), patience, signal)
}

async function carriedOut<Message, C extends Claim<Message>>(
  handle: HandleBatch<Message>,
  claims: readonly C[],
): Promise<Settled<C>[]> {
  const refusals = await refusedBy(
    handle,
    claims.map(({ message }) => message),
  )
  return claims.map((claim) => {
    const reason = refusals.get(claim.message)
    return reason === undefined ? { kind: 'done', claim, texts: [] } : deadOf(claim, reason)
  })
}

async function refusedBy<Message>(
  handle: HandleBatch<Message>,
  messages: readonly Message[],
): Promise<ReadonlyMap<unknown, string>> {
  try {
    await handle(messages)
    return new Map()
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const refusals = new Map(error.refused.map(({ message, reason }) => [message, reason]))
    const own = new Set<unknown>(messages)
    if ([...refusals.keys()].every((message) => own.has(message))) return refusals
    // Whoever refuses a message that it was not given has lost track of its batch.
    throw new Error('refused messages that are not of the batch', { cause: error })
  }
}
