import { randomBytes } from 'node:crypto'
import { echoRequest, type Family, parseEchoReply } from './icmp-packet.ts'
import { type IcmpSocket, openIcmpSocket } from './icmp-socket.ts'

export interface EchoWait {
  readonly family: Family
  readonly address: string
  readonly sequence: number
}

export type Echo =
  | { readonly kind: 'reply'; readonly rttMs: number }
  | { readonly kind: 'lost' }
  | { readonly kind: 'not-sent'; readonly errno: number }

/** How often is looked for replies while one is expected. The kernel stamps them, so this does not show in their times. */
const LOOK_EVERY_MS = 2
/** The kernel needs a moment to begin stamping, so the socket is kept for the next ping. */
const IDLE_MS = 60_000

interface Pending {
  readonly sentAtNs: bigint
  readonly settle: (echo: Echo) => void
}

/** One socket of each family for all pings of this process. */
class EchoService {
  private socket: IcmpSocket | null = null
  private readonly pending = new Map<string, Pending>()
  private timer: ReturnType<typeof setTimeout> | undefined
  private idle: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly family: Family) {}

  /** Undefined where this process may not speak ICMP. */
  send({ address, sequence }: EchoWait): { readonly echo: Promise<Echo>; giveUp(): void } | undefined {
    clearTimeout(this.idle)
    this.socket ??= openIcmpSocket(this.family) ?? null
    if (!this.socket) return undefined
    const cookie = randomBytes(16)
    const key = cookie.toString('hex')
    const { sentAtNs, errno } = this.socket.send(echoRequest(this.family, sequence, cookie), address)
    if (errno !== null) {
      this.closeWhenIdle()
      return { echo: Promise.resolve({ kind: 'not-sent', errno }), giveUp() {} }
    }
    const { promise, resolve } = Promise.withResolvers<Echo>()
    this.pending.set(key, { sentAtNs, settle: resolve })
    this.timer ??= setTimeout(look, LOOK_EVERY_MS, this)
    return { echo: promise, giveUp: () => this.settle(key, { kind: 'lost' }) }
  }

  look(): void {
    for (let received = this.socket?.receive(); received; received = this.socket?.receive()) {
      const reply = parseEchoReply(this.family, received.packet)
      const waiting = reply && this.pending.get(reply.cookie)
      if (!waiting) continue
      const rttMs = Math.max(0, Number(received.receivedAtNs - waiting.sentAtNs) / 1e6)
      this.settle(reply.cookie, { kind: 'reply', rttMs })
    }
    this.timer = this.pending.size > 0 ? setTimeout(look, LOOK_EVERY_MS, this) : undefined
  }

  close(): void {
    this.socket?.close()
    this.socket = null
  }

  private settle(key: string, echo: Echo): void {
    const waiting = this.pending.get(key)
    if (!waiting) return
    this.pending.delete(key)
    waiting.settle(echo)
    this.closeWhenIdle()
  }

  private closeWhenIdle(): void {
    if (this.pending.size > 0) return
    clearTimeout(this.idle)
    this.idle = setTimeout(close, IDLE_MS, this)
    // It keeps no process from ending.
    this.idle.unref()
  }
}

function look(service: EchoService): void {
  service.look()
}

function close(service: EchoService): void {
  service.close()
}

const services: Readonly<Record<Family, EchoService>> = { 4: new EchoService(4), 6: new EchoService(6) }

/** Sends one echo request. Undefined where this process may not; the caller gives up when it has waited enough. */
export function sendEcho(wait: EchoWait): { readonly echo: Promise<Echo>; giveUp(): void } | undefined {
  return services[wait.family].send(wait)
}
