import type { Certificate } from '@repo/domain/outcome'
import type { TLSOptions } from 'bun'
import { type Connection, Dial, type DialFailure, type DialTarget, type Peer } from '../engine/dial.ts'
import { explainDial } from '../engine/dial-failure.ts'
import { type Failure, worse } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import { readableEndpoint } from '../engine/readable.ts'
import type { ProbeRun } from '../engine/run.ts'
import { timeoutFailure } from '../engine/timeout.ts'
import { type Handshake, isSystemError } from '../tls/handshake.ts'
import { isHttp2 } from './http2-only.ts'
import { ProxyTunnel, type ProxyWay } from './proxy.ts'
import { type HopRequest, requestOnWire } from './request.ts'
import type { ResponseHead } from './response-head.ts'
import { type BodyWish, ResponseReader } from './response-reader.ts'

/** Where one request goes: its host's addresses, all of them judged, and how they are reached. */
export interface HttpPlace {
  readonly port: number
  readonly addresses: readonly string[]
  readonly tls: TLSOptions | null
  readonly headByteLimit: number
  /** The proxy that makes the connection, where there is one. */
  readonly proxy: ProxyWay | null
  /** Looks at the records of TLS too, to tell an announced end of the connection from one that was not. */
  readonly watchesEnd: boolean
}

/** What the exchange has to ask about while it goes on. */
export interface AnswerJudge extends BodyWish {
  judgeHandshake(connection: Connection | null, error: Error | null): Handshake
}

/** What became of one request on one fresh connection. A head may be there although reading on failed. */
export interface Exchanged {
  readonly failure: Failure | null
  readonly remark: Failure | null
  readonly head: ResponseHead | null
  readonly rawHead: () => string
  readonly headBytes: number
  readonly bodyBytes: number
  readonly address: string | null
  readonly certificate: Certificate | null
  readonly httpVersion: string | null
  /** Addresses that were tried in vain. */
  readonly passedOver: () => readonly DialFailure[]
  /** The body ended with the connection, and nobody looked whether that was announced. */
  readonly isEndUncertain: boolean
}

/** Connects, asks and reads the answer. Settles once, with everything closed, whatever the other side does. */
export function exchange(
  request: HopRequest,
  place: HttpPlace,
  { judge, run }: { judge: AnswerJudge; run: ProbeRun },
): Promise<Exchanged> {
  const begun = new Exchange(request, place, { judge, run })
  return new Promise((settle) => begun.start(settle))
}

class Exchange implements Peer {
  private readonly judge: AnswerJudge
  private readonly run: ProbeRun
  private readonly reader: ResponseReader
  private readonly dial: Dial
  private connection: Connection | null = null
  private address: string | null = null
  private handshake: Handshake | null = null
  private tunnel: ProxyTunnel | null = null
  private sample: ReturnType<typeof setTimeout> | undefined
  private settle: ((exchanged: Exchanged) => void) | null = null

  constructor(
    private readonly request: HopRequest,
    private readonly place: HttpPlace,
    { judge, run }: { judge: AnswerJudge; run: ProbeRun },
  ) {
    this.judge = judge
    this.run = run
    this.reader = new ResponseReader(place.headByteLimit, judge)
    const { proxy } = place
    if (proxy) this.tunnel = new ProxyTunnel(proxy)
    this.dial = new Dial(dialTarget(place), this)
    this.address = place.addresses[0] ?? null
  }

  start(settle: (exchanged: Exchanged) => void): void {
    this.settle = settle
    this.run.waitIn('connect', () => this.finish(this.timedOut()))
    this.dial.next()
  }

  connected(connection: Connection, address: string): void {
    this.connection = connection
    if (this.tunnel) {
      this.dial.write(this.tunnel.request)
      return
    }
    this.address = address
    if (this.place.tls) this.shakeHands(this.place.tls, connection)
    else this.ask()
  }

  unreachable(failures: readonly DialFailure[]): void {
    const { proxy } = this.place
    const failure = explainDial(failures, proxy?.port ?? this.place.port)
    this.finish(proxy ? { code: 'PROXY_FAILED', text: `Proxy: ${failure.text}` } : failure)
  }

  secured(error: Error | null, connection: Connection): void {
    if (this.settle === null) return
    this.connection = connection
    this.handshake = this.judge.judgeHandshake(connection, error)
    if (this.handshake.failure) this.finish(this.handshake.failure)
    else this.ask()
  }

  received(chunk: Buffer): void {
    if (this.settle === null) return
    const { reader, run } = this
    if (this.tunnel) {
      this.openTunnel(this.tunnel, chunk)
      return
    }
    const isFirst = run.stage === 'firstByte'
    if (isFirst) run.enter('headers')
    reader.read(chunk)
    if (isFirst && isHttp2(chunk)) this.finish(HTTP2_ONLY)
    else if (reader.failure || reader.isDone) this.finish(reader.failure)
    else if (reader.head && run.stage === 'headers') this.enterBody()
  }

  closed(error: Error | undefined): void {
    if (this.settle === null) return
    if (this.tunnel) this.finish({ code: 'PROXY_FAILED', text: 'Proxy: closed the connection without answering' })
    else if (error && !isSystemError(error)) this.finish(this.judge.judgeHandshake(null, error).failure)
    else if (this.run.stage === 'tls') this.finish(CUT_HANDSHAKE)
    else this.finish(this.reader.readEnd(error !== undefined))
  }

  private openTunnel(tunnel: ProxyTunnel, chunk: Buffer): void {
    const opened = tunnel.read(chunk)
    if (opened === 'reading') return
    if (opened !== 'open') {
      this.finish(opened)
      return
    }
    this.tunnel = null
    if (this.place.tls) this.shakeHands(this.place.tls, null)
    else this.ask()
  }

  /** A connection that is to be TLS from its first byte has begun by itself. */
  private shakeHands(tls: TLSOptions, begun: Connection | null): void {
    this.run.enter('tls')
    if (!begun || this.place.watchesEnd) this.dial.secure(tls)
  }

  /** Where the end of the connection is the end of the body, a cut cannot be told from it unless it was announced. */
  private unannouncedEnd(): Failure | null {
    return this.reader.endsWithConnection && this.dial.wasEndAnnounced === false ? UNCLEAN_CLOSE : null
  }

  private ask(): void {
    this.run.enter('firstByte')
    if (!this.dial.write(requestOnWire(this.request))) this.closed(CUT_WHILE_ASKING)
  }

  private enterBody(): void {
    this.run.enter('body')
    // The answer has failed already: what its body says is worth a moment, and no more.
    if (this.reader.isSampling) this.sample = setTimeout(finishSample, limits.evidenceBodyMs, this)
  }

  finishSample(): void {
    this.finish(null)
  }

  private finish(failure: Failure | null): void {
    const { settle, reader } = this
    if (settle === null) return
    this.settle = null
    clearTimeout(this.sample)
    this.run.doneWaiting()
    this.dial.close(failure ? 'terminate' : 'end')
    settle({
      // Nothing that happens to the rest of an answer that has failed already is a failure of its own.
      failure: reader.isSampling ? null : failure,
      remark: worse(worse(this.handshake?.remark ?? null, reader.remark), this.unannouncedEnd()),
      head: reader.head,
      rawHead: () => reader.rawHeadText(),
      headBytes: reader.headBytes,
      bodyBytes: reader.bodyBytes,
      address: this.address,
      certificate: this.handshake?.certificate ?? null,
      passedOver: () => this.dial.passedOver,
      isEndUncertain: this.place.tls !== null && reader.endsWithConnection && this.dial.wasEndAnnounced === null,
      httpVersion: reader.head ? `1.${reader.head.minorVersion}` : null,
    })
  }

  private timedOut(): Failure {
    const { proxy, addresses, port } = this.place
    if (proxy && (this.tunnel || this.connection === null)) {
      return { code: 'PROXY_FAILED', text: `Proxy: ${timeoutFailure(this.run, proxy.name).text}` }
    }
    const isOneOfMany = this.connection === null && addresses.length > 1
    const subject = isOneOfMany
      ? `${this.request.url.hostname} (${addresses.length} addresses)`
      : readableEndpoint(this.address ?? this.request.url.hostname, port)
    return timeoutFailure(this.run, subject)
  }
}

function dialTarget({ addresses, port, tls, proxy, watchesEnd }: HttpPlace): DialTarget {
  if (proxy) return { addresses: proxy.addresses, port: proxy.port, tls: null }
  return { addresses, port, tls: watchesEnd ? null : tls }
}

function finishSample(exchange: Exchange): void {
  exchange.finishSample()
}

const CUT_WHILE_ASKING = Object.assign(new Error('the request could not be sent'), { code: 'ECONNRESET' })

const CUT_HANDSHAKE: Failure = { code: 'TLS_PROTOCOL', text: 'TLS: closed the connection during the handshake' }

const UNCLEAN_CLOSE: Failure = {
  code: 'UNCLEAN_CLOSE',
  text: 'Response: the connection ended without TLS saying so; a body that was cut off would look the same',
}

const HTTP2_ONLY: Failure = {
  code: 'HTTP2_ONLY',
  text: 'Response: this server speaks HTTP/2 only; let the monitor ask for HTTP/2',
}
