import type { udp } from 'bun'
import { type DnsMessage, type DnsQuestion, decodeAnswer, encodeQuery } from './message.ts'
import type { DnsServer } from './server-address.ts'

export type Heard =
  | { readonly kind: 'answer'; readonly message: DnsMessage }
  /** Something came from the server that was no answer. */
  | { readonly kind: 'malformed' }
  /** It could not even be asked: this machine has no way to its address. */
  | { readonly kind: 'unsent' }
  /** The connection ended, or never came about. */
  | { readonly kind: 'silence' }

export interface Asking {
  readonly question: DnsQuestion
  readonly server: DnsServer
  readonly hasEdns: boolean
  /** May be called more than once: behind a forgery the true answer may come. */
  readonly hear: (heard: Heard) => void
}

/** Ends the interest in what comes for a question. */
export type Forget = () => void

/** So many sockets of a family, each on a port of the kernel's choice: who wants to forge an answer has to guess which. */
const SOCKETS = 8
const QUERIES_PER_SOCKET = 5_000
const SOCKET_AGE_MS = 30_000
const IDS = 65_536

/**
 * Asks one question once. Answers are taken from the server's own address, with the id and the question that were sent
 * (RFC 5452); whatever else comes is passed over, and counted.
 */
export function askByUdp(asking: Asking): Forget {
  const pool = pools[asking.server.address.includes(':') ? 6 : 4]
  const socket = pool.socket()
  if (socket instanceof QuerySocket) return socket.ask(asking)
  let forget: Forget | 'forgotten' | undefined
  void socket.then((opened) => {
    if (forget === 'forgotten') return
    if (opened) forget = opened.ask(asking)
    else asking.hear({ kind: 'unsent' })
  })
  return () => {
    if (forget instanceof Function) forget()
    forget = 'forgotten'
  }
}

/** How many datagrams came that nobody had asked for, in all: late answers, and attempts at forgery. */
export function strayDatagrams(): number {
  return strays
}

let strays = 0
/** Whoever sends datagrams that nobody asked for must not keep us reading them. */
const WAITING_LOOKED_AT = 32

/** One socket and the questions that were sent from it. */
class QuerySocket {
  private asked = 0
  private readonly openedAtMs = performance.now()
  private readonly waiting = new Map<number, Asking>()
  /** Ids whose answers may still come, and are late then, not wrong. A socket is used for seconds, so they stay few. */
  private readonly forgotten = new Set<number>()
  private isRetired = false

  constructor(private readonly socket: udp.Socket<'buffer'>) {}

  /** Its port has been in use for long enough to be guessed, or its ids are. */
  get isUsedUp(): boolean {
    return this.asked >= QUERIES_PER_SOCKET || performance.now() - this.openedAtMs > SOCKET_AGE_MS
  }

  ask(asking: Asking): Forget {
    this.asked += 1
    const id = this.freeId()
    this.waiting.set(id, asking)
    if (!this.send(asking, id)) queueMicrotask(() => this.waiting.has(id) && asking.hear({ kind: 'unsent' }))
    return () => {
      this.waiting.delete(id)
      this.forgotten.add(id)
      this.closeWhenDone()
    }
  }

  heard(bytes: Buffer, port: number, address: string): void {
    const asking = bytes.length < 2 ? undefined : this.waiting.get(bytes.readUInt16BE(0))
    if (!asking || asking.server.port !== port || !isSame(asking.server.address, address)) {
      strays += 1
      this.noteWrongId(bytes, port, address)
      return
    }
    const message = decodeAnswer(bytes, asking.question)
    asking.hear(message ? { kind: 'answer', message } : { kind: 'malformed' })
  }

  /** A server that answers what was asked with an id that was not is there, and broken; that is not silence. */
  private noteWrongId(bytes: Buffer, port: number, address: string): void {
    const isLate = bytes.length >= 2 && this.forgotten.has(bytes.readUInt16BE(0))
    if (isLate || this.waiting.size > WAITING_LOOKED_AT) return
    for (const asking of this.waiting.values()) {
      const isFromServer = asking.server.port === port && isSame(asking.server.address, address)
      if (isFromServer && decodeAnswer(bytes, asking.question)) asking.hear({ kind: 'malformed' })
    }
  }

  /** No more questions; closes when nobody waits for an answer any more. */
  retire(): void {
    this.isRetired = true
    this.closeWhenDone()
  }

  private send({ question, server, hasEdns }: Asking, id: number): boolean {
    const packet = encodeQuery(question, id, hasEdns)
    if (!packet) return false
    try {
      // What a full buffer does not take is lost like any datagram, and sent again.
      this.socket.send(packet, server.port, server.address)
      return true
    } catch {
      return false
    }
  }

  private closeWhenDone(): void {
    if (this.isRetired && this.waiting.size === 0) this.socket.close()
  }

  private freeId(): number {
    let id = randomId()
    while (this.waiting.has(id) || this.forgotten.has(id)) id = (id + 1) % IDS
    return id
  }
}

const randomIds = new Uint16Array(2_048)
let idsUsed = randomIds.length

function randomId(): number {
  if (idsUsed === randomIds.length) {
    crypto.getRandomValues(randomIds)
    idsUsed = 0
  }
  idsUsed += 1
  return randomIds[idsUsed - 1] ?? 0
}

/** IPv6 addresses may be spelled in more than one way. */
function isSame(one: string, other: string): boolean {
  return (
    one === other || (one.includes(':') && URL.parse(`http://[${one}]`)?.host === URL.parse(`http://[${other}]`)?.host)
  )
}

class SocketPool {
  private readonly slots: (QuerySocket | Promise<QuerySocket | undefined> | undefined)[] = []

  constructor(private readonly hostname: string) {}

  socket(): QuerySocket | Promise<QuerySocket | undefined> {
    const slot = randomId() % SOCKETS
    const socket = this.slots[slot]
    if (socket instanceof Promise) return socket
    if (socket && !socket.isUsedUp) return socket
    socket?.retire()
    const opening = this.open().then((opened) => {
      this.slots[slot] = opened
      return opened
    })
    this.slots[slot] = opening
    return opening
  }

  private async open(): Promise<QuerySocket | undefined> {
    let opened: QuerySocket | undefined
    try {
      const socket = await Bun.udpSocket({
        hostname: this.hostname,
        socket: {
          data: (...[, bytes, port, address]) => opened?.heard(bytes, port, address),
          // An error of one datagram is no news for the others; its question ends with its wait.
          error: () => {},
        },
      })
      socket.unref()
      opened = new QuerySocket(socket)
      return opened
    } catch {
      return undefined
    }
  }
}

const pools = { 4: new SocketPool('0.0.0.0'), 6: new SocketPool('::') } as const
