import type { Channel, Heard } from '../engine/channel.ts'
import type { Failure } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import { readableCount } from '../engine/readable.ts'
import { HeaderFields } from '../http/header-fields.ts'
import { isHttp2 } from '../http/http2-only.ts'
import { HeadReader } from '../http/response-head.ts'

const SWITCHING_PROTOCOLS = 101

/** Reads the head of the answer to an upgrade, and the interim ones before it. */
export class UpgradeReader {
  status: number | null = null
  rawHead = ''
  /** What came behind the head: frames, or the beginning of a page. */
  rest: Buffer = Buffer.alloc(0)
  private reader = new HeadReader(limits.headBytes)
  private interim = 0
  private byteCount = 0

  constructor(private readonly channel: Channel) {}

  get fields(): HeaderFields {
    return HeaderFields.parse(this.rawHead)
  }

  /** Null once the final head has been read. */
  async read(): Promise<Failure | null> {
    for (;;) {
      const heard = await this.channel.read(this.byteCount === 0 ? 'firstByte' : 'headers')
      if (heard.kind !== 'data') return this.ended(heard)
      if (this.byteCount === 0 && isHttp2(heard.chunk)) return HTTP2_ONLY
      this.byteCount += heard.chunk.length
      const failure = this.take(heard.chunk)
      if (failure || this.status !== null) return failure
    }
  }

  private take(chunk: Buffer): Failure | null {
    for (let from = 0; from < chunk.length; ) {
      const end = this.reader.read(chunk, from)
      this.rawHead += chunk.toString('latin1', from, end === -1 ? undefined : end)
      if (this.reader.failure || end === -1) return this.reader.failure
      const { status } = this.reader.head
      if (status >= 200 || status === SWITCHING_PROTOCOLS) {
        this.status = status
        this.rest = chunk.subarray(end)
        return null
      }
      this.interim += 1
      if (this.interim > limits.interimResponses) return noFinalAnswer(this.interim)
      this.reader = new HeadReader(limits.headBytes)
      this.rawHead = ''
      from = end
    }
    return null
  }

  private ended(heard: Exclude<Heard, { kind: 'data' }>): Failure {
    if (heard.kind === 'failed') return heard.failure
    if (this.byteCount === 0) return heard.wasReset ? RESET_AT_ONCE : EMPTY_REPLY
    if (this.rawHead === '') return noFinalAnswer(this.interim)
    const byteCount = readableCount(this.byteCount)
    return heard.wasReset
      ? { code: 'RESET_IN_HEADERS', text: `Response: reset the connection after ${byteCount} bytes of headers` }
      : { code: 'INCOMPLETE_HEADERS', text: `Response: closed the connection after ${byteCount} bytes of headers` }
  }
}

function noFinalAnswer(interim: number): Failure {
  return { code: 'NO_FINAL_RESPONSE', text: `Response: ${interim} interim responses and no final one` }
}

const HTTP2_ONLY: Failure = { code: 'HTTP2_ONLY', text: 'Response: the server speaks HTTP/2 only, without being asked' }
const EMPTY_REPLY: Failure = { code: 'EMPTY_REPLY', text: 'Response: closed the connection without answering' }
const RESET_AT_ONCE: Failure = { code: 'TCP_RESET', text: 'Response: the connection was reset before any answer' }
