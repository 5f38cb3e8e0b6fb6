import { type LiveFrame, liveFrameSchema } from '@repo/contracts/live'
import type { Revoked } from '@repo/contracts/revoked'
import { parseUserId, parseWorkspaceId, type WorkspaceId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { createLog } from '@repo/service/log'
import { createManualClock, type ManualClock } from '@repo/service/testing'
import type { Backend } from '@repo/streams/backend'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import { eventually } from '@repo/streams/testing/eventually'
import type { LiveLimits } from '../src/live-limits.ts'
import { createLive } from '../src/live-service.ts'
import type { Principal } from '../src/principal.ts'
import { AppError, problemResponse } from '../src/problems.ts'

/** The live socket alone, at noon: whoever it lets in was made by `addPrincipal`. */
export interface LiveRig extends AsyncDisposable {
  readonly url: string
  readonly clock: ManualClock
  readonly backend: Backend
  /** How the re-asking is answered: the sessions, keys, workspaces and roles that are in here have ended. */
  readonly ended: Set<string>
  /** What was asked at once, each time. */
  readonly asked: (readonly Principal[])[]
  /** What nothing is remembered of any more. */
  readonly forgotten: Revoked[]
  addPrincipal(changes?: Partial<Principal>): Principal & { readonly token: string }
  watch(token: string, after?: string): Promise<Watching>
  /** What is asked is answered when the returned function is called, as it was when it was asked. */
  holdAnswers(): () => void
  /** From now on it cannot be said whether a session still holds. */
  failToAnswer(): void
  /** As after a connection to the bus that was lost: the listener is told once it hears again. */
  missSomething(): void
  /** Publishes as many changes of monitors, and answers their names. */
  tell(workspaceId: WorkspaceId, count?: number): Promise<string[]>
}

export interface Watching extends Disposable {
  readonly frames: LiveFrame[]
  /** The monitors of the changes that came, in order. */
  readonly told: string[]
  /** Of the last frame that had one. */
  readonly lastId: string
  readonly closed: Promise<CloseEvent>
}

export async function openLiveRig(limits: Partial<LiveLimits> = {}): Promise<LiveRig> {
  const principals = new Map<string, Principal>()
  const ended = new Set<string>()
  const asked: (readonly Principal[])[] = []
  const forgotten: Revoked[] = []
  let failing = false
  let answering = Promise.resolve()
  let missSomething = () => {}
  const clock = createManualClock(noonMs)
  const backend = createMemoryBackend((alarm) => {
    throw new Error(alarm)
  })
  const live = createLive({
    ...backend,
    live: {
      ...backend.live,
      subscribe(handle, signal, onMissed = () => {}) {
        missSomething = onMissed
        return backend.live.subscribe(handle, signal)
      },
    },
    access: {
      async authenticate(request) {
        const principal = principals.get(request.headers.get('authorization') ?? '')
        if (!principal) throw new AppError('unauthenticated')
        return principal
      },
      forget: (revoked) => void forgotten.push(revoked),
      async stillValid(some) {
        asked.push(some)
        if (failing) throw new Error('the database is away')
        const valid = some.filter(({ id, workspaceId, role }) => ![id, workspaceId, role].some((one) => ended.has(one)))
        await answering
        return new Set(valid.map(({ id }) => id))
      },
    },
    clock,
    log: createLog('api', 'silent'),
    limits,
  })
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    websocket: live.websocket,
    async fetch(request, ownServer) {
      try {
        return (await live.upgrade(ownServer, request)) ? undefined : problemResponse(new AppError('upgrade_required'))
      } catch (error) {
        if (error instanceof AppError) return problemResponse(error)
        throw error
      }
    },
  })
  const ending = new AbortController()
  await live.follow(server, ending.signal)
  const url = `ws://127.0.0.1:${server.port}/api/v1/live`
  let monitors = 0

  return {
    url,
    clock,
    backend,
    ended,
    asked,
    forgotten,
    addPrincipal(changes = {}) {
      const token = crypto.randomUUID()
      const principal = makePrincipal(changes)
      principals.set(token, principal)
      return { ...principal, token }
    },
    watch: (token, after) => watch(after === undefined ? url : `${url}?after=${after}`, token),
    holdAnswers() {
      const held = Promise.withResolvers<void>()
      answering = held.promise
      return held.resolve
    },
    failToAnswer() {
      failing = true
    },
    missSomething: () => missSomething(),
    async tell(workspaceId, count = 1) {
      const names = Array.from({ length: count }, () => `monitor ${++monitors}`)
      const events = names.map((monitorId) => ({ type: 'monitor.changed' as const, monitorId }))
      await backend.live.publish({ workspaceId, events })
      return names
    },
    async [Symbol.asyncDispose]() {
      ending.abort()
      await server.stop(true)
    },
  }
}

function makePrincipal(changes: Partial<Principal>): Principal {
  return {
    kind: 'session',
    id: crypto.randomUUID(),
    userId: parseUserId(crypto.randomUUID()),
    username: 'alice',
    isOperator: false,
    workspaceId: parseWorkspaceId(crypto.randomUUID()),
    workspaceName: 'alice',
    role: 'owner',
    scopes: [],
    expiresAtMs: Number.POSITIVE_INFINITY,
    ...changes,
  }
}

/** A socket that has heard `hello`. */
async function watch(url: string, token: string): Promise<Watching> {
  // Bun's socket takes headers, which the standard one does not know.
  const socket = new WebSocket(url, { headers: { authorization: token } } as unknown as string[])
  const frames: LiveFrame[] = []
  const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve))
  socket.addEventListener('message', ({ data }) => frames.push(liveFrameSchema.parse(JSON.parse(String(data)))))
  await Promise.race([
    eventually('a frame comes', () => frames.length > 0),
    closed.then(({ code }) => Promise.reject(new Error(`closed with ${code}`))),
  ])
  return {
    frames,
    get told() {
      return frames.flatMap((frame) => ('monitorId' in frame ? [frame.monitorId] : []))
    },
    get lastId() {
      return frames.findLast((frame) => 'id' in frame)?.id ?? ''
    },
    closed,
    [Symbol.dispose]: () => socket.close(),
  }
}
