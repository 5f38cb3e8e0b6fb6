import net, { type AddressInfo, type Socket } from 'node:net'

export interface H2Frame {
  readonly type: number
  readonly flags?: number
  readonly stream?: number
  readonly payload?: Uint8Array
}

/** A frame, bytes as they are, the same frame for ever, or the end. */
export type H2Step = H2Frame | Uint8Array | { readonly endless: H2Frame } | 'FIN' | 'RST'

export function h2Frame({ type, flags = 0, stream = 0, payload = new Uint8Array() }: H2Frame): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** A server that knows nothing of HTTP/2 but says these frames once the request's first frames have come. */
export async function startH2Target(script: readonly H2Step[]) {
  const sockets = new Set<Socket>()
  const received: Buffer[] = []
  const server = net.createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.on('end', () => socket.destroy())
    socket.once('data', () => void play(socket, script))
    socket.on('data', (chunk: Buffer) => received.push(chunk))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}/`,
    openConnections: () => sockets.size,
    /** How much of a body came in, over all connections. */
    dataBytes: () => dataBytes(Buffer.concat(received)),
    stop: () =>
      new Promise<void>((stopped) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => stopped())
      }),
  }
}

const PREFACE_BYTES = 24
const HEAD_BYTES = 9
const DATA = 0

function dataBytes(received: Buffer): number {
  let sum = 0
  for (let at = PREFACE_BYTES; at + HEAD_BYTES <= received.length; ) {
    const length = received.readUIntBE(at, 3)
    if (received[at + 3] === DATA) sum += Math.min(length, received.length - at - HEAD_BYTES)
    at += HEAD_BYTES + length
  }
  return sum
}

async function play(socket: Socket, script: readonly H2Step[]): Promise<void> {
  for (const step of script) {
    if (socket.destroyed) return
    if (step === 'FIN') socket.end()
    else if (step === 'RST') socket.resetAndDestroy()
    else if (step instanceof Uint8Array) socket.write(step)
    else if ('endless' in step) await pour(socket, h2Frame(step.endless))
    else socket.write(h2Frame(step))
  }
}

async function pour(socket: Socket, frame: Buffer): Promise<void> {
  const frames = Buffer.concat(Array.from({ length: Math.ceil(16_384 / frame.length) }, () => frame))
  while (!socket.destroyed) {
    await new Promise<void>((done) => {
      socket.once('close', done)
      socket.write(frames, () => {
        socket.off('close', done)
        done()
      })
    })
    // Others share this event loop, the probe under test among them.
    await new Promise(setImmediate)
  }
}
