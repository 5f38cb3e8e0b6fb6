import type { Failure } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import { escaped } from '../engine/readable.ts'

const TAB = 0x09
const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const COLON = 0x3a
const SEMICOLON = 0x3b
const DEL = 0x7f

/** Where the data of a body goes. */
export interface BodySink {
  /** The data lies in the chunk between these offsets; a slice of it is made by whoever needs one. */
  take(chunk: Buffer, from: number, to: number): void
}

type State =
  | 'size'
  | 'extension'
  | 'sizeEnd'
  | 'data'
  | 'dataCr'
  | 'dataLf'
  | 'trailer'
  | 'trailerEnd'
  | 'done'
  | 'failed'

/** Follows a chunked body (RFC 9112 section 7.1) to its very end, the trailer included; its data goes to the sink, where there is one. */
export class ChunkedBody {
  failure: Failure | null = null
  byteCount = 0
  private state: State = 'size'
  private size = 0
  private digits = 0
  private extensionBytes = 0
  private trailerBytes = 0
  private lineBytes = 0
  private lineHasColon = false

  constructor(private readonly sink: BodySink | null = null) {}

  get isDone(): boolean {
    return this.state === 'done'
  }

  read(chunk: Buffer, from: number): void {
    let index = from
    while (index < chunk.length && this.state !== 'done' && this.state !== 'failed') {
      if (this.state === 'data') {
        index += this.takeData(chunk, index)
      } else {
        this.state = this.step(this.state, chunk[index] ?? 0)
        index += 1
      }
    }
  }

  private takeData(chunk: Buffer, from: number): number {
    const taken = Math.min(chunk.length - from, this.size)
    this.sink?.take(chunk, from, from + taken)
    this.size -= taken
    this.byteCount += taken
    if (this.size === 0) this.state = 'dataCr'
    return taken
  }

  private step(state: Exclude<State, 'data' | 'done' | 'failed'>, byte: number): State {
    switch (state) {
      case 'size':
        return this.readSize(byte)
      case 'extension':
        return this.readExtension(byte)
      case 'sizeEnd':
        return byte === LF ? this.startChunk() : this.failChunk(byte)
      case 'dataCr':
        return byte === CR ? 'dataLf' : this.failChunk(byte)
      case 'dataLf':
        return byte === LF ? 'size' : this.failChunk(byte)
      case 'trailer':
        return this.readTrailer(byte)
      case 'trailerEnd':
        return byte === LF ? this.endTrailerLine() : this.failTrailer()
    }
  }

  private readSize(byte: number): State {
    const digit = hexDigit(byte)
    if (digit >= 0) {
      this.size = this.size * 16 + digit
      this.digits += 1
      return this.digits > MAX_SIZE_DIGITS ? this.failChunk(byte) : 'size'
    }
    if (this.digits === 0) return this.failChunk(byte)
    if (byte === CR) return 'sizeEnd'
    return byte === SEMICOLON || byte === SPACE || byte === TAB ? 'extension' : this.failChunk(byte)
  }

  private readExtension(byte: number): State {
    if (byte === CR) return 'sizeEnd'
    this.extensionBytes += 1
    const isBroken = this.extensionBytes > limits.chunkExtensionBytes || isControl(byte)
    return isBroken ? this.failChunk(byte) : 'extension'
  }

  private startChunk(): State {
    this.digits = 0
    return this.size === 0 ? 'trailer' : 'data'
  }

  private readTrailer(byte: number): State {
    this.trailerBytes += 1
    if (byte === CR) return 'trailerEnd'
    if (this.trailerBytes > limits.trailerBytes || isControl(byte)) return this.failTrailer()
    this.lineBytes += 1
    if (byte === COLON && this.lineBytes > 1) this.lineHasColon = true
    return 'trailer'
  }

  private endTrailerLine(): State {
    if (this.lineBytes === 0) return 'done'
    if (!this.lineHasColon) return this.failTrailer()
    this.lineBytes = 0
    this.lineHasColon = false
    return 'trailer'
  }

  private failChunk(byte: number): State {
    const found = escaped(String.fromCharCode(byte))
    this.failure = {
      code: 'BAD_CHUNK',
      text: `Response: broken chunk of the body (at '${found}', after ${this.byteCount} bytes)`,
    }
    return 'failed'
  }

  private failTrailer(): State {
    this.failure = { code: 'BAD_TRAILER', text: 'Response: broken trailer after the body' }
    return 'failed'
  }
}

/** Twelve digits are 256 TiB, still an exact number. */
const MAX_SIZE_DIGITS = 12

function isControl(byte: number): boolean {
  return (byte < SPACE && byte !== TAB) || byte === DEL
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}
