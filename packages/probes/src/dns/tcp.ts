import { randomInt } from 'node:crypto'
import type { Socket } from 'bun'
import { type DnsMessage, type DnsQuestion, decodeAnswer, encodeQuery } from './message.ts'
import type { DnsServer } from './server-address.ts'

export type TcpReply =
  | { readonly kind: 'answer'; readonly message: DnsMessage }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'silence' }

const LENGTH_BYTES = 2

/** Asks one question over a connection (RFC 7766), for answers that do not fit into a datagram. */
export function askByTcp(question: DnsQuestion, { address, port }: DnsServer, waitMs: number): Promise<TcpReply> {
  const id = randomInt(65_536)
  return new Promise((resolve) => {
    let received = Buffer.alloc(0)
    let connection: Socket | undefined
    let isOver = false
    const settle = (reply: TcpReply) => {
      if (isOver) return
      isOver = true
      clearTimeout(timer)
      connection?.terminate()
      resolve(reply)
    }
    const timer = setTimeout(() => settle({ kind: 'silence' }), waitMs)
    const opening = Bun.connect({
      hostname: address,
      port,
      socket: {
        open(socket) {
          connection = socket
          if (isOver) socket.terminate()
          else socket.write(framed(encodeQuery(question, id, true)))
        },
        data(_socket, chunk) {
          received = Buffer.concat([received, chunk])
          const reply = readReply(received, id, question)
          if (reply) settle(reply)
        },
        close: () => settle({ kind: received.length > 0 ? 'malformed' : 'silence' }),
        connectError: () => settle({ kind: 'silence' }),
        error: () => settle({ kind: 'silence' }),
      },
    })
    // A refusal is told to connectError too.
    opening.catch(() => {})
  })
}

function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt16BE(message.length)
  return Buffer.concat([length, message])
}

function readReply(received: Buffer, id: number, question: DnsQuestion): TcpReply | undefined {
  if (received.length < LENGTH_BYTES) return undefined
  const length = received.readUInt16BE(0)
  if (received.length < LENGTH_BYTES + length) return undefined
  const message = decodeAnswer(received.subarray(LENGTH_BYTES, LENGTH_BYTES + length), question)
  return message?.id === id ? { kind: 'answer', message } : { kind: 'malformed' }
}
