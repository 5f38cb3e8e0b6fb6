import { type LiveFrame, liveFrameSchema } from '@repo/contracts/live'
import { liveState, STALE_AFTER_MS } from './live-state.ts'

interface LiveListener {
  /** A connection is up: whatever is shown may have missed frames before this instant. */
  onHello(): void
  onFrame(frame: Exclude<LiveFrame, { type: 'hello' }>): void
  /** A connection could not be had; the session may have ended. */
  onRefused(): void
  /** True while the session is being ended: a connection opened now would be refused. */
  isLeaving(): boolean
}

const FIRST_DELAY_MS = 500
const LAST_DELAY_MS = 15_000

/** Keeps one WebSocket to the API until the signal aborts, with growing, jittered pauses between attempts. */
export async function followLive(listener: LiveListener, signal: AbortSignal): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    if (!listener.isLeaving()) {
      const greeted = await holdConnection(listener, signal)
      if (signal.aborted) return
      failures = greeted ? 0 : failures + 1
      if (!greeted && !listener.isLeaving()) listener.onRefused()
    }
    await sleepOrOnline(retryDelayMs(failures, Math.random()), signal)
  }
}

/** Between half and the whole of an exponentially growing delay. */
export function retryDelayMs(failures: number, random: number): number {
  const ceilingMs = Math.min(LAST_DELAY_MS, FIRST_DELAY_MS * 2 ** failures)
  return ceilingMs / 2 + (ceilingMs / 2) * random
}

/** Resolves when the connection has ended; true if the server had greeted. */
function holdConnection(listener: LiveListener, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/live`)
  let greeted = false
  const close = () => socket.close()
  socket.onmessage = (event) => {
    const frame = readFrame(event.data)
    if (!frame) return
    if (frame.type !== 'hello') return listener.onFrame(frame)
    greeted = true
    liveState.set({ kind: 'live' })
    listener.onHello()
  }
  socket.onclose = () => {
    signal.removeEventListener('abort', close)
    removeEventListener('offline', close)
    if (!signal.aborted) markLost()
    resolve(greeted)
  }
  signal.addEventListener('abort', close)
  addEventListener('offline', close)
  return promise
}

/** A frame of a kind that this page does not know yet is passed over. */
function readFrame(data: unknown): LiveFrame | undefined {
  if (typeof data !== 'string') return undefined
  try {
    return liveFrameSchema.safeParse(JSON.parse(data)).data
  } catch {
    return undefined
  }
}

function markLost(): void {
  const current = liveState.get()
  if (current.kind === 'reconnecting' || current.kind === 'stale') return
  const lost = { kind: 'reconnecting', sinceMs: Date.now() } as const
  liveState.set(lost)
  setTimeout(() => {
    if (liveState.get() === lost) liveState.set({ kind: 'stale', sinceMs: lost.sinceMs })
  }, STALE_AFTER_MS)
}

function sleepOrOnline(delayMs: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, delayMs)
  const wake = () => resolve()
  addEventListener('online', wake)
  signal.addEventListener('abort', wake)
  return promise.finally(() => {
    clearTimeout(timer)
    removeEventListener('online', wake)
    signal.removeEventListener('abort', wake)
  })
}
