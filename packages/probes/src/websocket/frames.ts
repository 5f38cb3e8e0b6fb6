import { isUtf8 } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import { limits } from '../engine/limits.ts'
import { readableCount } from '../engine/readable.ts'

/** RFC 6455 section 5.2. */
export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

const FIN = 0x80
const RESERVED = 0x70
const MASKED = 0x80
const CONTROL = 0x08
const CONTROL_BYTES = 125
/** Beyond so many, a server only keeps us busy: pings of one connection, pieces of one message. */
const CONTROL_FRAMES = 200
const PIECES = 1_000

/** A whole frame of ours: masked, as a client's frames are. */
export function encodeFrame(opcode: number, payload: Uint8Array): Buffer {
  const mask = randomBytes(4)
  const head =
    payload.length < 126 ? Buffer.of(FIN | opcode, MASKED | payload.length) : longHead(opcode, payload.length)
  const body = Buffer.from(payload)
  for (let index = 0; index < body.length; index += 1) body[index] = (body[index] ?? 0) ^ (mask[index & 3] ?? 0)
  return Buffer.concat([head, mask, body])
}

function longHead(opcode: number, length: number): Buffer {
  const head = Buffer.alloc(4)
  head[0] = FIN | opcode
  head[1] = MASKED | 126
  head.writeUInt16BE(length, 2)
  return head
}

export type Message =
  | { readonly kind: 'text' | 'binary'; readonly payload: Buffer }
  | { readonly kind: 'ping'; readonly payload: Buffer }
  | { readonly kind: 'close'; readonly code: number | null; readonly reason: string }
  /** What no server may send, as the end of a sentence. */
  | { readonly kind: 'broken'; readonly why: string }

/** Reads the messages of a server from however many chunks they come in; their fragments are joined. */
export class MessageReader {
  private unread: Buffer = Buffer.alloc(0)
  private parts: Buffer[] = []
  private partBytes = 0
  private opcode = 0
  private controlFrames = 0

  add(chunk: Buffer): void {
    this.unread = this.unread.length === 0 ? chunk : Buffer.concat([this.unread, chunk])
  }

  /** The next message; undefined until more has come. */
  next(): Message | undefined {
    for (;;) {
      const frame = this.nextFrame()
      if (frame === undefined) return undefined
      if ('kind' in frame) return frame
      const message = frame.opcode & CONTROL ? this.control(frame) : this.join(frame)
      if (message) return message
    }
  }

  private nextFrame(): Frame | Extract<Message, { kind: 'broken' }> | undefined {
    const { unread } = this
    if (unread.length < 2) return undefined
    const [first = 0, second = 0] = unread
    if (first & RESERVED) return broken('uses bits that nobody has agreed on')
    if (second & MASKED) return broken('masks its frames, which only clients do')
    const lengthBytes = second === 127 ? 8 : second === 126 ? 2 : 0
    const start = 2 + lengthBytes
    if (unread.length < start) return undefined
    const length =
      lengthBytes === 0 ? second : lengthBytes === 2 ? unread.readUInt16BE(2) : Number(unread.readBigUInt64BE(2))
    const isControl = (first & CONTROL) !== 0
    if (isControl && (length > CONTROL_BYTES || !(first & FIN)))
      return broken('sends a control frame that is too long or in pieces')
    if (length + this.partBytes > limits.answerBytes)
      return broken(`sends a message of more than ${readableCount(limits.answerBytes)} bytes`)
    if (unread.length < start + length) return undefined
    this.unread = unread.subarray(start + length)
    return { isLast: (first & FIN) !== 0, opcode: first & 0x0f, payload: unread.subarray(start, start + length) }
  }

  private join({ isLast, opcode, payload }: Frame): Message | undefined {
    const isFirst = opcode !== opcodes.continuation
    if (isFirst === this.opcode > 0) return broken('mixes up the pieces of a message')
    if (opcode > opcodes.binary) return broken(`sends a frame of the unknown kind ${opcode}`)
    if (isFirst) this.opcode = opcode
    if (this.parts.length >= PIECES) return broken(`sends a message in more than ${readableCount(PIECES)} pieces`)
    this.parts.push(payload)
    this.partBytes += payload.length
    if (!isLast) return undefined
    const whole = Buffer.concat(this.parts)
    const kind = this.opcode === opcodes.text ? 'text' : 'binary'
    this.parts = []
    this.partBytes = 0
    this.opcode = 0
    return kind === 'text' && !isUtf8(whole) ? broken('sends a text that is not UTF-8') : { kind, payload: whole }
  }

  /** An unasked pong says nothing. */
  private control({ opcode, payload }: Frame): Message | undefined {
    this.controlFrames += 1
    if (this.controlFrames > CONTROL_FRAMES) return broken(`sends more than ${CONTROL_FRAMES} control frames`)
    switch (opcode) {
      case opcodes.close:
        return closed(payload)
      case opcodes.ping:
        return { kind: 'ping', payload }
      case opcodes.pong:
        return undefined
      default:
        return broken(`sends a control frame of the unknown kind ${opcode}`)
    }
  }
}

interface Frame {
  readonly isLast: boolean
  readonly opcode: number
  readonly payload: Buffer
}

/** RFC 6455 section 7.4: codes that may stand in a frame. */
function closed(payload: Buffer): Message {
  if (payload.length === 0) return { kind: 'close', code: null, reason: '' }
  if (payload.length === 1) return broken('closes with half a code')
  const code = payload.readUInt16BE(0)
  const isKnown = (code >= 1_000 && code <= 1_014 && !NEVER_SENT.has(code)) || (code >= 3_000 && code <= 4_999)
  if (!isKnown) return broken(`closes with the code ${code}, which may not be sent`)
  const reason = payload.subarray(2)
  return isUtf8(reason)
    ? { kind: 'close', code, reason: reason.toString('utf8') }
    : broken('closes for a reason that is not UTF-8')
}

const NEVER_SENT: ReadonlySet<number> = new Set([1_004, 1_005, 1_006])

function broken(why: string): Extract<Message, { kind: 'broken' }> {
  return { kind: 'broken', why }
}
