import type { PeerCertificate } from 'node:tls'
import type { TLSOptions } from 'bun'
import { type Connection, Dial, type DialFailure, type Peer } from '../engine/dial.ts'
import { explainDial } from '../engine/dial-failure.ts'
import type { Failure } from '../engine/failure.ts'
import { escaped, readableEndpoint } from '../engine/readable.ts'
import type { ProbeRun } from '../engine/run.ts'
import { timeoutFailure } from '../engine/timeout.ts'
import { certificateExpiry, explainTls } from '../tls/certificate.ts'
import { requestText } from './request.ts'
import type { ResponseHead } from './response-head.ts'
import { type BodyWish, ResponseReader } from './response-reader.ts'

/** Where one request goes: a URL with the addresses of its host, all of them judged. */
export interface Place {
  readonly url: URL
  readonly port: number
  readonly addresses: readonly string[]
  readonly tls: TLSOptions | null
  readonly headByteLimit: number
}

/** What the exchange has to ask about while it goes on. */
export interface AnswerJudge extends BodyWish {
  nowMs(): number
}

/** What became of one request on one fresh connection. A head may be there although reading on failed. */
export interface Exchanged {
  readonly failure: Failure | null
  readonly head: ResponseHead | null
  readonly headBytes: number
  readonly address: string | null
  readonly certificateExpiresAtMs: number | null
}

/** Connects, asks and reads the answer. Settles once, with everything closed, whatever the other side does. */
export function exchange(place: Place, judge: AnswerJudge, run: ProbeRun): Promise<Exchanged> {
  const begun = new Exchange(place, judge, run)
  return new Promise((settle) => begun.start(settle))
}

class Exchange implements Peer {
  private readonly reader: ResponseReader
  private readonly dial: Dial
  private connection: Connection | null = null
  private address: string | null = null
  private certificateExpiresAtMs: number | null = null
  private settle: ((exchanged: Exchanged) => void) | null = null

  constructor(
    private readonly place: Place,
    private readonly judge: AnswerJudge,
    private readonly run: ProbeRun,
  ) {
    this.reader = new ResponseReader(place.headByteLimit, judge)
    this.dial = new Dial(place, this)
    this.address = place.addresses[0] ?? null
  }

  start(settle: (exchanged: Exchanged) => void): void {
    this.settle = settle
    this.run.waitIn('connect', () => this.finish(timeoutFailure(this.run, this.timeoutSubject())))
    this.dial.next()
  }

  connected(connection: Connection, address: string): void {
    this.connection = connection
    this.address = address
    if (this.place.tls) this.run.enter('tls')
    else this.ask()
  }

  unreachable(failures: readonly DialFailure[]): void {
    this.finish(explainDial(failures, this.place.port))
  }

  secured(error: Error | null): void {
    if (this.settle === null) return
    this.certificateExpiresAtMs = certificateExpiry(this.connection)
    if (error) this.finish(this.explain(error, this.connection?.getPeerCertificate() ?? null))
    else this.ask()
  }

  received(chunk: Buffer): void {
    if (this.settle === null) return
    if (this.run.stage === 'firstByte') this.run.enter('headers')
    this.reader.read(chunk)
    if (this.reader.failure || this.reader.isDone) this.finish(this.reader.failure)
    else if (this.reader.head && this.run.stage === 'headers') this.run.enter('body')
  }

  closed(error: Error | undefined): void {
    if (this.settle === null) return
    if (error && !isSystemError(error)) this.finish(this.explain(error, null))
    else if (this.run.stage === 'tls') this.finish(CUT_HANDSHAKE)
    else this.finish(this.reader.readEnd(error !== undefined))
  }

  private explain(error: Error, certificate: PeerCertificate | null): Failure {
    if (isSystemError(error)) return CUT_HANDSHAKE
    // The socket reports what our own handlers throw in the same way; that is not the other side's doing.
    if (!('code' in error))
      return { code: 'PROBE_ERROR', text: `The probe itself failed: ${escaped(error.message, 120)}` }
    return explainTls(error, { host: this.place.url.hostname, certificate, nowMs: this.judge.nowMs() })
  }

  private ask(): void {
    this.run.enter('firstByte')
    // The request fits into the buffer of a fresh socket whole, or the connection is gone already.
    const sentBytes = this.connection?.write(requestText(this.place.url)) ?? -1
    if (sentBytes < 0) this.closed(CUT_WHILE_ASKING)
  }

  private finish(failure: Failure | null): void {
    const settle = this.settle
    if (settle === null) return
    this.settle = null
    this.run.doneWaiting()
    this.dial.close(failure ? 'terminate' : 'end')
    settle({
      failure,
      head: this.reader.head,
      headBytes: this.reader.headBytes,
      address: this.address,
      certificateExpiresAtMs: this.certificateExpiresAtMs,
    })
  }

  private timeoutSubject(): string {
    const count = this.place.addresses.length
    if (this.connection === null && count > 1) return `${this.place.url.hostname} (${count} addresses)`
    return readableEndpoint(this.address ?? this.place.url.hostname, this.place.port)
  }
}

const CUT_WHILE_ASKING = Object.assign(new Error('the request could not be sent'), { code: 'ECONNRESET' })

const CUT_HANDSHAKE: Failure = { code: 'TLS_PROTOCOL', text: 'TLS: closed the connection during the handshake' }

/** The connection is gone, in whatever way: reset, unreachable, timed out. Every other error is about what was said on it. */
function isSystemError(error: Error): boolean {
  return 'code' in error && typeof error.code === 'string' && CONNECTION_LOST.has(error.code)
}

const CONNECTION_LOST: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
])
