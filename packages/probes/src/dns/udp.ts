import { randomInt } from 'node:crypto'
import type { udp } from 'bun'
import { type DnsMessage, type DnsQuestion, decodeAnswer, encodeQuery } from './message.ts'
import type { DnsServer } from './server-address.ts'

export type UdpReply =
  | { readonly kind: 'answer'; readonly message: DnsMessage }
  /** Something came from the server that was no answer. */
  | { readonly kind: 'malformed' }
  | { readonly kind: 'silence' }

export interface UdpQuery {
  readonly question: DnsQuestion
  readonly server: DnsServer
  readonly hasEdns: boolean
  readonly waitMs: number
}

/** So many sockets of a family, each on a port of the kernel's choice: who wants to forge an answer has to guess which. */
const SOCKETS = 8
const QUERIES_PER_SOCKET = 5_000
const IDS = 65_536

/**
 * Asks one question once. Answers are taken from the server's own address, with the id and the question that were sent
 * (RFC 5452); whatever else comes is passed over until the wait is over.
 */
export async function askByUdp(query: UdpQuery): Promise<UdpReply> {
  const pool = pools[query.server.address.includes(':') ? 6 : 4]
  const socket = await pool.socket()
  return socket === undefined ? { kind: 'silence' } : socket.ask(query)
}

interface Waiting extends UdpQuery {
  readonly settle: (reply: UdpReply) => void
  timer: ReturnType<typeof setTimeout> | undefined
  wasMalformed: boolean
}

/** One socket and the questions that were sent from it. */
class QuerySocket {
  asked = 0
  private readonly waiting = new Map<number, Waiting>()
  private isRetired = false

  constructor(private readonly socket: udp.Socket<'buffer'>) {}

  ask(query: UdpQuery): Promise<UdpReply> {
    this.asked += 1
    const id = this.freeId()
    return new Promise((resolve) => {
      const settle = (reply: UdpReply) => {
        clearTimeout(waiting.timer)
        this.waiting.delete(id)
        this.closeWhenDone()
        resolve(reply)
      }
      const waiting: Waiting = { ...query, settle, timer: undefined, wasMalformed: false }
      waiting.timer = setTimeout(giveUp, query.waitMs, waiting)
      this.waiting.set(id, waiting)
      const { address, port } = query.server
      this.send(encodeQuery(query.question, id, query.hasEdns), address, port)
    })
  }

  heard(bytes: Buffer, port: number, address: string): void {
    if (bytes.length < 2) return
    const waiting = this.waiting.get(bytes.readUInt16BE(0))
    if (!waiting || waiting.server.port !== port || !isSame(waiting.server.address, address)) return
    const message = decodeAnswer(bytes, waiting.question)
    if (message) waiting.settle({ kind: 'answer', message })
    else waiting.wasMalformed = true
  }

  /** No more questions; closes when the last of those that were asked is answered, or given up. */
  retire(): void {
    this.isRetired = true
    this.closeWhenDone()
  }

  private send(packet: Buffer, address: string, port: number): void {
    try {
      this.socket.send(packet, port, address)
    } catch {
      // What cannot be sent is not answered; the wait says so.
    }
  }

  private closeWhenDone(): void {
    if (this.isRetired && this.waiting.size === 0) this.socket.close()
  }

  private freeId(): number {
    let id = randomInt(IDS)
    while (this.waiting.has(id)) id = (id + 1) % IDS
    return id
  }
}

function giveUp(waiting: Waiting): void {
  waiting.settle({ kind: waiting.wasMalformed ? 'malformed' : 'silence' })
}

/** IPv6 addresses may be spelled in more than one way. */
function isSame(one: string, other: string): boolean {
  return (
    one === other || (one.includes(':') && URL.parse(`http://[${one}]`)?.host === URL.parse(`http://[${other}]`)?.host)
  )
}

class SocketPool {
  private readonly slots: (Promise<QuerySocket | undefined> | undefined)[] = []

  constructor(private readonly hostname: string) {}

  async socket(): Promise<QuerySocket | undefined> {
    const slot = randomInt(SOCKETS)
    let opening = this.slots[slot]
    if (!opening) {
      opening = this.open()
      this.slots[slot] = opening
    }
    const socket = await opening
    if (socket === undefined) this.slots[slot] = undefined
    else if (socket.asked >= QUERIES_PER_SOCKET && this.slots[slot] === opening) {
      this.slots[slot] = undefined
      queueMicrotask(() => socket.retire())
    }
    return socket
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
