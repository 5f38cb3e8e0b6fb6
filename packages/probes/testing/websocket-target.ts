import { createHash } from 'node:crypto'
import net, { type AddressInfo, type Socket } from 'node:net'

export type Frames = Uint8Array | 'FIN' | 'RST' | { readonly endless: Uint8Array }

/** A server that answers an upgrade with these fields and then says these bytes. */
export async function startWebsocketTarget(frames: Frames, change: (head: string) => string = (head) => head) {
  const received: Buffer[] = []
  const sockets = new Set<Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    socket.once('data', (bytes: Buffer) => {
      const key = /Sec-WebSocket-Key: (.*)\r\n/.exec(bytes.toString())?.[1] ?? ''
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
      const head = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`
      socket.write(change(head))
      if (frames === 'FIN') socket.end()
      else if (frames === 'RST') setTimeout(() => socket.resetAndDestroy(), 20)
      else if ('endless' in frames) void pour(socket, frames.endless)
      else socket.write(frames)
      socket.on('data', (chunk: Buffer) => received.push(chunk))
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const stop = () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    openConnections: () => sockets.size,
    stop,
    /** What the probe said after its request, unmasked. */
    heard: () => unmasked(Buffer.concat(received)),
  }
}

async function pour(socket: Socket, frame: Uint8Array): Promise<void> {
  const frames = Buffer.concat(Array.from({ length: Math.ceil(16_384 / frame.length) }, () => frame))
  while (!socket.destroyed) {
    await new Promise<void>((done) => {
      socket.once('close', done)
      socket.write(frames, () => {
        socket.off('close', done)
        done()
      })
    })
    await new Promise(setImmediate)
  }
}

/** Frames of a client that are shorter than 126 bytes. */
function unmasked(bytes: Buffer): { opcode: number; text: string }[] {
  const frames: { opcode: number; text: string }[] = []
  for (let at = 0; at + 6 <= bytes.length; ) {
    const length = (bytes[at + 1] ?? 0) & 0x7f
    const payload = Buffer.from(bytes.subarray(at + 6, at + 6 + length))
    for (let index = 0; index < length; index += 1) {
      payload[index] = (payload[index] ?? 0) ^ (bytes[at + 2 + (index & 3)] ?? 0)
    }
    frames.push({ opcode: (bytes[at] ?? 0) & 0x0f, text: payload.toString('latin1') })
    at += 6 + length
  }
  return frames
}

/** A frame of text with its length in two bytes, or with another one in eight. */
export const longFrame = (byteCount: number, claimed?: number) => {
  const head = Buffer.alloc(claimed === undefined ? 4 : 10)
  head[0] = 0x81
  head[1] = claimed === undefined ? 126 : 127
  if (claimed === undefined) head.writeUInt16BE(byteCount, 2)
  else head.writeBigUInt64BE(BigInt(claimed), 2)
  return Buffer.concat([head, Buffer.alloc(byteCount, 'x')])
}

export const frame = (opcode: number, text: string, first = 0x80) =>
  Buffer.concat([Buffer.of(first | opcode, Buffer.byteLength(text)), Buffer.from(text)])
