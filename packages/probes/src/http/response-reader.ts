import type { Failure } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import { readableCount } from '../engine/readable.ts'
import { type Framing, framingOf, isFailure } from './body-framing.ts'
import { ChunkedBody } from './chunked-body.ts'
import { HeadReader, type ResponseHead } from './response-head.ts'

/** May end the reading at the head, where the body would change nothing. */
export interface BodyWish {
  wantsBody(head: ResponseHead): boolean
}

/** Reads one response to its end, interim responses skipped, its body followed but not kept. */
export class ResponseReader {
  failure: Failure | null = null
  /** The final head, once it is complete. */
  head: ResponseHead | null = null
  isDone = false
  headBytes = 0
  bodyBytes = 0
  private interimCount = 0
  private reader: HeadReader
  private framing: Framing = { kind: 'none' }
  private chunked: ChunkedBody | null = null

  constructor(
    private readonly headByteLimit: number,
    private readonly wish: BodyWish,
  ) {
    this.reader = new HeadReader(headByteLimit)
  }

  read(chunk: Buffer): void {
    let at = 0
    while (!this.head) {
      at = this.reader.read(chunk, at)
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
    return this.framing.kind === 'untilClose' && !wasReset ? null : this.cutBody(wasReset)
  }

  private takeHead(): void {
    const { head, byteCount } = this.reader
    this.headBytes += byteCount
    if (head.status < 200) this.skipInterim(head.status)
    else this.takeFinalHead(head)
  }

  private takeFinalHead(head: ResponseHead): void {
    this.head = head
    if (!this.wish.wantsBody(head)) {
      this.isDone = true
      return
    }
    const framing = framingOf(head)
    if (isFailure(framing)) {
      this.failure = framing
      return
    }
    this.framing = framing
    if (framing.kind === 'chunked') this.chunked = new ChunkedBody()
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
  }

  private readBody(chunk: Buffer, from: number): void {
    if (this.chunked) {
      this.chunked.read(chunk, from)
      this.bodyBytes = this.chunked.byteCount
      this.failure = this.chunked.failure
      this.isDone = this.chunked.isDone
    } else {
      this.bodyBytes += chunk.length - from
      this.isDone = this.framing.kind === 'length' && this.bodyBytes >= this.framing.byteCount
    }
    // A body this long has shown that the site works; the rest of it is not worth anybody's bandwidth.
    if (this.bodyBytes >= limits.bodyBytes && !this.failure) this.isDone = true
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
