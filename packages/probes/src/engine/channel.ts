import type { Certificate } from '@repo/domain/outcome'
import type { TLSOptions } from 'bun'
import { CUT_HANDSHAKE, type HandshakeJudge, isSystemError } from '../tls/handshake.ts'
import type { HostNames } from '../tls/host-names.ts'
import { type Connection, Dial, type DialFailure, type Peer } from './dial.ts'
import { explainDial } from './dial-failure.ts'
import { type Failure, worse } from './failure.ts'
import { limits } from './limits.ts'
import type { Place } from './place.ts'
import { escaped, readableEndpoint } from './readable.ts'
import type { ProbeRun, Stage } from './run.ts'
import { bytesReceived } from './tcp-info.ts'
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
  /** All that the certificate is for. */
  hostNames: HostNames | null = null
  /** What there is to remark about a handshake that went well. */
  remark: Failure | null = null
  private readonly dial: Dial
  private connection: Connection | null = null
  /** The connection below all TLS, and how much had come over it when TLS was begun. */
  private descriptor: number | null = null
  private bytesBeforeTls = 0
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

  /**
   * Goes on under TLS. Null when the judge accepts what the other side has shown. What has come before that and is not read
   * yet would be taken for a part of what is said under TLS (CVE-2011-0411), so it must not be there.
   */
  async secure(tls: TLSOptions): Promise<Failure | null> {
    const [unread] = this.heard
    if (unread) return saidTooMuch(unread.toString('latin1'))
    if (this.ended) return this.ended.kind === 'failed' ? this.ended.failure : CUT_HANDSHAKE
    this.isSecuring = true
    this.bytesBeforeTls = (this.descriptor !== null && bytesReceived(this.descriptor)) || 0
    const wait = this.waitIn('tls')
    this.dial.secure(tls)
    await wait
    return this.isSecuring ? this.endOfHandshake() : this.failure
  }

  /**
   * Waits a moment for the other side to object: in TLS 1.3 a server looks at what a client has shown, or has not, only
   * after the client's side of the handshake is complete (RFC 8446 section 4.4.2.4).
   */
  async objection(waitMs: number): Promise<Failure | null> {
    if (!this.ended && this.heard.length === 0) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, Math.min(waitMs, this.run.remainingMs()))
      this.wake = resolve
      this.run.attend(resolve)
      await promise
      clearTimeout(timer)
      this.wake = null
      this.run.attend(null)
    }
    return this.ended?.kind === 'failed' ? this.ended.failure : null
  }

  close(how: 'end' | 'terminate' = 'end'): void {
    this.dial.close(how)
    this.ended ??= { kind: 'closed', wasReset: false }
  }

  connected(connection: Connection, address: string): void {
    this.connection = connection
    this.descriptor = descriptorOf(connection)
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
    this.hostNames = judged?.hostNames ?? null
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
    if (this.ended) return
    const said = error && !isSystemError(error) ? error : null
    const failure = said && (this.judge?.(this.isSecuring ? this.connection : null, said).failure ?? null)
    if (failure && this.isSecuring) {
      this.failure = failure
      this.isSecuring = false
    }
    // An alert ends a connection that was secured already just as well.
    this.end(failure ? { kind: 'failed', failure } : { kind: 'closed', wasReset: error !== undefined })
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
    const failure = timeoutFailure(this.run, subject)
    return failure.code === 'TLS_TIMEOUT' ? { ...failure, text: failure.text + this.hintAboutSilence() } : failure
  }

  /** Where not one byte came back, the hello may never have arrived: those of today do not fit into one packet. */
  private hintAboutSilence(): string {
    const received = this.descriptor === null ? null : bytesReceived(this.descriptor)
    return received === null || received > this.bytesBeforeTls ? '' : SILENCE_HINT
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

const SILENCE_HINT = '; not one byte came back, as where something on the way drops a large ClientHello'

export function saidTooMuch(text: string): Failure {
  return {
    code: 'STARTTLS_REFUSED',
    text: `TLS: said more in plain text after agreeing to TLS ('${escaped(text)}')`,
  }
}

/** The runtime has it, its types do not. */
function descriptorOf(connection: Connection): number | null {
  const { fd } = connection as { fd?: unknown }
  return typeof fd === 'number' && fd >= 0 ? fd : null
}
