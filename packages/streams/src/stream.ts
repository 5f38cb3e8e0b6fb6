import type { Fence } from './lease.ts'

/**
 * A stream carries messages from those who publish to one group of consumers, at least once, in order of publication
 * where nothing has to be redelivered. Whoever receives makes repetition harmless by the message's natural key.
 */
export interface Stream<Message> {
  /**
   * Appends in order; resolves when the backend holds them all. A rejection means: publish the same again; but `Fenced`
   * means that somebody else leads now.
   */
  publish(messages: readonly Message[], options?: PublishOptions): Promise<void>

  /**
   * Acknowledge by returning: `handle` resolves and its batch is acknowledged; it rejects and the same messages come
   * again, with back-off, until the signal aborts. Resolves after the abort, when the handler in flight has ended.
   * A handler that rejects with `Refused` has handled all of its batch but those, which are set aside.
   */
  consume(subscription: Subscription, handle: HandleBatch<Message>, signal: AbortSignal): Promise<void>

  /**
   * Hands over: what `handle` returns for a message is appended to `target` in the same atomic step that acknowledges
   * the message. After a rejection the message comes again, alone, within `reclaimAfterMs` or a little later; after the
   * third it is set aside. On abort the handlers in flight have `drainMs` to end; what they do not finish goes back to
   * the group at once, and is not counted as a failure.
   */
  relay<Out>(
    subscription: RelaySubscription<Out, Message>,
    handle: HandleMessage<Message, Out>,
    signal: AbortSignal,
  ): Promise<void>

  depth(group: string): Promise<Depth>
}

export interface PublishOptions {
  /** From a lease of the same backend: nothing is added once somebody else has taken the lease. */
  readonly fence?: Fence
}

/** Nothing was added: the lease that the fence came from has a new holder. */
export class Fenced extends Error {
  override readonly name = 'Fenced'
}

/** What a handler of batches throws when it has handled all but some messages, which can never be handled. */
export class Refused<Message = unknown> extends Error {
  override readonly name = 'Refused'
  readonly refused: readonly Refusal<Message>[]

  constructor(refused: readonly Refusal<Message>[]) {
    super(`${refused.length} messages were refused, the first because ${refused[0]?.reason}`)
    this.refused = refused
  }
}

export interface Refusal<Message> {
  /** The very object that the handler was given. */
  readonly message: Message
  readonly reason: string
}

export interface Subscription {
  /** A stream has one group: an acknowledged message is gone, so a second group would miss messages. */
  readonly group: string
  /** Unique among the living. A consumer that comes back under its name first gets what it left unfinished. */
  readonly consumer: string
  /** Messages in a batch at most. Of those that came with them in one entry, some may wait here for the next batch. */
  readonly batchSize: number
  /** A message that its consumer neither finished nor kept alive for so long goes to another consumer. */
  readonly reclaimAfterMs: number
  /** The least time between two batches that are not full, for fewer and larger batches. Default 0. */
  readonly paceMs?: number
  /** The first pause after a rejected batch; it doubles up to thirty seconds. Default 200. */
  readonly retryDelayMs?: number
}

export interface RelaySubscription<Out, Message = unknown> extends Subscription {
  /** A stream of the same backend. */
  readonly target: Stream<Out>
  /** Messages that are handled at once at most. */
  readonly concurrency: number
  /** Default 8,000. */
  readonly drainMs?: number
  /**
   * What is added to the target in the step that sets a message aside, so that somebody hears of it there. A message that
   * cannot even be read has nobody to ask.
   */
  readonly bury?: (message: Message, reason: string) => readonly Out[]
}

export type HandleBatch<Message> = (batch: readonly Message[]) => Promise<void>

/** `signal` aborts at the end of the drain: whoever is still at work then stops and rejects. */
export type HandleMessage<Message, Out> = (message: Message, signal: AbortSignal) => Promise<readonly Out[]>

export interface Depth {
  /** Entries that are not acknowledged yet, delivered or not. An entry of Redis carries one or many messages. */
  readonly length: number
  /** Those of them that some consumer has taken. */
  readonly pending: number
  /** How long ago the oldest of them was published; 0 where there is none. */
  readonly oldestAgeMs: number
  /** Messages that were set aside because nobody could handle them; Redis keeps the last ten thousand, to be looked at. */
  readonly dead: number
  /** Entries that vanished while a consumer had taken them: deleted or trimmed away by somebody. Counted for ever. */
  readonly lost: number
}

/** Tells an operator, in one sentence, of something that a stream survived and a person should know. */
export type Alarm = (message: string) => void
