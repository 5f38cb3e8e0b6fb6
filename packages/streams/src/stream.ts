/**
 * A stream carries messages from those who publish to one group of consumers, at least once, in order of publication
 * where nothing has to be redelivered. Whoever receives makes repetition harmless by the message's natural key.
 */
export interface Stream<Message> {
  /** Appends in order; resolves when the backend holds them all. A rejection means: publish the same again. */
  publish(messages: readonly Message[]): Promise<void>

  /**
   * Acknowledge by returning: `handle` resolves and its batch is acknowledged; it rejects and the same messages come
   * again, with back-off, until the signal aborts. Resolves after the abort, when the handler in flight has ended.
   */
  consume(subscription: Subscription, handle: HandleBatch<Message>, signal: AbortSignal): Promise<void>

  /**
   * Hands over: what `handle` returns for a message is appended to `target` in the same atomic step that acknowledges
   * the message. A rejection leaves the message pending; it comes again after `reclaimAfterMs`. On abort the handlers
   * in flight have `drainMs` to end; what they do not finish goes back to the group at once.
   */
  relay<Out>(
    subscription: RelaySubscription<Out>,
    handle: HandleMessage<Message, Out>,
    signal: AbortSignal,
  ): Promise<void>

  depth(group: string): Promise<Depth>
}

export interface Subscription {
  /** A stream has one group: an acknowledged message is gone, so a second group would miss messages. */
  readonly group: string
  /** Unique among the living. A consumer that comes back under its name first gets what it left unfinished. */
  readonly consumer: string
  readonly batchSize: number
  /** A message that its consumer neither finished nor kept alive for so long goes to another consumer. */
  readonly reclaimAfterMs: number
  /** The least time between two batches that are not full, for fewer and larger batches. Default 0. */
  readonly paceMs?: number
  /** The first pause after a rejected batch; it doubles up to thirty seconds. Default 200. */
  readonly retryDelayMs?: number
}

export interface RelaySubscription<Out> extends Subscription {
  /** A stream of the same backend. */
  readonly target: Stream<Out>
  readonly concurrency: number
  /** Default 8,000. */
  readonly drainMs?: number
}

export type HandleBatch<Message> = (batch: readonly Message[]) => Promise<void>

/** `signal` aborts at the end of the drain: whoever is still at work then stops and rejects. */
export type HandleMessage<Message, Out> = (message: Message, signal: AbortSignal) => Promise<readonly Out[]>

export interface Depth {
  /** Messages that are not acknowledged yet, delivered or not. */
  readonly length: number
  /** Those of them that some consumer has taken. */
  readonly pending: number
  /** How long ago the oldest of them was published; 0 where there is none. */
  readonly oldestAgeMs: number
}

/** Tells an operator, in one sentence, of something that a stream survived and a person should know. */
export type Alarm = (message: string) => void
