import { aborted, type Service } from '@repo/service/lifecycle'
import { refuse } from './access/guard.ts'
import { createHostList } from './access/hosts.ts'
import { createApp } from './app.ts'
import type { ApiDeps } from './deps.ts'
import type { FrontDoor, StatusDoor } from './front-door.ts'
import type { LiveAccess } from './live-access.ts'
import type { Watcher } from './live-hub.ts'
import type { LiveLimits } from './live-limits.ts'
import { createLive } from './live-service.ts'
import { AppError, problemResponse, translateErrors } from './problems.ts'

export interface ServerDeps extends ApiDeps {
  readonly frontDoor: FrontDoor
  /** Answers what is below `/status/`. */
  readonly statusDoor?: StatusDoor
  /** Which sessions and keys of those who watch still hold; asked every few seconds. */
  readonly stillValid: LiveAccess['stillValid']
  /** Where they are not those of everybody. */
  readonly liveLimits?: Partial<LiveLimits>
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  readonly onListening?: (url: string) => void
}

const livePath = '/api/v1/live'
/** What is told there is what could be read. */
const toWatch = { role: 'viewer', resource: 'monitors', access: 'read' } as const

/**
 * REST, the live socket, and the front door, on one port.
 *
 * The service rejects at once, in one line, where the port is taken or the address cannot be used.
 */
export function createApiServer(serverDeps: ServerDeps): Service {
  const { frontDoor, statusDoor, host, port, onListening, stillValid, liveLimits, ...deps } = serverDeps
  const access: LiveAccess = {
    ...deps.authenticator,
    stillValid,
    async authenticate(request) {
      const principal = await deps.authenticator.authenticate(request)
      await deps.requestMeter.take(principal)
      refuse(principal, toWatch)
      return principal
    },
  }
  const live = createLive({ ...deps, access, limits: liveLimits })
  const app = createApp({ ...deps, livePositionOf: live.positionOf }, { frontDoor, statusDoor })
  const isOurName = createHostList(deps.hosts)
  const answerError = translateErrors((err) => deps.log.error({ err }, 'upgrade failed'))

  return async function api(signal) {
    const server = listen({ host, port, fetch: answer, websocket: live.websocket })
    const liveEnded = new AbortController()
    await live.follow(server, liveEnded.signal)
    const pingsEnded = new AbortController()
    const pings = deps.pings.service(pingsEnded.signal)
    onListening?.(`http://${host.includes(':') ? `[${host}]` : host}:${server.port}`)
    await aborted(signal)
    live.closeAll()
    await stop(server)
    pingsEnded.abort()
    await pings
    liveEnded.abort()
  }

  async function answer(request: Request, server: Bun.Server<Watcher>): Promise<Response | undefined> {
    // A `Host` that is no name is a part of the address, which then is none: nobody after this could read it.
    if (!URL.canParse(request.url)) return problemResponse(new AppError('unknown_host'))
    if (new URL(request.url).pathname !== livePath)
      return app.fetch(request, { address: server.requestIP(request)?.address })
    if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket')
      return problemResponse(new AppError('upgrade_required'))
    try {
      if (!isOurName(request.headers.get('host'))) throw new AppError('unknown_host')
      return (await live.upgrade(server, request)) ? undefined : problemResponse(new AppError('upgrade_required'))
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

/** Requests in flight get a moment to end. */
async function stop(server: Bun.Server<Watcher>): Promise<void> {
  const ended = server.stop()
  const patience = setTimeout(() => server.stop(true), 1_000)
  await ended
  clearTimeout(patience)
}
