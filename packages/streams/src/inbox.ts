/** A message that a consumer has taken and not acknowledged yet. Each adapter adds what it recognises it by. */
export interface Claim<Message> {
  readonly message: Message
  /** How often it was delivered, this time included. Clean stops are not counted. */
  readonly deliveries: number
}

/** What became of a taken message: it is done, it comes again, or it is set aside. `texts` are for the target. */
export type Settled<C> =
  | { readonly kind: 'done'; readonly claim: C; readonly texts: readonly string[] }
  | { readonly kind: 'back'; readonly claim: C }
  | { readonly kind: 'dead'; readonly claim: C; readonly texts: readonly string[]; readonly reason: string }

/**
 * What one consumer does with its messages. Each adapter has its own; the loops of `consume` and `relay` are written
 * once, upon this.
 */
export interface Inbox<C> {
  /** Waits for at least one message, outages included; resolves with none when the signal aborts. */
  take(count: number, signal: AbortSignal): Promise<readonly C[]>
  /** In one step all of them or none: what is done or dead is acknowledged, and of what is dead the reason is kept. */
  settle(settled: readonly Settled<C>[]): Promise<void>
  /** Gives everything that is not acknowledged back to the group, as if it had not been delivered. Never rejects. */
  close(): Promise<void>
}

/** The atomic step of a relay: the texts are in the target and the claims settled, or neither. */
export type HandOver<C> = (settled: readonly Settled<C>[], signal: AbortSignal) => Promise<void>
