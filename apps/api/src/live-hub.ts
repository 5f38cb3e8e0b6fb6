import { type LiveBatch, type LiveFrame, liveSessionEnded } from '@repo/contracts/live'
import type { Revoked } from '@repo/contracts/revoked'
import { isoTime } from '@repo/contracts/ticks'
import type { WorkspaceId } from '@repo/domain/ids'
import type { Clock } from '@repo/service/clock'
import type { Log } from '@repo/service/log'
import type { Server, ServerWebSocket, WebSocketHandler } from 'bun'
import { createRevocation, findValidPlaces, type LiveAccess, placeOf } from './live-access.ts'
import { LiveChannels } from './live-channels.ts'
import { type LiveLimits, liveLimits } from './live-limits.ts'
import type { LiveRing } from './live-ring.ts'
import { LiveSeats } from './live-seats.ts'
import type { Principal } from './principal.ts'

export interface Watcher {
  readonly principal: Principal
  /** The last id that was seen, where somebody comes back. */
  readonly after: string | null
  unansweredPings: number
}

type Socket = ServerWebSocket<Watcher>

export interface LiveHubDeps {
  readonly access: LiveAccess
  readonly clock: Clock
  readonly log: Log
  /** Called when a workspace comes to be watched. */
  readonly onWatched: () => void
  readonly limits?: Partial<LiveLimits> | undefined
}

const everybody = 'everybody'
/** The close code of a server that ends (IANA's registry of RFC 6455). */
const serviceRestart = 1012
const topicOf = (workspaceId: string) => `workspace:${workspaceId}`

/** The sockets of `/api/v1/live`: each hears what happens in the workspace of its person, and nothing else. */
export class LiveHub {
  readonly #deps: LiveHubDeps
  readonly #limits: LiveLimits
  readonly #channels: LiveChannels
  readonly #seats: LiveSeats
  readonly #sockets = new Set<Socket>()
  #isAsking = false

  constructor(deps: LiveHubDeps) {
    this.#deps = deps
    this.#limits = { ...liveLimits, ...deps.limits }
    this.#channels = new LiveChannels(this.#limits)
    this.#seats = new LiveSeats(this.#limits)
  }

  /** The workspaces whose events are wanted: somebody watches, or may come back. */
  get watched(): WorkspaceId[] {
    return this.#channels.workspaceIds
  }

  /** The id after which whoever reads now has to be told; undefined where it could not be told them. */
  positionOf(workspaceId: WorkspaceId): string | undefined {
    return this.#channels.positionOf(workspaceId)
  }

  get websocket(): WebSocketHandler<Watcher> {
    const answered = ({ data }: Socket) => {
      data.unansweredPings = 0
    }
    return {
      backpressureLimit: this.#limits.backpressureBytes,
      closeOnBackpressureLimit: true,
      maxPayloadLength: 4_096,
      // Being sent something counts as a sign of life here, so silence is found out by the pings of `beat`.
      idleTimeout: 120,
      sendPings: false,
      open: (socket) => this.#open(socket),
      message: answered,
      pong: answered,
      close: (socket) => this.#forget(socket),
    }
  }

  /** Turns a request into a socket. @throws AppError where that is not for the caller, or there are too many. */
  async upgrade(server: Server<Watcher>, request: Request): Promise<boolean> {
    const principal = await this.#deps.access.authenticate(request)
    this.#seats.refuseFull(principal)
    const after = new URL(request.url).searchParams.get('after')
    return server.upgrade(request, { data: { principal, after, unansweredPings: 0 } })
  }

  announce(server: Server<Watcher>, { workspaceId, events }: LiveBatch): void {
    const nowMs = this.#deps.clock.nowMs()
    for (const event of events) {
      const text = this.#channels.push(workspaceId, event, nowMs)
      if (text !== undefined) server.publish(topicOf(workspaceId), text)
    }
  }

  /** We were away from the bus and may have missed something: so has everybody who listens to us. */
  announceGap(server: Server<Watcher>): void {
    for (const [workspaceId, id] of this.#channels.restart())
      server.publish(topicOf(workspaceId), JSON.stringify({ type: 'gap', id } satisfies LiveFrame))
  }

  /** Lets everybody hear that the connection lives, and cuts off those who do not say the same. */
  beat(server: Server<Watcher>): void {
    const nowMs = this.#deps.clock.nowMs()
    this.#channels.sweep(nowMs)
    server.publish(everybody, JSON.stringify({ type: 'heartbeat', at: isoTime(nowMs) } satisfies LiveFrame))
    for (const socket of this.#sockets) {
      if (socket.data.unansweredPings >= this.#limits.unansweredPings) socket.terminate()
      else {
        socket.data.unansweredPings += 1
        socket.ping()
      }
    }
  }

  closeRevoked(revoked: Revoked): void {
    // First, for who is closed may come back at once.
    this.#deps.access.forget(revoked)
    const isRevoked = createRevocation(revoked)
    this.#closeWhere((socket) => isRevoked(principalOf(socket)), 'revoked')
  }

  /** Closes what has expired, and what was revoked without our hearing of it. */
  async closeEnded(): Promise<void> {
    const { access, clock, log } = this.#deps
    const nowMs = clock.nowMs()
    this.#closeWhere((socket) => principalOf(socket).expiresAtMs <= nowMs, 'expired')
    if (this.#isAsking || this.#sockets.size === 0) return
    this.#isAsking = true
    try {
      const asked = new Set(this.#sockets)
      const valid = await findValidPlaces(access, [...asked].map(principalOf))
      // Nobody was asked about those who have come since.
      this.#closeWhere((socket) => asked.has(socket) && !valid.has(placeOf(principalOf(socket))), 'revoked')
    } catch (err) {
      log.warn({ err }, 'whether the sessions of live sockets still hold could not be asked')
    } finally {
      this.#isAsking = false
    }
  }

  /** Everybody may come back at once, to us or to another. */
  closeAll(): void {
    for (const socket of this.#sockets) socket.close(serviceRestart, 'stopping')
  }

  #open(socket: Socket): void {
    const { principal } = socket.data
    const { ring, isNew } = this.#channels.join(principal.workspaceId)
    this.#sockets.add(socket)
    this.#seats.take(principal)
    socket.cork(() => this.#greet(socket, ring))
    socket.subscribe(topicOf(principal.workspaceId))
    socket.subscribe(everybody)
    if (isNew) this.#deps.onWatched()
  }

  #greet(socket: Socket, ring: LiveRing): void {
    const { after } = socket.data
    const nowMs = this.#deps.clock.nowMs()
    const missed = after === null ? [] : ring.since(after, nowMs)
    const id = after !== null && missed ? after : ring.lastId
    socket.send(JSON.stringify({ type: 'hello', id, at: isoTime(nowMs) } satisfies LiveFrame))
    if (!missed) socket.send(JSON.stringify({ type: 'gap', id } satisfies LiveFrame))
    for (const text of missed ?? []) socket.send(text)
  }

  #forget(socket: Socket): void {
    if (!this.#sockets.delete(socket)) return
    const { principal } = socket.data
    this.#seats.free(principal)
    this.#channels.leave(principal.workspaceId, this.#deps.clock.nowMs())
  }

  #closeWhere(isEnded: (socket: Socket) => boolean, reason: string): void {
    for (const socket of this.#sockets) if (isEnded(socket)) socket.close(liveSessionEnded, reason)
  }
}

function principalOf({ data }: Socket): Principal {
  return data.principal
}
