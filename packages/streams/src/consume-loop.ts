import type { Claim, Inbox } from './inbox.ts'
import { streamLimits } from './limits.ts'
import { pause, persist } from './pause.ts'
import { seldom } from './seldom.ts'
import type { Alarm, HandleBatch, Subscription } from './stream.ts'

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
    onAlarm(
      `${subscription.group}: a batch of ${claims.length} ${what} and is tried again: ${(error as Error).message}`,
    )
  const backoff = { firstMs: retryDelayMs, lastMs: streamLimits.retryDelayMs.last, onFailure: tell('was rejected') }
  const handled = await persist(() => handle(claims.map((claim) => claim.message)), backoff, signal)
  if (!handled) return
  const patience = { ...streamLimits.backendRetry, onFailure: tell('cannot be acknowledged') }
  await persist(() => inbox.acknowledge(claims), patience, signal)
}
