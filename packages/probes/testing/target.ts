import net, { type AddressInfo, type Socket } from 'node:net'
import tls, { type TlsOptions } from 'node:tls'

/** What a scripted target does, step by step. After the last step it stays connected and says no more. */
export type Step =
  | string
  | Uint8Array
  | { readonly pauseMs: number }
  /** One piece after another, each after a pause. */
  | { readonly drip: string; readonly everyMs: number }
  /** The same again and again, as fast as it is taken, until the connection ends. */
  | { readonly endless: string | Uint8Array }
  | 'FIN'
  | 'RST'

export interface TargetOptions {
  readonly host?: string
  readonly port?: number
  readonly tls?: TlsOptions
  /** Speaks first, instead of waiting for the head of a request. */
  readonly greets?: boolean
}

export interface Target {
  readonly url: string
  readonly port: number
  readonly host: string
  /** Heads of the requests that came in. */
  readonly requests: readonly string[]
  connections(): number
  openConnections(): number
  stop(): Promise<void>
}

/** A raw server on the loopback interface that says what its script says, byte for byte, to every connection. */
export async function startTarget(script: readonly Step[], options: TargetOptions = {}): Promise<Target> {
  const { host = '127.0.0.1' } = options
  const sockets = new Set<Socket>()
  const requests: string[] = []
  let connectionCount = 0
  const serve = (socket: Socket) => {
    connectionCount += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // The other side may leave at any time; that is its right, and no business of a script.
    socket.on('error', () => {})
    // A probe ends its side only when it is done with the answer.
    socket.on('end', () => socket.destroy())
    const play = () => void playScript(socket, script)
    if (options.greets) play()
    readRequest(socket, (head) => {
      requests.push(head)
      if (!options.greets) play()
    })
  }
  const server = options.tls ? tls.createServer(options.tls, serve) : net.createServer({ noDelay: true }, serve)
  server.on('tlsClientError', () => {})
  await new Promise<void>((listening) => server.listen(options.port ?? 0, host, listening))
  const { port } = server.address() as AddressInfo
  return {
    url: `${options.tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}/`,
    port,
    host,
    requests,
    connections: () => connectionCount,
    openConnections: () => sockets.size,
    stop: () =>
      new Promise((stopped) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => stopped())
      }),
  }
}

function readRequest(socket: Socket, onHead: (head: string) => void): void {
  let head = ''
  socket.on('data', (chunk: Buffer) => {
    const wasComplete = head.includes('\r\n\r\n')
    if (!wasComplete) head += chunk.toString('latin1')
    if (!wasComplete && head.includes('\r\n\r\n')) onHead(head)
  })
}

async function playScript(socket: Socket, script: readonly Step[]): Promise<void> {
  for (const step of script) {
    if (socket.destroyed) return
    await playStep(socket, step)
  }
}

async function playStep(socket: Socket, step: Step): Promise<void> {
  if (step === 'FIN') socket.end()
  else if (step === 'RST') socket.resetAndDestroy()
  else if (typeof step === 'string') await written(socket, Buffer.from(step, 'latin1'))
  else if (step instanceof Uint8Array) await written(socket, step)
  else if ('pauseMs' in step) await Bun.sleep(step.pauseMs)
  else if ('drip' in step) await drip(socket, step.drip, step.everyMs)
  else await pour(socket, Buffer.from(step.endless))
}

async function drip(socket: Socket, text: string, everyMs: number): Promise<void> {
  for (const byte of Buffer.from(text, 'latin1')) {
    if (socket.destroyed) return
    await written(socket, Uint8Array.of(byte))
    await Bun.sleep(everyMs)
  }
}

async function pour(socket: Socket, piece: Uint8Array): Promise<void> {
  const pieces = Buffer.concat(Array.from({ length: Math.ceil(POURED_BYTES / piece.length) }, () => piece))
  while (!socket.destroyed) {
    await written(socket, pieces)
    // Others share this event loop, the probe under test among them.
    await new Promise(setImmediate)
  }
}

const POURED_BYTES = 32_768

/** Resolves when the kernel has taken the bytes, or the connection is gone. */
function written(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((done) => {
    if (socket.destroyed) return done()
    socket.once('close', done)
    socket.write(bytes, () => {
      socket.off('close', done)
      done()
    })
  })
}
