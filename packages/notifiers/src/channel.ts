import type { Alert } from './alert.ts'

/**
 * What a provider made of one attempt. `answer` is what it said, cut and without secrets, for the log of deliveries; `reason`
 * says in words why it is not told yet, or will not be.
 */
export type Delivery =
  | { readonly kind: 'accepted'; readonly answer: string }
  /** Worth another try, not before `afterMs` have gone by where the provider said so. */
  | { readonly kind: 'retry'; readonly reason: string; readonly answer: string; readonly afterMs?: number }
  /** The same again would be refused again: somebody has to mend the channel. */
  | {
      readonly kind: 'refused'
      readonly reason: string
      readonly answer: string
      /** There is nobody at this address, and not only nobody who takes this message. */
      readonly isGone?: true
    }

export interface Attempt {
  /** Ends the attempt at once: what the provider then made of it is not known, and is worth another try. */
  readonly signal: AbortSignal
  readonly nowMs: number
}

/** A way to tell somebody. Whatever a provider does is a {@link Delivery}; it never throws. */
export interface Channel<Settings> {
  readonly kind: string
  /** Why this instance tells nobody by it, where it was not set up for that. */
  readonly unusable?: string
  deliver(alert: Alert, settings: Settings, attempt: Attempt): Promise<Delivery>
}
