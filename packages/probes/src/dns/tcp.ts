import { randomInt } from 'node:crypto'
import type { Socket } from 'bun'
import { decodeAnswer, encodeQuery } from './message.ts'
import type { Asking, Forget, Heard } from './udp.ts'

const LENGTH_BYTES = 2

/** Asks one question over a connection (RFC 7766), for answers that do not fit into a datagram. */
export function askByTcp({ question, server, hasEdns, hear }: Asking): Forget {
  const id = randomInt(65_536)
  const received = new FramedMessage()
  let connection: Socket | undefined
  let isOver = false
  const forget = () => {
    isOver = true
    connection?.terminate()
  }
  const settle = (heard: Heard) => {
    if (isOver) return
    forget()
    hear(heard)
  }
  const query = encodeQuery(question, id, hasEdns)
  const opening = Bun.connect({
    hostname: server.address,
    port: server.port,
    socket: {
      open(socket) {
        connection = socket
        if (isOver || !query) socket.terminate()
        else socket.write(framed(query))
      },
      data(_socket, chunk) {
        const whole = received.add(chunk)
        if (!whole) return
        const message = decodeAnswer(whole, question)
        settle(message?.id === id ? { kind: 'answer', message } : { kind: 'malformed' })
      },
      close: () => settle({ kind: received.isBegun ? 'malformed' : 'silence' }),
      connectError: () => settle({ kind: 'silence' }),
      error: () => settle({ kind: 'silence' }),
    },
  })
  // A refusal is told to connectError too.
  opening.catch(() => {})
  return forget
}

function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt16BE(message.length)
  return Buffer.concat([length, message])
}

/** Two bytes of length and the message, in whatever pieces they come. */
class FramedMessage {
  private readonly head = Buffer.alloc(LENGTH_BYTES)
  private body: Buffer | undefined
  private receivedBytes = 0

  get isBegun(): boolean {
    return this.receivedBytes > 0
  }

  add(chunk: Buffer): Buffer | undefined {
    const headBytes = Math.max(0, Math.min(LENGTH_BYTES - this.receivedBytes, chunk.length))
    chunk.copy(this.head, this.receivedBytes, 0, headBytes)
    this.receivedBytes += headBytes
    if (this.receivedBytes < LENGTH_BYTES) return undefined
    this.body ??= Buffer.alloc(this.head.readUInt16BE())
    const rest = chunk.subarray(headBytes)
    this.receivedBytes += rest.copy(this.body, this.receivedBytes - LENGTH_BYTES)
    return this.receivedBytes - LENGTH_BYTES === this.body.length ? this.body : undefined
  }
}
