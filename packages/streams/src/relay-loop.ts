import { errorText, isLastChance, isWorn, rejectedReason, wornReason } from './burial.ts'
import type { Claim, HandOver, Inbox, Settled } from './inbox.ts'
import { streamLimits } from './limits.ts'
import { pause, persist } from './pause.ts'
import { seldom } from './seldom.ts'
import type { Alarm, HandleMessage, RelaySubscription } from './stream.ts'

export interface RelayLoop<Message, Out, C extends Claim<Message>> {
  readonly inbox: Inbox<C>
  readonly encode: (outputs: readonly Out[]) => readonly string[]
  readonly handOver: HandOver<C>
  /** How long finished messages wait for others to share their atomic step; 0 where a step costs nothing. */
  readonly coalesceMs: number
  readonly subscription: RelaySubscription<Out, Message>
  readonly handle: HandleMessage<Message, Out>
  readonly onAlarm: Alarm
}

export async function runRelayLoop<Message, Out, C extends Claim<Message>>(
  loop: RelayLoop<Message, Out, C>,
  signal: AbortSignal,
): Promise<void> {
  const { inbox, subscription } = loop
  const desk = createDesk(loop, signal)
  try {
    while (!signal.aborted) {
      const room = await desk.room()
      const claims = signal.aborted ? [] : await inbox.take(Math.min(room, subscription.batchSize), signal)
      for (const claim of claims) desk.start(claim)
      // Single slots that become free would otherwise be filled by a read each.
      if (claims.length < subscription.batchSize) await pause(subscription.paceMs ?? loop.coalesceMs, signal)
    }
    await desk.drain(subscription.drainMs ?? streamLimits.drainMs)
  } finally {
    desk.close()
    await inbox.close()
  }
}

/** Keeps the messages that are being handled, and hands over those that are finished, several in one step. */
function createDesk<Message, Out, C extends Claim<Message>>(loop: RelayLoop<Message, Out, C>, signal: AbortSignal) {
  const { encode, handOver, coalesceMs, subscription, handle } = loop
  const drained = new AbortController()
  const tellOfRejection = seldom(loop.onAlarm)
  const tellOfDelay = seldom(loop.onAlarm)
  const patience = {
    ...streamLimits.backendRetry,
    onFailure: (error: unknown) =>
      tellOfDelay(`${subscription.group}: results cannot be handed over yet: ${errorText(error)}`),
  }
  const settled: Settled<C>[] = []
  let busy = 0
  let flushing = false
  let closed = false
  let wake = () => {}
  signal.addEventListener('abort', () => wake(), { once: true })

  const changed = () =>
    new Promise<void>((resolve) => {
      wake = resolve
    })

  function release(count: number): void {
    busy -= count
    wake()
  }

  async function carryOut(claim: C): Promise<void> {
    try {
      if (isWorn(claim)) settled.push(dead(claim, wornReason))
      else settled.push({ kind: 'done', claim, texts: encode(await handle(claim.message, drained.signal)) })
    } catch (error) {
      // Who rejects because the drain is over has not failed: closing the inbox gives the message back.
      if (drained.signal.aborted) return release(1)
      settled.push(rejected(claim, error))
    }
    if (!flushing && !closed) await flush()
  }

  function rejected(claim: C, error: unknown): Settled<C> {
    if (isLastChance(claim)) return dead(claim, rejectedReason(error))
    tellOfRejection(`${subscription.group}: a message was rejected and comes again: ${errorText(error)}`)
    return { kind: 'back', claim }
  }

  function dead(claim: C, reason: string): Settled<C> {
    try {
      return { kind: 'dead', claim, texts: encode(subscription.bury?.(claim.message, reason) ?? []), reason }
    } catch (error) {
      return { kind: 'dead', claim, texts: [], reason: `${reason} (and nobody hears of it: ${errorText(error)})` }
    }
  }

  // A slot is free only when its result is handed over, so that results cannot pile up while the backend is away.
  async function flush(): Promise<void> {
    flushing = true
    while (settled.length > 0) {
      // A step costs the backend and us much the same whatever is in it, so none is taken for a few.
      if (settled.length < streamLimits.messagesPerStep) await pause(coalesceMs, drained.signal)
      const step = settled.splice(0, streamLimits.messagesPerStep)
      await persist(() => handOver(step, drained.signal), patience, drained.signal)
      release(step.length)
    }
    flushing = false
  }

  async function idle(ms: number): Promise<void> {
    const endsAtMs = performance.now() + ms
    const timer = setTimeout(() => wake(), ms)
    while (busy > 0 && performance.now() < endsAtMs - 1) await changed()
    clearTimeout(timer)
  }

  return {
    start(claim: C): void {
      busy += 1
      void carryOut(claim)
    },
    async room(): Promise<number> {
      while (busy >= subscription.concurrency && !signal.aborted) await changed()
      return subscription.concurrency - busy
    },
    async drain(ms: number): Promise<void> {
      await idle(ms)
      drained.abort()
      await idle(streamLimits.abortGraceMs)
    },
    close(): void {
      closed = true
      drained.abort()
    },
  }
}
