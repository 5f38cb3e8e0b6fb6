import net, { type AddressInfo, type Socket } from 'node:net'
import tls, { type TlsOptions } from 'node:tls'

/** What a server says to each line that it hears; `tls` goes on under TLS after it, `end` closes. */
export type Said = string | { readonly say: string; readonly next: 'tls' | 'end' }

export interface TalkingTarget {
  readonly port: number
  /** Lines that were heard, those under TLS with a lock before them. */
  readonly heard: readonly string[]
  openConnections(): number
  stop(): Promise<void>
}

/** A line-based server: greets, and answers by a table of beginnings. What it has no answer for it is silent about. */
export async function startTalkingTarget(
  greeting: string,
  answers: Readonly<Record<string, Said>>,
  identity?: TlsOptions,
): Promise<TalkingTarget> {
  const heard: string[] = []
  const sockets = new Set<Socket>()

  function converse(socket: Socket, lock: string): void {
    let pending = ''
    const listen = (bytes: Buffer) => {
      pending += bytes.toString('latin1')
      for (let end = pending.indexOf('\n'); end !== -1; end = pending.indexOf('\n')) {
        const line = pending.slice(0, end).trim()
        pending = pending.slice(end + 1)
        heard.push(`${lock}${line}`)
        const said = Object.entries(answers).find(([start]) => line.startsWith(start))?.[1]
        if (said === undefined) continue
        socket.write(typeof said === 'string' ? said : said.say)
        if (typeof said === 'string') continue
        if (said.next === 'end') socket.end()
        else {
          socket.off('data', listen)
          const secured = new tls.TLSSocket(socket, { isServer: true, ...identity })
          secured.on('error', () => {})
          converse(secured, '🔒')
        }
      }
    }
    socket.on('data', listen)
  }

  const server = net.createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    if (greeting !== '') socket.write(greeting)
    converse(socket, '')
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    port: (server.address() as AddressInfo).port,
    heard,
    openConnections: () => sockets.size,
    stop: () =>
      new Promise((stopped) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => stopped())
      }),
  }
}
