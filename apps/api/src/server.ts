import { watchingLimits } from '@repo/contracts/watching'
import { aborted, type Service } from '@repo/service/lifecycle'
import { createApp } from './app.ts'
import type { ApiDeps } from './deps.ts'
import type { FrontDoor } from './front-door.ts'
import { createLiveHub, type Watcher } from './live-hub.ts'
import { AppError, problemResponse, translateErrors } from './problems.ts'

export interface ServerDeps extends ApiDeps {
  readonly frontDoor: FrontDoor
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  readonly onListening?: (url: string) => void
}

const livePath = '/api/v1/live'

/**
 * REST, the live socket, and the front door, on one port.
 *
 * The service rejects at once, in one line, where the port is taken or the address cannot be used.
 */
export function createApiServer({ frontDoor, host, port, onListening, ...deps }: ServerDeps): Service {
  const app = createApp(deps, frontDoor)
  const hub = createLiveHub(deps, tellWatched)
  const answerError = translateErrors((err) => deps.log.error({ err }, 'upgrade failed'))

  return async function api(signal) {
    const server = listen({ host, port, fetch: answer, websocket: hub.websocket })
    const liveEnded = new AbortController()
    await deps.live.subscribe((batch) => hub.announce(server, batch), liveEnded.signal)
    const repeat = setInterval(tellWatched, watchingLimits.repeatMs)
    onListening?.(`http://${host.includes(':') ? `[${host}]` : host}:${server.port}`)
    await aborted(signal)
    clearInterval(repeat)
    await stop(server)
    liveEnded.abort()
  }

  /** Where nobody is told, people see their ticks a little later: they read anew. */
  function tellWatched(): void {
    const workspaceIds = hub.watched()
    if (workspaceIds.length === 0) return
    deps.watching
      .publish({ workspaceIds })
      .catch((err: unknown) => deps.log.warn({ err }, 'what is watched could not be told'))
  }

  async function answer(request: Request, server: Bun.Server<Watcher>): Promise<Response | undefined> {
    if (new URL(request.url).pathname !== livePath) return app.fetch(request)
    if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket')
      return problemResponse(new AppError('upgrade_required'))
    try {
      return (await hub.upgrade(server, request)) ? undefined : problemResponse(new AppError('upgrade_required'))
    } catch (error) {
      return answerError(error as Error, undefined as never)
    }
  }
}

interface ListenOptions {
  readonly host: string
  readonly port: number
  readonly websocket: Bun.WebSocketHandler<Watcher>
  readonly fetch: (request: Request, server: Bun.Server<Watcher>) => Promise<Response | undefined>
}

function listen({ host, port, websocket, fetch }: ListenOptions): Bun.Server<Watcher> {
  try {
    // Left to itself, Bun shares the port with whoever else asks to share it, and half the requests would be theirs.
    return Bun.serve<Watcher>({
      hostname: host,
      port,
      fetch,
      websocket,
      idleTimeout: 30,
      development: false,
      reusePort: false,
    })
  } catch (cause) {
    const isTaken = (cause as { code?: string }).code === 'EADDRINUSE'
    const why = isTaken
      ? 'it is in use: stop what listens there, or choose another with --port'
      : (cause as Error).message
    throw new Error(`cannot listen on ${host}:${port}: ${why}`, { cause })
  }
}

/** Requests in flight get a moment to end; sockets are closed at once. */
async function stop(server: Bun.Server<Watcher>): Promise<void> {
  const ended = server.stop()
  const patience = setTimeout(() => server.stop(true), 1_000)
  await ended
  clearTimeout(patience)
}
