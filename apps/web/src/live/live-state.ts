import { createObservable } from '../observable.ts'

/** How fresh what is shown can be. `stale` follows a connection that has been lost for longer than a blink. */
export type LiveState =
  | { kind: 'connecting' }
  | { kind: 'live' }
  | { kind: 'reconnecting'; sinceMs: number }
  | { kind: 'stale'; sinceMs: number }

export const STALE_AFTER_MS = 15_000

export const liveState = createObservable<LiveState>({ kind: 'connecting' })

/** What was last told to screen readers about other people's monitors. */
export const announcement = createObservable('')
