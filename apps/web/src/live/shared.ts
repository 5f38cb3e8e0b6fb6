import { type LiveChange, liveTimes } from '@repo/contracts/live'
import { type LiveState, liveState, markLost } from './live-state.ts'
import { followLive, type LiveListener, type LiveSource } from './socket.ts'

/** What the tab that has the connection tells the others, and what they ask it. */
type Told =
  | { readonly kind: 'frame'; readonly frame: LiveChange }
  | { readonly kind: 'gap'; readonly id: string | undefined }
  | { readonly kind: 'refused' }
  | { readonly kind: 'state'; readonly state: LiveState; readonly lastId: string | undefined }
  | { readonly kind: 'sign' }
  | { readonly kind: 'who' }

/** A tab is given up a little later than a connection is: first it may notice by itself that it has lost that. */
const PATIENCE_MS = liveTimes.silentMs + 5_000
const LOOK_EVERY_MS = 5_000

/**
 * Follows the live channel once for all tabs of a browser that show the same. Whoever holds the lock (Web Locks) has
 * the WebSocket and tells the others by a BroadcastChannel; when it closes, the next one goes on where it ended. A
 * page that may have no locks, which is one by plain http from another machine, has a connection of its own.
 * @param name Of what is followed: tabs that show another workspace, or another person's, are not told.
 */
export async function followTogether(
  { name, ...source }: LiveSource & { readonly name: string },
  listener: LiveListener,
  signal: AbortSignal,
): Promise<void> {
  if (!navigator.locks || typeof BroadcastChannel === 'undefined') return followLive(source, listener, signal)
  const tab = createTab(name, listener)
  const watch = setInterval(() => {
    if (tab.hasNobody() && !document.hidden) void lead({ steal: true })
  }, LOOK_EVERY_MS)

  async function lead(options: LockOptions): Promise<void> {
    const rank = new AbortController()
    try {
      await navigator.locks.request(`live ${name}`, options, async () => {
        const ending = AbortSignal.any([signal, rank.signal])
        await tab.lead(() => followLive({ ...source, after: tab.lastId }, tab.relay, ending))
      })
    } catch (error) {
      // Somebody who heard nothing of us for long has taken the lock away, or the page is being left.
      if (!isAbort(error)) throw error
      rank.abort()
    }
  }

  tab.ask()
  while (!signal.aborted) await lead({ signal })
  clearInterval(watch)
  tab.close()
}

function createTab(name: string, listener: LiveListener) {
  const channel = new BroadcastChannel(`live ${name}`)
  let isLeader = false
  let isJoining = true
  let lastId: string | undefined
  let heardAtMs = performance.now()
  const tell = (told: Told) => channel.postMessage(told)
  const tellState = () => {
    if (isLeader) tell({ kind: 'state', state: liveState.get(), lastId })
  }

  channel.onmessage = ({ data }: MessageEvent<Told>) => {
    if (data.kind === 'who') return tellState()
    heardAtMs = performance.now()
    if (isLeader) return
    if (data.kind === 'frame') hear(data.frame)
    if (data.kind === 'refused') listener.onRefused()
    if (data.kind === 'gap') missed(data.id)
    if (data.kind !== 'state') return
    if (data.state.kind === 'reconnecting') markLost(data.state.sinceMs)
    else liveState.set(data.state)
    lastId ??= data.lastId
    // What this tab read before it listened may lack what the others were told meanwhile.
    if (isJoining) join(data.lastId)
    isJoining = false
  }

  function hear(frame: LiveChange): void {
    lastId = frame.id
    listener.onFrame(frame)
  }

  function join(id: string | undefined): void {
    if (id === undefined) listener.onGap(id)
    else listener.onBegin(id)
  }

  function missed(id: string | undefined): void {
    lastId = id
    isJoining = false
    listener.onGap(id)
  }

  const relay: LiveListener = {
    isLeaving: listener.isLeaving,
    onFrame(frame) {
      hear(frame)
      tell({ kind: 'frame', frame })
    },
    onBegin(id) {
      lastId = id
      isJoining = false
      listener.onBegin(id)
      tell({ kind: 'gap', id })
    },
    onGap(id) {
      missed(id)
      tell({ kind: 'gap', id })
    },
    onRefused() {
      listener.onRefused()
      tell({ kind: 'refused' })
    },
    onSign: () => tell({ kind: 'sign' }),
  }

  return {
    relay,
    get lastId() {
      return lastId
    },
    ask: () => tell({ kind: 'who' }),
    close: () => channel.close(),
    hasNobody: () => !isLeader && performance.now() - heardAtMs > PATIENCE_MS,
    async lead(follow: () => Promise<void>): Promise<void> {
      isLeader = true
      const forget = liveState.subscribe(tellState)
      try {
        await follow()
      } finally {
        forget()
        isLeader = false
        heardAtMs = performance.now()
      }
    },
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}
