import { type Failure, isFailure } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import { readableCount } from '../engine/readable.ts'
import { type Framing, framingOf } from './body-framing.ts'
import { type BodySink, ChunkedBody } from './chunked-body.ts'
import { KeptBody } from './kept-body.ts'
import { HeadReader, type ResponseHead } from './response-head.ts'

/** How much of a body is read: none where it would change nothing, a sample where the answer has failed already. */
export type BodyPart = 'none' | 'sample' | 'whole'

export interface BodyWish {
  wantedBody(head: ResponseHead): BodyPart
  /** Where the data of the body goes; null where nobody wants to see it. */
  sinkFor(head: ResponseHead): BodySink | null
}

/** Reads one response to its end, interim responses skipped. */
export class ResponseReader {
  failure: Failure | null = null
  /** What there is to remark about an answer that came whole. */
  remark: Failure | null = null
  /** The final head, once it is complete. */
  head: ResponseHead | null = null
  isDone = false
  headBytes = 0
  bodyBytes = 0
  private interimCount = 0
  private interimBytes = 0
  private reader: HeadReader
  private framing: Framing = { kind: 'none' }
  private chunked: ChunkedBody | null = null
  private sink: BodySink | null = null
  private part: BodyPart = 'whole'
  private readonly rawHead = new KeptBody(limits.headBytes)
  private wasStopped = false

  constructor(
    private readonly headByteLimit: number,
    private readonly wish: BodyWish,
  ) {
    this.reader = new HeadReader(headByteLimit)
  }

  /** True where only a sample is read, so that whatever goes wrong with the rest is no news. */
  get isSampling(): boolean {
    return this.head !== null && this.part === 'sample'
  }

  /** The bytes of the final head, or of what came of it. */
  rawHeadText(): string {
    return this.rawHead.bytes().toString('latin1', this.interimBytes)
  }

  read(chunk: Buffer): void {
    let at = 0
    while (!this.head) {
      const from = at
      at = this.reader.read(chunk, at)
      this.rawHead.take(chunk, from, at === -1 ? chunk.length : at)
      this.failure = this.reader.failure
      if (at === -1) return
      this.takeHead()
      if (this.failure || this.isDone) return
    }
    this.readBody(chunk, at)
  }

  /** The other side says no more: an end where the body's end is the connection's, a cut everywhere else. */
  readEnd(wasReset: boolean): Failure | null {
    if (!this.head) return this.cutHead(wasReset)
    if (this.isSampling) return null
    return this.framing.kind === 'untilClose' && !wasReset ? null : this.cutBody(wasReset)
  }

  /** True where nothing but the end of the connection says that the body is whole. */
  get endsWithConnection(): boolean {
    return this.head !== null && this.part === 'whole' && this.framing.kind === 'untilClose' && !this.wasStopped
  }

  private takeHead(): void {
    const { head, byteCount } = this.reader
    this.headBytes += byteCount
    if (head.status < 200) this.skipInterim(head.status)
    else this.takeFinalHead(head)
  }

  private takeFinalHead(head: ResponseHead): void {
    this.head = head
    this.part = this.wish.wantedBody(head)
    if (this.part === 'none') {
      this.isDone = true
      return
    }
    const framing = framingOf(head)
    if (isFailure(framing)) {
      // Of an answer that has failed already nothing more is asked.
      if (this.part === 'whole') this.failure = framing
      this.isDone = true
      return
    }
    this.framing = framing
    this.sink = this.wish.sinkFor(head)
    if (framing.kind === 'chunked') {
      this.chunked = new ChunkedBody(this.sink)
      if (framing.isAmbiguous) this.remark = AMBIGUOUS
    }
    this.isDone = framing.kind === 'none' || (framing.kind === 'length' && framing.byteCount === 0)
  }

  private skipInterim(status: number): void {
    if (status === 101) {
      this.failure = { code: 'UNEXPECTED_UPGRADE', text: 'Response: switched protocols (101) although nobody asked' }
      return
    }
    this.interimCount += 1
    if (this.interimCount > limits.interimResponses) {
      this.failure = {
        code: 'NO_FINAL_RESPONSE',
        text: `Response: more than ${limits.interimResponses} interim responses`,
      }
      return
    }
    this.reader = new HeadReader(this.headByteLimit - this.headBytes)
    this.interimBytes = this.headBytes
  }

  private readBody(chunk: Buffer, from: number): void {
    if (this.chunked) {
      this.chunked.read(chunk, from)
      this.bodyBytes = this.chunked.byteCount
      if (!this.isSampling) this.failure = this.chunked.failure
      this.isDone = this.chunked.isDone || this.chunked.failure !== null
    } else {
      this.takePlain(chunk, from)
    }
    if (this.bodyBytes >= this.byteLimit() && !this.isDone && !this.failure) this.stopAtLimit()
  }

  private takePlain(chunk: Buffer, from: number): void {
    const { framing } = this
    const end =
      framing.kind === 'length' ? Math.min(chunk.length, from + framing.byteCount - this.bodyBytes) : chunk.length
    this.sink?.take(chunk, from, end)
    this.bodyBytes += end - from
    this.isDone = framing.kind === 'length' && this.bodyBytes >= framing.byteCount
  }

  private byteLimit(): number {
    return this.part === 'sample' ? limits.evidenceBodyBytes : limits.bodyBytes
  }

  /** A body this long has shown that the site works; the rest of it is not worth anybody's bandwidth. */
  private stopAtLimit(): void {
    this.isDone = true
    this.wasStopped = true
    // Where the length was promised, everybody knew that there is more.
    if (this.part === 'whole' && this.framing.kind !== 'length') this.remark ??= CAP_REACHED
  }

  private cutHead(wasReset: boolean): Failure {
    const how = wasReset ? 'reset the connection' : 'closed the connection'
    const byteCount = this.headBytes + this.reader.byteCount
    if (this.interimCount > 0 && this.reader.byteCount === 0) {
      return { code: 'NO_FINAL_RESPONSE', text: `Response: ${how} after an interim response alone` }
    }
    if (byteCount === 0) {
      return wasReset
        ? { code: 'TCP_RESET', text: 'Response: the connection was reset before any answer' }
        : { code: 'EMPTY_REPLY', text: 'Response: closed the connection without answering' }
    }
    return {
      code: wasReset ? 'RESET_IN_HEADERS' : 'INCOMPLETE_HEADERS',
      text: `Response: ${how} after ${readableCount(byteCount)} bytes of headers`,
    }
  }

  private cutBody(wasReset: boolean): Failure {
    const sent = readableCount(this.bodyBytes)
    const text =
      this.framing.kind === 'length'
        ? `promised ${readableCount(this.framing.byteCount)} bytes, sent ${sent}`
        : `${wasReset ? 'reset' : 'closed'} in the middle of the body, after ${sent} bytes`
    return { code: 'TRUNCATED_BODY', text: `Response: ${text}` }
  }
}

const AMBIGUOUS: Failure = {
  code: 'AMBIGUOUS_LENGTH',
  text: 'Response: came whole, but with both a content length and a chunked encoding, which readers may take differently',
}

const CAP_REACHED: Failure = {
  code: 'BODY_CAP_REACHED',
  text: `Response: read the first ${readableCount(limits.bodyBytes)} bytes of a body without a known end`,
}
