import type { Channel } from '../engine/channel.ts'
import type { Failure } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import { escaped, readableCount } from '../engine/readable.ts'
import type { ProbeRun } from '../engine/run.ts'
import { encodeFrame, errorName, FRAME_BYTES, type Frame, FrameReader, flags, frameTypes, PREFACE } from './frames.ts'
import { decodeFields, encodeFields, type Field } from './hpack.ts'

export interface H2Request {
  readonly method: string
  readonly scheme: 'http' | 'https'
  readonly authority: string
  readonly path: string
  /** Names in small letters; nothing of the connection. */
  readonly fields: readonly Field[]
  readonly body: Uint8Array | null
}

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

const STREAM = 1
const WINDOW_BYTES = 4 * 1_048_576
/** Frames that carry nothing of the answer: beyond so many of them a server only keeps us busy. */
const IDLE_FRAMES = 200

/** One request over a connection of its own (RFC 9113). Whoever opened the channel closes it. */
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
  private status: number | null = null
  private fields: readonly Field[] = []
  private trailers: readonly Field[] = []
  private bodyBytes = 0
  private block: Buffer[] = []
  private blockEndsStream = false
  private isInBlock = false
  private idleFrames = 0
  private interim = 0
  private wasEnded = false
  private unsent: Buffer
  private sendWindow = 65_535
  private connectionWindow = 65_535

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
    this.ask()
    return this.answer(await this.listen())
  }

  private ask(): void {
    const { method, scheme, authority, path, fields } = this.request
    const hasBody = this.unsent.length > 0
    const block = encodeFields([
      [':method', method],
      [':scheme', scheme],
      [':authority', authority],
      [':path', path],
      ...fields,
    ])
    const heads: Buffer[] = []
    for (let at = 0; at === 0 || at < block.length; at += FRAME_BYTES) {
      const isLast = at + FRAME_BYTES >= block.length
      const type = at === 0 ? frameTypes.headers : frameTypes.continuation
      const own = (isLast ? flags.endHeaders : 0) | (at === 0 && !hasBody ? flags.endStream : 0)
      heads.push(encodeFrame({ type, flags: own, stream: STREAM, payload: block.subarray(at, at + FRAME_BYTES) }))
    }
    this.channel.write(Buffer.concat([PREFACE, ourSettings(), windowUpdate(0, WINDOW_BYTES), ...heads]))
    this.sendBody()
  }

  /** As much of the body as the other side has room for. */
  private sendBody(): void {
    while (this.unsent.length > 0) {
      const room = Math.min(this.sendWindow, this.connectionWindow, FRAME_BYTES, this.unsent.length)
      if (room <= 0) return
      const payload = this.unsent.subarray(0, room)
      this.unsent = this.unsent.subarray(room)
      this.sendWindow -= room
      this.connectionWindow -= room
      this.send(frameTypes.data, this.unsent.length === 0 ? flags.endStream : 0, payload)
    }
  }

  /** Null once the answer has come whole. */
  private async listen(): Promise<Failure | null> {
    for (;;) {
      const heard = await this.channel.read(this.stage())
      if (heard.kind === 'failed') return heard.failure
      if (heard.kind === 'closed') return this.closed(heard.wasReset)
      this.reader.add(heard.chunk)
      for (let frame = this.reader.next(); frame !== undefined; frame = this.reader.next()) {
        const judged = frame === 'too large' ? error('sends a frame that is too large') : this.take(frame)
        if (judged) return judged
        if (this.wasEnded) return null
      }
    }
  }

  private stage() {
    if (this.status !== null) return 'body'
    return this.isInBlock || this.interim > 0 ? 'headers' : 'firstByte'
  }

  private take(frame: Frame): Failure | null {
    if (this.isInBlock && (frame.type !== frameTypes.continuation || frame.stream !== STREAM)) {
      return error('breaks off a block of fields')
    }
    if (frame.stream !== 0 && frame.stream !== STREAM)
      return error(`speaks of the stream ${frame.stream}, which there is not`)
    switch (frame.type) {
      case frameTypes.headers:
        return this.takeHeaders(frame)
      case frameTypes.continuation:
        return this.isInBlock
          ? this.takeBlock(frame.payload, frame.flags)
          : error('goes on with fields that nobody began')
      case frameTypes.data:
        return this.takeData(frame)
      case frameTypes.pushPromise:
        return error('pushes although that is switched off')
      case frameTypes.rstStream:
        return this.takeReset(frame)
      case frameTypes.goAway:
        return this.takeGoAway(frame)
      default:
        return this.takeIdle(frame)
    }
  }

  private takeHeaders({ flags: own, stream, payload }: Frame): Failure | null {
    if (stream !== STREAM) return error('sends fields outside of any stream')
    const bare = withoutPadding(own, payload, own & flags.priority ? 5 : 0)
    if (!bare) return error('pads a frame with more than it holds')
    this.blockEndsStream = (own & flags.endStream) !== 0
    this.block = []
    return this.takeBlock(bare, own)
  }

  private takeBlock(payload: Buffer, own: number): Failure | null {
    this.isInBlock = (own & flags.endHeaders) === 0
    this.block.push(payload)
    const byteCount = this.block.reduce((sum, part) => sum + part.length, 0)
    if (byteCount > limits.headBytes)
      return {
        code: 'HEADERS_TOO_LARGE',
        text: `Response: headers larger than ${readableCount(limits.headBytes)} bytes`,
      }
    // Empty pieces without end are a way to keep a client busy (CVE-2024-27316 and its kin).
    if (this.block.length > limits.fields) return abuse('sends one block of fields in hundreds of pieces')
    return this.isInBlock ? null : this.takeFields(decodeFields(Buffer.concat(this.block)))
  }

  private takeFields(fields: ReturnType<typeof decodeFields>): Failure | null {
    if (fields === 'broken') return error('sends fields that cannot be read (COMPRESSION_ERROR)')
    if (fields === 'too large')
      return {
        code: 'HEADERS_TOO_LARGE',
        text: `Response: headers larger than ${readableCount(limits.headBytes)} bytes`,
      }
    if (fields === 'too many')
      return { code: 'TOO_MANY_HEADERS', text: `Response: more than ${limits.fields} header fields` }
    const bad = fields.find(([name, value]) => hasControls(name) || hasControls(value) || name !== name.toLowerCase())
    if (bad) return { code: 'BAD_HEADER', text: `Response: bad header field '${escaped(bad.join(': '))}'` }
    return this.status === null ? this.takeHead(fields) : this.takeTrailers(fields)
  }

  private takeHead(fields: readonly Field[]): Failure | null {
    const status = fields.find(([name]) => name === ':status')?.[1] ?? ''
    if (!/^[1-9]\d\d$/.test(status))
      return { code: 'BAD_STATUS_LINE', text: `Response: bad status '${escaped(status)}'` }
    if (Number(status) < 200) {
      this.interim += 1
      if (this.interim <= limits.interimResponses && !this.blockEndsStream) return null
      return { code: 'NO_FINAL_RESPONSE', text: `Response: ${this.interim} interim responses and no final one` }
    }
    this.status = Number(status)
    this.fields = fields.filter(([name]) => !name.startsWith(':'))
    this.run.enter('body')
    if (!this.listener.headed(this.status, this.fields) || this.blockEndsStream) this.wasEnded = true
    return null
  }

  private takeTrailers(fields: readonly Field[]): Failure | null {
    if (!this.blockEndsStream) return error('sends fields twice')
    this.trailers = fields
    this.wasEnded = true
    return null
  }

  private takeData({ flags: own, stream, payload }: Frame): Failure | null {
    if (stream !== STREAM || this.status === null) return error('sends data before its fields')
    const bare = withoutPadding(own, payload, 0)
    if (!bare) return error('pads a frame with more than it holds')
    const isLast = (own & flags.endStream) !== 0
    if (bare.length === 0 && !isLast) return this.idle('sends hundreds of empty frames')
    this.bodyBytes += bare.length
    // What was taken in is room for more; without it a long body would stand still.
    if (payload.length > 0)
      this.channel.write(Buffer.concat([windowUpdate(0, payload.length), windowUpdate(STREAM, payload.length)]))
    if (isLast || !this.listener.took(bare)) {
      if (isLast) this.listener.took(bare)
      this.wasEnded = true
    }
    return null
  }

  private takeReset({ payload }: Frame): Failure | null {
    const code = payload.length === 4 ? payload.readUInt32BE(0) : -1
    if (this.status === null) return error(`reset the stream (${errorName(code)})`)
    return {
      code: 'TRUNCATED_BODY',
      text: `Response: the stream was reset (${errorName(code)}) after ${readableCount(this.bodyBytes)} bytes`,
    }
  }

  private takeGoAway({ payload }: Frame): Failure | null {
    if (payload.length < 8) return error('says goodbye without saying why')
    const lastStream = payload.readUInt32BE(0) & 0x7fffffff
    const code = payload.readUInt32BE(4)
    return lastStream >= STREAM && code === 0
      ? this.idle('says goodbye again and again')
      : error(`said goodbye (${errorName(code)})`)
  }

  /** Frames of the connection: answered where they ask for an answer, counted in any case. */
  private takeIdle({ type, flags: own, stream, payload }: Frame): Failure | null {
    if (type === frameTypes.settings && !(own & flags.ack)) {
      const failure = this.takeSettings(payload)
      if (failure) return failure
    }
    if (type === frameTypes.ping && !(own & flags.ack)) {
      if (payload.length !== 8) return error('sends a ping of an odd size')
      this.channel.write(encodeFrame({ type: frameTypes.ping, flags: flags.ack, stream: 0, payload }))
    }
    if (type === frameTypes.windowUpdate) {
      if (payload.length !== 4) return error('opens its window by an odd size')
      const more = payload.readUInt32BE(0) & 0x7fffffff
      if (stream === 0) this.connectionWindow += more
      else this.sendWindow += more
      this.sendBody()
    }
    return this.idle('keeps sending frames that carry nothing')
  }

  private takeSettings(payload: Buffer): Failure | null {
    if (payload.length % 6 !== 0) return error('sends settings of an odd size')
    const INITIAL_WINDOW_SIZE = 4
    for (let at = 0; at < payload.length; at += 6) {
      if (payload.readUInt16BE(at) !== INITIAL_WINDOW_SIZE) continue
      const size = payload.readUInt32BE(at + 2)
      if (size > 0x7fffffff) return error('opens a window that is too large (FLOW_CONTROL_ERROR)')
      this.sendWindow += size - 65_535
    }
    this.channel.write(
      encodeFrame({ type: frameTypes.settings, flags: flags.ack, stream: 0, payload: Buffer.alloc(0) }),
    )
    this.sendBody()
    return null
  }

  private idle(what: string): Failure | null {
    this.idleFrames += 1
    return this.idleFrames > IDLE_FRAMES ? abuse(what) : null
  }

  private closed(wasReset: boolean): Failure {
    const how = wasReset ? 'reset the connection' : 'closed the connection'
    if (this.status !== null)
      return {
        code: 'TRUNCATED_BODY',
        text: `Response: ${how} in the middle of the body, after ${readableCount(this.bodyBytes)} bytes`,
      }
    return error(`${how} without answering`)
  }

  private send(type: number, own: number, payload: Buffer): void {
    this.channel.write(encodeFrame({ type, flags: own, stream: STREAM, payload }))
  }

  private answer(failure: Failure | null): H2Answer {
    const { status, fields, trailers, bodyBytes } = this
    return { failure, status, fields, trailers, bodyBytes }
  }
}

/** No dynamic table, no pushes, room for a body. */
function ourSettings(): Buffer {
  const HEADER_TABLE_SIZE = 1
  const ENABLE_PUSH = 2
  const INITIAL_WINDOW_SIZE = 4
  const payload = Buffer.alloc(18)
  ;[HEADER_TABLE_SIZE, 0, ENABLE_PUSH, 0, INITIAL_WINDOW_SIZE, WINDOW_BYTES].forEach((value, index) => {
    const at = Math.floor(index / 2) * 6
    if (index % 2 === 0) payload.writeUInt16BE(value, at)
    else payload.writeUInt32BE(value, at + 2)
  })
  return encodeFrame({ type: frameTypes.settings, flags: 0, stream: 0, payload })
}

function windowUpdate(stream: number, byteCount: number): Buffer {
  const payload = Buffer.alloc(4)
  payload.writeUInt32BE(byteCount)
  return encodeFrame({ type: frameTypes.windowUpdate, flags: 0, stream, payload })
}

/** What a frame holds besides its padding, and so many bytes before it; undefined where the padding is longer. */
function withoutPadding(own: number, payload: Buffer, skip: number): Buffer | undefined {
  const isPadded = (own & flags.padded) !== 0
  const padding = isPadded ? (payload[0] ?? 0) : 0
  const start = (isPadded ? 1 : 0) + skip
  const end = payload.length - padding
  return start <= end ? payload.subarray(start, end) : undefined
}

function hasControls(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return true
  }
  return false
}

function error(what: string): Failure {
  return { code: 'H2_ERROR', text: `HTTP/2: the server ${what}` }
}

function abuse(what: string): Failure {
  return { code: 'H2_ABUSE', text: `HTTP/2: the server ${what}` }
}
