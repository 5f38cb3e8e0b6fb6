import { type LiveChange, type LiveFrame, liveFrameSchema, liveSessionEnded, liveTimes } from '@repo/contracts/live'
import { liveState, markLost } from './live-state.ts'

export interface LiveListener {
  /** The channel tells for the first time, what comes after this id: what was read before may lack changes. */
  onBegin(id: string): void
  /**
   * What is shown may lack changes, such as could not be told any more.
   * @param id What comes next is what comes after it, where that is known.
   */
  onGap(id: string | undefined): void
  onFrame(frame: LiveChange): void
  /** A connection could not be had, or was ended by the server: the session may be over. */
  onRefused(): void
  /** True while the session is being ended: a connection opened now would be refused. */
  isLeaving(): boolean
  /** The server said that it is there, or it is asked whether it is: somebody works at it. */
  onSign?(): void
}

export interface LiveSource {
  /** Of the socket, without a query. */
  readonly url: string
  /** The id of the last frame that was seen already, by whom it may be. */
  readonly after?: string | undefined
  /** Where none was seen: from where what was read before is to be told of, if that is known. */
  readonly readUpTo?: (() => string | undefined) | undefined
  /** After so long without a frame the connection counts as lost. */
  readonly silentMs?: number
}

const FIRST_DELAY_MS = 500
const LAST_DELAY_MS = 15_000

/**
 * Keeps one WebSocket to the API until the signal aborts, with growing, jittered pauses between attempts. Each goes on where
 * the last one ended.
 */
export async function followLive(source: LiveSource, listener: LiveListener, signal: AbortSignal): Promise<void> {
  let failures = 0
  let lastId = source.after
  while (!signal.aborted) {
    if (!listener.isLeaving()) {
      listener.onSign?.()
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
  { source, lastId: seen }: { source: LiveSource; lastId: string | undefined },
  listener: LiveListener,
  signal: AbortSignal,
): Promise<Held> {
  const { promise, resolve } = Promise.withResolvers<Held>()
  const after = seen ?? source.readUpTo?.()
  const socket = new WebSocket(after === undefined ? source.url : `${source.url}?after=${encodeURIComponent(after)}`)
  let greeted = false
  let lastId = seen

  function take(frame: LiveFrame): void {
    if (frame.type === 'hello') {
      greeted = true
      liveState.set({ kind: 'live' })
    }
    if (frame.type === 'heartbeat') listener.onSign?.()
    // Where it cannot go on from where it was asked to, it says so next.
    const begins = frame.type === 'hello' && seen === undefined && (after === undefined || after === frame.id)
    if (begins) listener.onBegin(frame.id)
    if (frame.type === 'gap') listener.onGap(frame.id)
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
