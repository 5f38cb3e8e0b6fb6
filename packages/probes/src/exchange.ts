import type { PeerCertificate } from 'node:tls'
import type { TLSOptions } from 'bun'
import { certificateExpiry, explainTls } from './certificate.ts'
import { type Connection, Dial, type DialFailure, type Peer } from './dial.ts'
import { explainDial } from './dial-failure.ts'
import type { Failure } from './failure.ts'
import { readableEndpoint } from './readable.ts'
import { requestText } from './request.ts'
import type { ResponseHead } from './response-head.ts'
import { ResponseReader } from './response-reader.ts'
import type { ProbeRun } from './run.ts'
import { timeoutFailure } from './timeout.ts'

export interface ExchangeTarget {
  readonly url: URL
  readonly host: string
  readonly port: number
  readonly addresses: readonly string[]
  readonly tls: TLSOptions | null
  readonly headByteLimit: number
  readonly wantsBody: (head: ResponseHead) => boolean
  readonly nowMs: () => number
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
export function exchange(target: ExchangeTarget, run: ProbeRun): Promise<Exchanged> {
  return new Promise((settle) => new Exchange(target, run, settle).start())
}

class Exchange implements Peer {
  private readonly reader: ResponseReader
  private readonly dial: Dial
  private connection: Connection | null = null
  private address: string | null = null
  private certificateExpiresAtMs: number | null = null
  private isSettled = false

  constructor(
    private readonly target: ExchangeTarget,
    private readonly run: ProbeRun,
    private readonly settle: (exchanged: Exchanged) => void,
  ) {
    this.reader = new ResponseReader(target.headByteLimit, target.wantsBody)
    this.dial = new Dial(target, this)
    this.address = target.addresses[0] ?? null
  }

  start(): void {
    this.run.waitIn('connect', () => this.finish(timeoutFailure(this.run, this.timeoutSubject())))
    this.dial.next()
  }

  connected(connection: Connection, address: string): void {
    this.connection = connection
    this.address = address
    if (this.target.tls) this.run.enter('tls')
    else this.ask()
  }

  unreachable(failures: readonly DialFailure[]): void {
    this.finish(explainDial(failures, this.target.port))
  }

  secured(error: Error | null): void {
    if (this.isSettled) return
    const certificate = this.connection?.getPeerCertificate() ?? null
    this.certificateExpiresAtMs = certificateExpiry(certificate)
    if (error) this.finish(this.explain(error, certificate))
    else this.ask()
  }

  received(chunk: Buffer): void {
    if (this.isSettled) return
    if (this.run.stage === 'firstByte') this.run.enter('headers')
    this.reader.read(chunk)
    if (this.reader.failure || this.reader.isDone) this.finish(this.reader.failure)
    else if (this.reader.head && this.run.stage === 'headers') this.run.enter('body')
  }

  closed(error: Error | undefined): void {
    if (this.isSettled) return
    const isCut = !error || isReset(error)
    if (!isCut || this.run.stage === 'tls') {
      this.finish(this.explain(error, null))
      return
    }
    this.reader.readEnd(error !== undefined)
    this.finish(this.reader.failure)
  }

  private explain(error: Error | undefined, certificate: PeerCertificate | null): Failure {
    if (!error || isReset(error))
      return { code: 'TLS_PROTOCOL', text: 'TLS: closed the connection during the handshake' }
    return explainTls(error, { host: this.target.host, certificate, nowMs: this.target.nowMs() })
  }

  private ask(): void {
    this.run.enter('firstByte')
    // The request fits into the buffer of a fresh socket whole, or the connection is gone already.
    const sentBytes = this.connection?.write(requestText(this.target.url)) ?? -1
    if (sentBytes < 0) this.closed(CUT_WHILE_ASKING)
  }

  private finish(failure: Failure | null): void {
    if (this.isSettled) return
    this.isSettled = true
    this.run.doneWaiting()
    this.dial.close(failure ? 'terminate' : 'end')
    this.settle({
      failure,
      head: this.reader.head,
      headBytes: this.reader.headBytes,
      address: this.address,
      certificateExpiresAtMs: this.certificateExpiresAtMs,
    })
  }

  private timeoutSubject(): string {
    const count = this.target.addresses.length
    if (this.connection === null && count > 1) return `${this.target.host} (${count} addresses)`
    return readableEndpoint(this.address ?? this.target.host, this.target.port)
  }
}

const CUT_WHILE_ASKING = Object.assign(new Error('the request could not be sent'), { code: 'ECONNRESET' })

function isReset(error: Error): boolean {
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE' || error.code === 'ETIMEDOUT')
}
