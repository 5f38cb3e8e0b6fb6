import net from 'node:net'
import type { Socket, SocketHandler, TLSOptions } from 'bun'
import { RecordTail } from '../tls/record-tail.ts'
import { endHalfOpen, type HalfOpen } from './half-open.ts'
import { limits } from './limits.ts'
import { ownObstacle } from './own-obstacle.ts'
import { readableEndpoint } from './readable.ts'

export type Connection = Socket<Attempt>

export interface DialTarget {
  /** Numeric addresses that the egress policy has let pass, best first. No name is looked up from here on. */
  readonly addresses: readonly string[]
  readonly port: number
  readonly tls: TLSOptions | null
}

export interface DialFailure {
  readonly address: string
  readonly errorCode: string
}

/** Who is told what becomes of a dial. */
export interface Peer {
  connected(connection: Connection, address: string): void
  unreachable(failures: readonly DialFailure[]): void
  secured(error: Error | null, connection: Connection): void
  received(chunk: Buffer): void
  closed(error: Error | undefined): void
}

/**
 * Connects to the first address that answers: the next one is tried when the last one failed, or has not connected within
 * the stagger (RFC 8305). The first to connect wins, all others are dropped.
 */
export class Dial {
  private readonly attempts: Attempt[] = []
  private failures: readonly DialFailure[] = NONE
  private stagger: ReturnType<typeof setTimeout> | undefined
  private winner: Attempt | null = null
  private isOver = false

  constructor(
    readonly target: DialTarget,
    readonly peer: Peer,
  ) {}

  next(): void {
    clearTimeout(this.stagger)
    const address = this.target.addresses[this.attempts.length]
    if (address === undefined || this.isOver) return
    const attempt = new Attempt(this, address)
    this.attempts.push(attempt)
    if (this.attempts.length < this.target.addresses.length) {
      this.stagger = setTimeout(() => this.next(), limits.staggerMs)
    }
    attempt.start()
  }

  won(attempt: Attempt, connection: Connection): void {
    this.winner = attempt
    this.isOver = true
    clearTimeout(this.stagger)
    for (const other of this.attempts) if (other !== attempt) other.abandon()
    this.peer.connected(connection, attempt.address)
  }

  lost(failure: DialFailure): void {
    if (this.isOver) return
    this.failures = [...this.failures, failure]
    if (this.failures.length === this.target.addresses.length) {
      this.isOver = true
      this.peer.unreachable(this.failures)
    } else {
      this.next()
    }
  }

  /** Writes to the connection that won: at once what fits, the rest as it drains. False when the connection is gone. */
  write(bytes: Uint8Array | string): boolean {
    return this.winner?.write(bytes) ?? false
  }

  /** The addresses that were tried, in vain, before one answered. */
  get passedOver(): readonly DialFailure[] {
    const tried = this.attempts.slice(0, this.winner ? this.attempts.indexOf(this.winner) : undefined)
    return tried.map(
      ({ address }) => this.failures.find((one) => one.address === address) ?? { address, errorCode: 'SILENCE' },
    )
  }

  /** Whether the other side announced the end; null where nobody looked, because the connection was not secured later on. */
  get wasEndAnnounced(): boolean | null {
    return this.winner?.records?.endsWithAlert ?? null
  }

  /** Goes on under TLS on the connection that won; the peer is told by `secured`. */
  secure(tls: TLSOptions): void {
    this.winner?.secure(tls)
  }

  /** Ends the dial and whatever connection came of it: politely when all was said, abruptly otherwise. */
  close(how: 'end' | 'terminate'): void {
    this.isOver = true
    clearTimeout(this.stagger)
    for (const attempt of this.attempts) {
      if (attempt === this.winner) attempt.close(how)
      else attempt.abandon()
    }
  }
}

const NONE: readonly DialFailure[] = []

/**
 * Endpoints with a dial that was given up and is still pending in the kernel: Bun.connect hands out no socket before it is
 * connected, so such a dial has to be ended from outside. Until it is, further dials to these endpoints send a scout ahead
 * that can be cancelled, so that a silent target holds one descriptor, not hundreds.
 */
const silentEndpoints = new Map<string, { readonly place: HalfOpen; count: number }>()
/** Dials that somebody waits for. */
const waiting = new Set<Attempt>()
const SWEEP_AFTER_MS = 50
let isSweepPlanned = false

function sweepSilentEndpoints(): void {
  isSweepPlanned = false
  const awaited = new Set([...waiting].map(({ endpoint }) => endpoint))
  const given = [...silentEndpoints].filter(([endpoint]) => !awaited.has(endpoint))
  endHalfOpen(given.map(([, { place }]) => place))
}

class Attempt {
  private connection: Connection | null = null
  private scout: net.Socket | null = null
  private isPending = false
  /** What is seen of the records, once a plain connection has become TLS. */
  records: RecordTail | null = null
  private unsent: Uint8Array | null = null
  private isAbandoned = false

  constructor(
    private readonly dial: Dial,
    readonly address: string,
  ) {}

  start(): void {
    waiting.add(this)
    if (silentEndpoints.size > 0 && silentEndpoints.has(this.endpoint)) this.scoutAhead()
    else this.connect()
  }

  opened(connection: Connection): void {
    this.settled()
    this.connection = connection
    if (this.isAbandoned) connection.terminate()
    else this.dial.won(this, connection)
  }

  failed(error: unknown): void {
    this.settled()
    const errorCode = errorCodeOf(error)
    if (errorCode !== 'ECONNREFUSED') this.lost(errorCode)
    else void ownObstacle(this.address).then((obstacle) => this.lost(obstacle ?? errorCode))
  }

  /** What the connection says goes to the peer, until the connection was given up. */
  get peer(): Peer | null {
    return this.isAbandoned ? null : this.dial.peer
  }

  write(bytes: Uint8Array | string): boolean {
    const { connection } = this
    if (!connection || this.isAbandoned) return false
    if (this.unsent) {
      this.unsent = Buffer.concat([this.unsent, toBuffer(bytes)])
      return true
    }
    const sentBytes = connection.write(bytes)
    if (sentBytes < 0) return false
    // Most requests fit into the buffer of a fresh socket whole.
    if (sentBytes < Buffer.byteLength(bytes)) this.unsent = toBuffer(bytes).subarray(sentBytes)
    return true
  }

  drained(): void {
    const { unsent } = this
    if (!unsent) return
    this.unsent = null
    this.write(unsent)
  }

  secure(tls: TLSOptions): void {
    if (!this.connection || this.isAbandoned) return
    this.records = new RecordTail()
    const [, secured] = this.connection.upgradeTLS<Attempt>({ data: this, tls, socket: securedHandlers })
    this.connection = secured
  }

  abandon(): void {
    if (this.isAbandoned) return
    this.isAbandoned = true
    this.scout?.destroy()
    if (this.isPending) this.leaveHalfOpen()
    else waiting.delete(this)
  }

  close(how: 'end' | 'terminate'): void {
    this.isAbandoned = true
    if (how === 'end') this.connection?.end()
    else this.connection?.terminate()
  }

  private leaveHalfOpen(): void {
    waiting.delete(this)
    const { endpoint } = this
    const silent = silentEndpoints.get(endpoint) ?? {
      place: { address: this.address, port: this.dial.target.port },
      count: 0,
    }
    silent.count += 1
    silentEndpoints.set(endpoint, silent)
    if (isSweepPlanned) return
    isSweepPlanned = true
    setTimeout(sweepSilentEndpoints, SWEEP_AFTER_MS)
  }

  private lost(errorCode: string): void {
    if (!this.isAbandoned) this.dial.lost({ address: this.address, errorCode })
  }

  private connect(): void {
    const { port, tls } = this.dial.target
    this.isPending = true
    try {
      const options = { hostname: this.address, port, socket: handlers, data: this }
      void Bun.connect(tls ? { ...options, tls } : options)
    } catch (error) {
      this.failed(error)
    }
  }

  private scoutAhead(): void {
    const scout = net.connect({ host: this.address, port: this.dial.target.port })
    this.scout = scout
    scout.on('error', (error) => this.failed(error))
    scout.on('connect', () => {
      scout.destroy()
      if (!this.isAbandoned) this.connect()
    })
  }

  private settled(): void {
    waiting.delete(this)
    if (!this.isPending) return
    this.isPending = false
    const silent = this.isAbandoned ? silentEndpoints.get(this.endpoint) : undefined
    if (!silent) return
    silent.count -= 1
    if (silent.count === 0) silentEndpoints.delete(this.endpoint)
  }

  get endpoint(): string {
    return readableEndpoint(this.address, this.dial.target.port)
  }
}

// One table for all connections: the attempt travels as the socket's data, so a check makes no closures of its own.
const handlers: SocketHandler<Attempt> = {
  open: (connection) => connection.data.opened(connection),
  connectError: (connection, error) => connection.data.failed(error),
  handshake: (connection, _authorized, error) => connection.data.peer?.secured(error, connection),
  data: (connection, chunk) => {
    const { records, peer } = connection.data
    if (records) records.take(chunk)
    else peer?.received(chunk)
  },
  drain: (connection) => {
    if (!connection.data.records) connection.data.drained()
  },
  error: (connection, error) => connection.data.peer?.closed(error),
  close: (connection, error) => connection.data.peer?.closed(error),
}

/** After an upgrade the plain connection below hears the records that the secured one has opened: only the latter counts. */
const securedHandlers: SocketHandler<Attempt> = {
  ...handlers,
  // The plain one was told of already.
  open: () => {},
  data: (connection, chunk) => connection.data.peer?.received(chunk),
  drain: (connection) => connection.data.drained(),
}

function errorCodeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : 'UNKNOWN'
}

function toBuffer(bytes: Uint8Array | string): Buffer {
  return typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes)
}
