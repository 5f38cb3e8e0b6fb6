import type { KeptPage, PageStore } from './page-store.ts'

type Parts = Readonly<Record<string, string>>

export interface EventHubDeps {
  readonly store: Pick<PageStore, 'onChange'>
  /** What of a page stands where in its document. */
  readonly partsOf: (kept: KeptPage, base: string) => Parts
  /** Whether what is shown may not be true any more, which whoever begins to listen is told first. */
  readonly isStale: () => boolean
  /** So many listen to one process at most. */
  readonly limit?: number
}

/** Tells those who look at a page what has changed on it, by server-sent events. */
export interface EventHub {
  /** @returns undefined where too many listen already. */
  listen(asked: Asking): ReadableStream | undefined
  readonly count: number
  /** A line that means nothing, so that whoever stands between sees that the connection lives. */
  beat(): void
  /** What is shown may not be true any more, or is true again. */
  tellStale(isStale: boolean): void
  closeAll(): void
}

export interface Asking {
  readonly kept: KeptPage
  readonly base: string
  /** Of what whoever asks has already; they are told all of it where that is not what there is. */
  readonly version: string | undefined
  readonly signal: AbortSignal
}

interface Listener {
  readonly send: (chunk: Uint8Array) => void
  readonly close: () => void
}

const LIMIT = 20_000
/** Whoever takes so long to read is let go, and comes again by itself. */
const BEHIND_CHUNKS = 64
const RETRY_MS = 3_000

const encoder = new TextEncoder()
const heartbeat = encoder.encode(':\n\n')

export function createEventHub({ store, partsOf, isStale, limit = LIMIT }: EventHubDeps): EventHub {
  /** By the page and its base: what they are told is made once for all of them. */
  const rooms = new Map<string, Set<Listener>>()
  let count = 0

  store.onChange((kept, before) => {
    for (const [key, listeners] of rooms) {
      const [id = '', base = ''] = key.split(' ')
      if (id !== kept.snapshot.id) continue
      const chunk = chunkOf(kept, changedOf(partsOf(kept, base), before && partsOf(before, base)))
      for (const { send } of listeners) send(chunk)
    }
  })

  return {
    get count() {
      return count
    },
    listen({ kept, base, version, signal }) {
      if (count >= limit) return undefined
      const key = `${kept.snapshot.id} ${base}`
      const room = rooms.get(key) ?? new Set<Listener>()
      rooms.set(key, room)
      const missed = version === undefined || version === kept.version ? undefined : chunkOf(kept, partsOf(kept, base))
      const onEnd = () => {
        count -= 1
        if (room.size === 0) rooms.delete(key)
      }
      return open(room, { signal, missed, onEnd })
    },
    beat: () => tellAll(heartbeat),
    tellStale: (is) => tellAll(staleness(is)),
    closeAll() {
      for (const room of rooms.values()) for (const { close } of room) close()
    },
  }

  function tellAll(chunk: Uint8Array): void {
    for (const room of rooms.values()) for (const { send } of room) send(chunk)
  }

  function open(room: Set<Listener>, { signal, missed, onEnd }: Opened): ReadableStream {
    let listener: Listener
    const leave = () => {
      if (room.delete(listener)) onEnd()
    }
    return new ReadableStream(
      {
        start(controller) {
          const close = () => {
            leave()
            try {
              controller.close()
            } catch {
              // It was closed by the other end.
            }
          }
          const send = (chunk: Uint8Array) => {
            if ((controller.desiredSize ?? 0) <= 0) close()
            else controller.enqueue(chunk)
          }
          listener = { send, close }
          room.add(listener)
          count += 1
          signal.addEventListener('abort', close, { once: true })
          controller.enqueue(encoder.encode(`retry: ${RETRY_MS}\n\n`))
          if (missed) controller.enqueue(missed)
          controller.enqueue(staleness(isStale()))
        },
        cancel: leave,
      },
      { highWaterMark: BEHIND_CHUNKS },
    )
  }
}

interface Opened {
  readonly signal: AbortSignal
  readonly missed: Uint8Array | undefined
  readonly onEnd: () => void
}

/** What stands as it stood is not told again. */
function changedOf(parts: Parts, before: Parts | undefined): Parts {
  if (!before) return parts
  return Object.fromEntries(Object.entries(parts).filter(([name, html]) => before[name] !== html))
}

function staleness(isStale: boolean): Uint8Array {
  return encoder.encode(`event: ${isStale ? 'stale' : 'fresh'}\ndata:\n\n`)
}

function chunkOf({ revision, version }: KeptPage, parts: Parts): Uint8Array {
  return encoder.encode(`id: ${revision}\nevent: page\ndata: ${JSON.stringify({ version, parts })}\n\n`)
}
