import { createObservable } from '../observable.ts'

/** How fresh what is shown can be. `stale` follows a connection that has been lost for longer than a blink. */
export type LiveState =
  | { kind: 'connecting' }
  | { kind: 'live' }
  | { kind: 'reconnecting'; sinceMs: number }
  | { kind: 'stale'; sinceMs: number }

const STALE_AFTER_MS = 15_000

export const liveState = createObservable<LiveState>({ kind: 'connecting' })

/** The connection is gone, since now if nobody knows it for longer; what is shown is stale when it does not come back soon. */
export function markLost(sinceMs = Date.now()): void {
  const current = liveState.get()
  if (current.kind === 'reconnecting' || current.kind === 'stale') return
  const lost = { kind: 'reconnecting', sinceMs } as const
  liveState.set(lost)
  setTimeout(() => {
    if (liveState.get() === lost) liveState.set({ kind: 'stale', sinceMs })
  }, STALE_AFTER_MS)
}

/** What was last told to screen readers about other people's monitors. */
export const announcement = createObservable('')
