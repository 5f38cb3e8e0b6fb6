import type { WebsocketSpec } from '@repo/contracts/specs/socket'
import type { Channel } from '../engine/channel.ts'
import type { Failure } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import type { Mask } from '../engine/masking.ts'
import { escaped, readableCount } from '../engine/readable.ts'
import { matches } from '../pattern.ts'
import { encodeFrame, type Message, MessageReader, opcodes } from './frames.ts'

const MESSAGES_KEPT = 10
/** Beyond so many messages, or so many bytes of them, what is expected is not waited for. */
const MESSAGES_READ = 10_000
const NORMAL_CLOSURE = 1_000
const PROTOCOL_ERROR = 1_002

/** What follows an upgrade: something said, and what is said back, until one message is as it should be. */
export class Conversation {
  /** The first ones, cut to what evidence holds, without the secrets that a server says back. */
  readonly messages: string[] = []
  private readonly reader = new MessageReader()
  private messageCount = 0
  private messageBytes = 0
  private last = ''

  constructor(
    private readonly spec: WebsocketSpec,
    private readonly channel: Channel,
    private readonly mask: Mask,
  ) {}

  /** Null once all went as it should; the other side is told of the end in any case. */
  async hold(alreadyHeard: Buffer): Promise<Failure | null> {
    this.reader.add(alreadyHeard)
    const { send, expect, expectPattern } = this.spec
    if (send !== undefined) this.say(opcodes.text, Buffer.from(send))
    const isWaiting = expect !== undefined || expectPattern !== undefined
    const failure = isWaiting ? await this.listen() : null
    this.close(failure?.code === 'WS_PROTOCOL' ? PROTOCOL_ERROR : NORMAL_CLOSURE)
    return failure
  }

  private async listen(): Promise<Failure | null> {
    for (;;) {
      const message = this.reader.next()
      const failure = message ? this.judge(message) : await this.hear()
      if (failure !== 'go on') return failure
    }
  }

  /** Null for what was waited for. */
  private judge(message: Message): Failure | null | 'go on' {
    switch (message.kind) {
      case 'broken':
        return { code: 'WS_PROTOCOL', text: `WebSocket: the server ${message.why}` }
      case 'close':
        return closedEarly(message.code, this.mask(message.reason))
      case 'ping':
        this.say(opcodes.pong, message.payload)
        return 'go on'
      case 'text':
      case 'binary':
        return this.judgeText(message.payload)
    }
  }

  private judgeText(payload: Buffer): Failure | null | 'go on' {
    const text = payload.toString('utf8')
    this.keep(text, payload.length)
    const isExpected = this.isExpected(text)
    if (isExpected === undefined) return NO_PATTERN
    if (isExpected) return null
    if (this.messageCount < MESSAGES_READ && this.messageBytes < limits.bodyBytes) return 'go on'
    return unexpected(`none of the first ${readableCount(this.messageCount)} messages is what is expected`)
  }

  private keep(text: string, byteCount: number): void {
    this.messageCount += 1
    this.messageBytes += byteCount
    this.last = text
    if (this.messages.length < MESSAGES_KEPT) this.messages.push(this.mask(text).slice(0, limits.evidenceBodyBytes))
  }

  /** Undefined where the pattern is none. */
  private isExpected(text: string): boolean | undefined {
    const { expect, expectPattern } = this.spec
    if (expect !== undefined && !text.includes(expect)) return false
    return expectPattern === undefined ? true : matches(expectPattern, text)
  }

  private async hear(): Promise<Failure | 'go on'> {
    const heard = await this.channel.read(this.messageCount === 0 ? 'answer' : 'talk')
    if (heard.kind === 'data') {
      this.reader.add(heard.chunk)
      return 'go on'
    }
    if (heard.kind === 'closed') return cut(heard.wasReset)
    if (this.messageCount === 0 || heard.failure.code !== 'ANSWER_TIMEOUT') return heard.failure
    return unexpected(`said '${escaped(this.mask(this.last))}', and not what is expected`)
  }

  private close(code: number): void {
    const payload = Buffer.alloc(2)
    payload.writeUInt16BE(code)
    this.say(opcodes.close, payload)
  }

  private say(opcode: number, payload: Uint8Array): void {
    this.channel.write(encodeFrame(opcode, payload))
  }
}

function closedEarly(code: number | null, reason: string): Failure {
  const why = reason === '' ? '' : `: '${escaped(reason, 80)}'`
  return {
    code: 'CLOSED_EARLY',
    text: `WebSocket: closed (${code ?? 'without a code'}${why}) before the expected message`,
  }
}

function cut(wasReset: boolean): Failure {
  return {
    code: 'CLOSED_EARLY',
    text: `WebSocket: ${wasReset ? 'reset' : 'closed'} the connection before the expected message`,
  }
}

function unexpected(what: string): Failure {
  return { code: 'UNEXPECTED_ANSWER', text: `WebSocket: ${what}` }
}

const NO_PATTERN: Failure = {
  code: 'PROBE_ERROR',
  text: 'The probe cannot look for the expected message: it is not a pattern of RE2',
}
