/** A message that a consumer has taken and not acknowledged yet. Each adapter adds what it recognises it by. */
export interface Claim<Message> {
  readonly message: Message
}

/** A taken message with what its handler returned, as the target stores it. */
export interface Finished<C> {
  readonly claim: C
  readonly texts: readonly string[]
}

/**
 * What one consumer does with its messages. Each adapter has its own; the loops of `consume` and `relay` are written
 * once, upon this.
 */
export interface Inbox<C> {
  /** Waits for at least one message, outages included; resolves with none when the signal aborts. */
  take(count: number, signal: AbortSignal): Promise<readonly C[]>
  acknowledge(claims: readonly C[]): Promise<void>
  /** Lets go of a message whose handler failed: it is delivered anew after `reclaimAfterMs`. */
  fail(claim: C): void
  /** Gives everything that is not acknowledged back to the group, as if it had not been delivered. Never rejects. */
  close(): Promise<void>
}

/** The atomic step of a relay: the texts are in the target and the claims acknowledged, or neither. */
export type HandOver<C> = (finished: readonly Finished<C>[], signal: AbortSignal) => Promise<void>
