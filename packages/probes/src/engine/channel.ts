import type { Certificate } from '@repo/domain/outcome'
import type { TLSOptions } from 'bun'
import { type HandshakeJudge, isSystemError } from '../tls/handshake.ts'
import { type Connection, Dial, type DialFailure, type Peer } from './dial.ts'
import { explainDial } from './dial-failure.ts'
import { type Failure, worse } from './failure.ts'
import { limits } from './limits.ts'
import type { Place } from './place.ts'
import { readableEndpoint } from './readable.ts'
import type { ProbeRun, Stage } from './run.ts'
import { timeoutFailure } from './timeout.ts'

export type Heard =
  | { readonly kind: 'data'; readonly chunk: Buffer }
  /** The other side has closed, or reset, the connection. */
  | { readonly kind: 'closed'; readonly wasReset: boolean }
  | { readonly kind: 'failed'; readonly failure: Failure }

/**
 * A conversation over one fresh connection, for protocols that go back and forth. Every wait ends by the limits of its
 * stage, by the deadline of the run, or when the run is stopped; whoever opened a channel closes it.
 */
export class Channel implements Peer {
  /** The address that answered; before that, the first one that is tried. */
  address: string | null
  certificate: Certificate | null = null
  /** What there is to remark about a handshake that went well. */
  remark: Failure | null = null
  private readonly dial: Dial
  private connection: Connection | null = null
  private readonly heard: Buffer[] = []
  private heardBytes = 0
  private ended: Heard | null = null
  private wake: (() => void) | null = null
  private isOpen = false
  private isSecuring: boolean
  private failure: Failure | null = null

  private constructor(
    private readonly place: Place,
    private readonly run: ProbeRun,
    private readonly judge: HandshakeJudge | null,
  ) {
    this.address = place.addresses[0] ?? null
    this.isSecuring = place.tls !== null
    this.dial = new Dial(place, this)
  }

  /** Connects, and where the place says so finishes a TLS handshake, which the judge must accept. */
  static async open(place: Place, run: ProbeRun, judge: HandshakeJudge | null = null): Promise<Opened> {
    const channel = new Channel(place, run, judge)
    const failure = await channel.connect()
    return { channel, failure }
  }

  /** `h2`, where it was agreed on. */
  get alpnProtocol(): string | null {
    const name = this.connection?.alpnProtocol
    return typeof name === 'string' ? name : null
  }

  get passedOver(): readonly DialFailure[] {
    return this.dial.passedOver
  }

  write(bytes: Uint8Array | string): void {
    if (!this.ended && !this.dial.write(bytes)) this.end({ kind: 'closed', wasReset: true })
  }

  /** What came since the last time, or the next thing to come. */
  async read(stage: Stage): Promise<Heard> {
    if (this.heard.length === 0 && !this.ended) await this.waitIn(stage)
    const chunk = this.heard.length > 1 ? Buffer.concat(this.heard) : this.heard[0]
    if (chunk) {
      this.heard.length = 0
      this.heardBytes = 0
      if (!this.ended) this.connection?.resume()
      return { kind: 'data', chunk }
    }
    return this.ended ?? { kind: 'failed', failure: this.timedOut() }
  }

  /** Goes on under TLS. Null when the judge accepts what the other side has shown. */
  async secure(tls: TLSOptions): Promise<Failure | null> {
    this.isSecuring = true
    this.run.enter('tls')
    this.dial.secure(tls)
    await this.waitIn('tls')
    return this.isSecuring ? this.endOfHandshake() : this.failure
  }

  close(how: 'end' | 'terminate' = 'end'): void {
    this.dial.close(how)
    this.ended ??= { kind: 'closed', wasReset: false }
  }

  connected(connection: Connection, address: string): void {
    this.connection = connection
    this.address = address
    this.isOpen = true
    if (this.isSecuring) this.run.enter('tls')
    else this.wakeUp()
  }

  unreachable(failures: readonly DialFailure[]): void {
    this.failure = explainDial(failures, this.place.port)
    this.wakeUp()
  }

  secured(error: Error | null, connection: Connection): void {
    if (!this.isSecuring) return
    this.connection = connection
    this.isSecuring = false
    const judged = this.judge?.(connection, error)
    this.certificate = judged?.certificate ?? null
    this.failure = judged?.failure ?? null
    this.remark = worse(this.remark, judged?.remark ?? null)
    this.wakeUp()
  }

  received(chunk: Buffer): void {
    this.heard.push(chunk)
    this.heardBytes += chunk.length
    if (this.heardBytes > limits.answerBytes) this.connection?.pause()
    this.wakeUp()
  }

  closed(error: Error | undefined): void {
    if (error && !isSystemError(error) && this.isSecuring) {
      this.failure = this.judge?.(this.connection, error)?.failure ?? null
      this.isSecuring = this.failure === null
    }
    this.end({ kind: 'closed', wasReset: error !== undefined })
  }

  private async connect(): Promise<Failure | null> {
    const wait = this.waitIn('connect')
    this.dial.next()
    await wait
    if (this.failure) return this.failure
    if (!this.isOpen) return this.timedOut()
    return this.isSecuring ? this.endOfHandshake() : null
  }

  private endOfHandshake(): Failure {
    if (this.failure) return this.failure
    return this.ended ? CUT_HANDSHAKE : this.timedOut()
  }

  private timedOut(): Failure {
    const { addresses, host, port } = this.place
    const subject =
      !this.isOpen && addresses.length > 1
        ? `${host} (${addresses.length} addresses)`
        : readableEndpoint(this.address ?? host, port)
    return timeoutFailure(this.run, subject)
  }

  /** Resolves when something has come, when the connection has ended, or when the time of the stage is over. */
  private waitIn(stage: Stage): Promise<void> {
    return new Promise((settle) => {
      this.wake = () => {
        this.wake = null
        this.run.doneWaiting()
        settle()
      }
      this.run.waitIn(stage, () => this.wakeUp())
    })
  }

  private end(how: Heard): void {
    this.ended ??= how
    this.wakeUp()
  }

  private wakeUp(): void {
    this.wake?.()
  }
}

export interface Opened {
  readonly channel: Channel
  readonly failure: Failure | null
}

const CUT_HANDSHAKE: Failure = { code: 'TLS_PROTOCOL', text: 'TLS: closed the connection during the handshake' }
