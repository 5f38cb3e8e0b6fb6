import type { Claim, Inbox } from './inbox.ts'
import { streamLimits } from './limits.ts'
import { pause, persist } from './pause.ts'
import type { HandleBatch, Subscription } from './stream.ts'

export interface ConsumeLoop<Message, C extends Claim<Message>> {
  readonly inbox: Inbox<C>
  readonly subscription: Subscription
  readonly handle: HandleBatch<Message>
}

export async function runConsumeLoop<Message, C extends Claim<Message>>(
  loop: ConsumeLoop<Message, C>,
  signal: AbortSignal,
): Promise<void> {
  const { inbox, subscription } = loop
  try {
    while (!signal.aborted) {
      const claims = await inbox.take(subscription.batchSize, signal)
      if (claims.length === 0) continue
      const takenAtMs = performance.now()
      await settle(claims, loop, signal)
      if (claims.length === subscription.batchSize) continue
      await pause((subscription.paceMs ?? 0) - (performance.now() - takenAtMs), signal)
    }
  } finally {
    await inbox.close()
  }
}

async function settle<Message, C extends Claim<Message>>(
  claims: readonly C[],
  { inbox, subscription, handle }: ConsumeLoop<Message, C>,
  signal: AbortSignal,
): Promise<void> {
  const { retryDelayMs = streamLimits.retryDelayMs.first } = subscription
  const backoff = { firstMs: retryDelayMs, lastMs: streamLimits.retryDelayMs.last }
  const handled = await persist(() => handle(claims.map((claim) => claim.message)), backoff, signal)
  if (handled) await persist(() => inbox.acknowledge(claims), streamLimits.backendRetry, signal)
}
