import { type LiveChange, type LiveFrame, liveFrameSchema, liveSessionEnded, liveTimes } from '@repo/contracts/live'
import { liveState, STALE_AFTER_MS } from './live-state.ts'

interface LiveListener {
  /** What is shown may lack changes: from before the first connection, or such as could not be told any more. */
  onGap(): void
  onFrame(frame: LiveChange): void
  /** A connection could not be had, or was ended by the server: the session may be over. */
  onRefused(): void
  /** True while the session is being ended: a connection opened now would be refused. */
  isLeaving(): boolean
}

interface LiveSource {
  /** Of the socket, without a query. */
  readonly url: string
  /** After so long without a frame the connection counts as lost. */
  readonly silentMs?: number
}

const FIRST_DELAY_MS = 500
const LAST_DELAY_MS = 15_000

export function liveUrl({ protocol, host }: Pick<Location, 'protocol' | 'host'>): string {
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/api/v1/live`
}

/**
 * Keeps one WebSocket to the API until the signal aborts, with growing, jittered pauses between attempts. Each goes on where
 * the last one ended.
 */
export async function followLive(source: LiveSource, listener: LiveListener, signal: AbortSignal): Promise<void> {
  let failures = 0
  let lastId: string | undefined
  while (!signal.aborted) {
    if (!listener.isLeaving()) {
      const held = await holdConnection({ source, lastId }, listener, signal)
      if (signal.aborted) return
      lastId = held.lastId
      failures = held.greeted ? 0 : failures + 1
      if ((!held.greeted || held.code === liveSessionEnded) && !listener.isLeaving()) listener.onRefused()
    }
    await sleepOrOnline(retryDelayMs(failures, Math.random()), signal)
  }
}

/** Between half and the whole of an exponentially growing delay. */
export function retryDelayMs(failures: number, random: number): number {
  const ceilingMs = Math.min(LAST_DELAY_MS, FIRST_DELAY_MS * 2 ** failures)
  return ceilingMs / 2 + (ceilingMs / 2) * random
}

interface Held {
  readonly greeted: boolean
  /** Of the last frame that had one, of this connection or of one before. */
  readonly lastId: string | undefined
  /** What the connection was closed with, where the server closed it. */
  readonly code: number | undefined
}

/** Resolves when the connection has ended. */
function holdConnection(
  { source, lastId: after }: { source: LiveSource; lastId: string | undefined },
  listener: LiveListener,
  signal: AbortSignal,
): Promise<Held> {
  const { promise, resolve } = Promise.withResolvers<Held>()
  const socket = new WebSocket(after === undefined ? source.url : `${source.url}?after=${encodeURIComponent(after)}`)
  let greeted = false
  let lastId = after

  function take(frame: LiveFrame): void {
    if (frame.type === 'hello') {
      greeted = true
      liveState.set({ kind: 'live' })
    }
    if (frame.type === 'gap' || (frame.type === 'hello' && after === undefined)) listener.onGap()
    if ('monitorId' in frame) listener.onFrame(frame)
    if ('id' in frame) lastId = frame.id
  }

  /** A connection that is lost says no goodbye, so nobody waits for one. */
  function end(code?: number): void {
    clearTimeout(silence)
    signal.removeEventListener('abort', drop)
    removeEventListener('offline', drop)
    socket.onmessage = null
    socket.onclose = null
    if (!signal.aborted) markLost()
    resolve({ greeted, lastId, code })
  }

  function drop(): void {
    socket.close()
    end()
  }

  const { silentMs = liveTimes.silentMs } = source
  let silence = setTimeout(drop, silentMs)
  socket.onmessage = (event) => {
    clearTimeout(silence)
    silence = setTimeout(drop, silentMs)
    const frame = readFrame(event.data)
    if (frame) take(frame)
  }
  socket.onclose = ({ code }) => end(code)
  signal.addEventListener('abort', drop)
  addEventListener('offline', drop)
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
