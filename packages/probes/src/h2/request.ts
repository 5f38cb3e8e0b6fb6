import type { Channel } from '../engine/channel.ts'
import { type Failure, isFailure } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import { escaped, readableCount } from '../engine/readable.ts'
import type { ProbeRun, Stage } from '../engine/run.ts'
import { h2Abuse, h2Error } from './failures.ts'
import { FieldBlocks } from './field-blocks.ts'
import {
  encodeFrame,
  errorName,
  FRAME_BYTES,
  type Frame,
  FrameReader,
  flags,
  frameFault,
  frameTypes,
} from './frames.ts'
import { readHead, readTrailers } from './head.ts'
import type { Field } from './hpack.ts'
import { type H2Request, INITIAL_WINDOW_SIZE, moreRoom, opening, pong, STREAM, settingsAck } from './question.ts'
import { ReceiveWindow, SendWindows } from './windows.ts'

export interface H2Answer {
  readonly failure: Failure | null
  readonly status: number | null
  readonly fields: readonly Field[]
  readonly trailers: readonly Field[]
  readonly bodyBytes: number
}

/** What the caller makes of the answer while it comes. */
export interface H2Listener {
  /** False where the body would change nothing. */
  headed(status: number, fields: readonly Field[]): boolean
  /** False where enough has come. */
  took(data: Buffer): boolean
}

/** Frames that carry nothing of the answer: beyond so many of them a server only keeps us busy. */
const IDLE_FRAMES = 200
/** Beyond so many frames of a body, they must hold so many bytes each on average. */
const BODY_FRAMES = 16_384
const BODY_FRAME_BYTES = 16

/**
 * One request over a connection of its own (RFC 9113): agreed on by ALPN under TLS, known beforehand in clear text. It ends
 * with the answer, so what a server says after that is not heard. Whoever opened the channel closes it.
 */
export function requestH2(
  channel: Channel,
  request: H2Request,
  { run, listener }: { run: ProbeRun; listener: H2Listener },
): Promise<H2Answer> {
  return new Exchange(channel, request, { run, listener }).carryOut()
}

class Exchange {
  private readonly run: ProbeRun
  private readonly listener: H2Listener
  private readonly reader = new FrameReader()
  private readonly blocks = new FieldBlocks()
  private readonly sendWindows = new SendWindows()
  private readonly receiveWindow = new ReceiveWindow()
  private status: number | null = null
  private fields: readonly Field[] = []
  private trailers: readonly Field[] = []
  private bodyBytes = 0
  private bodyFrames = 0
  private blockEndsStream = false
  private hasBegun = false
  private idleFrames = 0
  private interim = 0
  private wasEnded = false
  private unsent: Buffer

  constructor(
    private readonly channel: Channel,
    private readonly request: H2Request,
    { run, listener }: { run: ProbeRun; listener: H2Listener },
  ) {
    this.run = run
    this.listener = listener
    this.unsent = Buffer.from(request.body ?? new Uint8Array())
  }

  async carryOut(): Promise<H2Answer> {
    const failure = this.isOffered ? await this.converse() : NOT_OFFERED
    const { status, fields, trailers, bodyBytes } = this
    return { failure, status, fields, trailers, bodyBytes }
  }

  private get isOffered(): boolean {
    return this.request.scheme === 'http' || this.channel.alpnProtocol === 'h2'
  }

  private converse(): Promise<Failure | null> {
    this.channel.write(opening(this.request))
    this.sendBody()
    return this.listen()
  }

  /** As much of the body as the other side has room for. */
  private sendBody(): void {
    while (this.unsent.length > 0) {
      const byteCount = Math.min(this.sendWindows.roomBytes, FRAME_BYTES, this.unsent.length)
      if (byteCount === 0) return
      const payload = this.unsent.subarray(0, byteCount)
      this.unsent = this.unsent.subarray(byteCount)
      this.sendWindows.sent(byteCount)
      const own = this.unsent.length === 0 ? flags.endStream : 0
      this.channel.write(encodeFrame({ type: frameTypes.data, flags: own, stream: STREAM, payload }))
    }
  }

  /** Null once the answer has come whole, or as much of it as is wanted. */
  private async listen(): Promise<Failure | null> {
    for (;;) {
      const heard = await this.channel.read(this.stage())
      if (heard.kind === 'failed') return this.timedOut(heard.failure)
      if (heard.kind === 'closed') return this.closed(heard.wasReset)
      this.reader.add(heard.chunk)
      for (let frame = this.reader.next(); frame !== undefined; frame = this.reader.next()) {
        const judged = frame === 'too large' ? this.tooLarge() : this.take(frame)
        if (judged) return judged
        if (this.wasEnded) return null
      }
    }
  }

  private stage(): Stage {
    if (this.status !== null) {
      // Each read is a wait of its own; together they are one transfer, which has begun with the head.
      this.run.stopwatch.enter('transfer')
      return 'body'
    }
    return this.blocks.isOpen || this.interim > 0 ? 'headers' : 'firstByte'
  }

  private take(frame: Frame): Failure | null {
    const { type, flags: own, stream, payload } = frame
    if (!this.hasBegun && (type !== frameTypes.settings || own & flags.ack)) {
      return h2Error('does not begin with its settings')
    }
    this.hasBegun = true
    if (this.blocks.isOpen && (type !== frameTypes.continuation || stream !== STREAM)) {
      return h2Error('breaks off a block of fields')
    }
    const fault = frameFault(frame, STREAM)
    if (fault !== null) return h2Error(fault)
    switch (type) {
      case frameTypes.headers:
        return this.takeHeaders(own, payload)
      case frameTypes.continuation:
        return this.blocks.isOpen ? this.takePiece(payload, own) : h2Error('goes on with fields that nobody began')
      case frameTypes.data:
        return this.takeData(own, payload)
      case frameTypes.pushPromise:
        return h2Error('pushes although that is switched off')
      case frameTypes.rstStream:
        return this.takeReset(payload)
      case frameTypes.goAway:
        return this.takeGoAway(payload)
      default:
        return this.takeIdle(frame)
    }
  }

  private takeHeaders(own: number, payload: Buffer): Failure | null {
    const bare = withoutPadding(own, payload, own & flags.priority ? 5 : 0)
    if (!bare) return OVERPADDED
    this.blockEndsStream = (own & flags.endStream) !== 0
    return this.takePiece(bare, own)
  }

  private takePiece(piece: Buffer, own: number): Failure | null {
    const fields = this.blocks.add(piece, (own & flags.endHeaders) !== 0)
    if (fields === null) return null
    if (isFailure(fields)) return fields
    return this.status === null ? this.takeHead(fields) : this.takeTrailers(fields)
  }

  private takeHead(decoded: readonly Field[]): Failure | null {
    const head = readHead(decoded)
    if (isFailure(head)) return head
    if (head.status === 101)
      return { code: 'UNEXPECTED_UPGRADE', text: 'Response: answered 101, which there is not in HTTP/2' }
    if (head.status < 200) return this.takeInterim()
    this.status = head.status
    this.fields = head.fields
    this.run.stopwatch.enter('transfer')
    if (!this.listener.headed(head.status, head.fields) || this.blockEndsStream) this.wasEnded = true
    return null
  }

  private takeInterim(): Failure | null {
    this.interim += 1
    if (this.interim <= limits.interimResponses && !this.blockEndsStream) return null
    return { code: 'NO_FINAL_RESPONSE', text: `Response: ${this.interim} interim responses and no final one` }
  }

  private takeTrailers(decoded: readonly Field[]): Failure | null {
    if (!this.blockEndsStream) return h2Error('sends fields twice')
    const trailers = readTrailers(decoded)
    if (isFailure(trailers)) return trailers
    this.trailers = trailers
    this.wasEnded = true
    return null
  }

  private takeData(own: number, payload: Buffer): Failure | null {
    if (this.status === null) return h2Error('sends data before its fields')
    const bare = withoutPadding(own, payload, 0)
    if (!bare) return OVERPADDED
    const room = this.receiveWindow.received(payload.length)
    if (room > 0) this.channel.write(moreRoom(room))
    this.wasEnded = (own & flags.endStream) !== 0
    if (bare.length === 0) return this.wasEnded ? null : this.idle('sends hundreds of empty frames')
    this.bodyBytes += bare.length
    this.bodyFrames += 1
    if (this.bodyFrames > BODY_FRAMES && this.bodyBytes < this.bodyFrames * BODY_FRAME_BYTES) {
      return h2Abuse(`sends its body in ${readableCount(this.bodyFrames)} crumbs of a few bytes`)
    }
    if (!this.listener.took(bare)) this.wasEnded = true
    return null
  }

  private takeReset(payload: Buffer): Failure {
    const reason = errorName(payload.readUInt32BE(0))
    if (this.status === null) return h2Error(`reset the stream (${reason})`)
    return {
      code: 'TRUNCATED_BODY',
      text: `Response: the stream was reset (${reason}) after ${readableCount(this.bodyBytes)} bytes`,
    }
  }

  private takeGoAway(payload: Buffer): Failure | null {
    const lastStream = payload.readUInt32BE(0) & 0x7fffffff
    const code = payload.readUInt32BE(4)
    if (lastStream >= STREAM && code === 0) return this.idle('says goodbye again and again')
    const words = payload.toString('latin1', 8)
    return h2Error(`said goodbye (${errorName(code)}${words === '' ? '' : `: '${escaped(words, 60)}'`})`)
  }

  /** Frames of the connection: answered where they ask for an answer, counted in any case. */
  private takeIdle({ type, flags: own, stream, payload }: Frame): Failure | null {
    const isAck = (own & flags.ack) !== 0
    if (type === frameTypes.settings && !isAck) {
      const failure = this.takeSettings(payload)
      if (failure) return failure
    }
    if (type === frameTypes.ping && !isAck) {
      this.channel.write(pong(payload))
    }
    if (type === frameTypes.windowUpdate) {
      if (!this.sendWindows.open(stream, payload.readUInt32BE(0) & 0x7fffffff)) return BAD_WINDOW
      this.sendBody()
    }
    return this.idle('keeps sending frames that carry nothing')
  }

  private takeSettings(payload: Buffer): Failure | null {
    for (let at = 0; at < payload.length; at += 6) {
      if (payload.readUInt16BE(at) !== INITIAL_WINDOW_SIZE) continue
      if (!this.sendWindows.setInitial(payload.readUInt32BE(at + 2))) return BAD_WINDOW
    }
    this.channel.write(settingsAck)
    this.sendBody()
    return null
  }

  private idle(what: string): Failure | null {
    this.idleFrames += 1
    return this.idleFrames > IDLE_FRAMES ? h2Abuse(what) : null
  }

  private tooLarge(): Failure {
    return this.hasBegun
      ? h2Error('sends a frame that is too large (FRAME_SIZE_ERROR)')
      : h2Error(`answered '${escaped(this.reader.beginning)}' instead of HTTP/2`)
  }

  /** Who may not say the rest of the question has not been refused an answer. */
  private timedOut(failure: Failure): Failure {
    if (failure.code !== 'TTFB_TIMEOUT' || this.unsent.length === 0) return failure
    return h2Abuse(`left no room for the last ${readableCount(this.unsent.length)} bytes of the request`)
  }

  private closed(wasReset: boolean): Failure {
    const how = wasReset ? 'reset the connection' : 'closed the connection'
    if (this.status !== null)
      return {
        code: 'TRUNCATED_BODY',
        text: `Response: ${how} in the middle of the body, after ${readableCount(this.bodyBytes)} bytes`,
      }
    if (!this.blocks.isOpen) return h2Error(`${how} without answering`)
    const code = wasReset ? 'RESET_IN_HEADERS' : 'INCOMPLETE_HEADERS'
    return { code, text: `Response: ${how} in the middle of its headers` }
  }
}

const NOT_OFFERED: Failure = { code: 'H2_ERROR', text: 'HTTP/2: the server does not offer it' }
const OVERPADDED = h2Error('pads a frame with more than it holds')
const BAD_WINDOW = h2Error('opens a window by nothing or too far (FLOW_CONTROL_ERROR)')

/** What a frame holds besides its padding, and so many bytes before it; undefined where the padding is longer. */
function withoutPadding(own: number, payload: Buffer, skip: number): Buffer | undefined {
  const isPadded = (own & flags.padded) !== 0
  const padding = isPadded ? (payload[0] ?? 0) : 0
  const start = (isPadded ? 1 : 0) + skip
  const end = payload.length - padding
  return start <= end ? payload.subarray(start, end) : undefined
}
