import dgram from 'node:dgram'
import http2 from 'node:http2'
import net, { type AddressInfo } from 'node:net'
import tls from 'node:tls'

/** A target that keeps all that was said to it, and says it back: whatever can leak, leaks there. */
export interface EchoTarget {
  readonly port: number
  /** All that came in, as text. */
  received(): string
  stop(): Promise<void>
}

/** A server for bytes: HTTP is answered with a failure that holds the whole request, a proxy's question is refused. */
export async function startEchoServer(): Promise<EchoTarget> {
  const heard: string[] = []
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      const text = bytes.toString()
      heard.push(text)
      socket.write(/^[A-Z]+ \S+ HTTP\/1\.1\r\n/.test(text) ? refusalOf(text) : `you said ${text}`)
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    port: (server.address() as AddressInfo).port,
    received: () => heard.join('\n'),
    async stop() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

function refusalOf(request: string): string {
  const [first = ''] = request.split('\r\n')
  const status = request.startsWith('CONNECT') ? 407 : 500
  return `HTTP/1.1 ${status} Refused\r\nX-Echo: ${first}\r\nContent-Length: ${Buffer.byteLength(request)}\r\nConnection: close\r\n\r\n${request}`
}

export async function startEchoDatagrams(): Promise<EchoTarget> {
  const heard: string[] = []
  const server = dgram.createSocket('udp4')
  server.on('message', (message, { port, address }) => {
    heard.push(message.toString())
    server.send(`you said ${message}`, port, address)
  })
  await new Promise<void>((bound) => server.bind(0, '127.0.0.1', bound))
  return { port: server.address().port, received: () => heard.join('\n'), stop: async () => void server.close() }
}

/** Knows no service, and says so with the metadata that it was asked with. */
export async function startEchoGrpc(): Promise<EchoTarget> {
  const heard: string[] = []
  const sessions = new Set<http2.ServerHttp2Session>()
  const server = http2.createServer()
  server.on('session', (session) => {
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
  })
  server.on('stream', (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => {
    const text = JSON.stringify(headers)
    heard.push(text)
    stream.on('error', () => {})
    stream.respond(
      {
        ':status': 200,
        'content-type': 'application/grpc',
        'grpc-status': '16',
        'grpc-message': encodeURIComponent(text),
      },
      { endStream: true },
    )
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    port: (server.address() as AddressInfo).port,
    received: () => heard.join('\n'),
    async stop() {
      for (const session of sessions) session.destroy()
      server.close()
    },
  }
}

export async function startEchoSocket(): Promise<EchoTarget> {
  const heard: string[] = []
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch(request, self) {
      heard.push(JSON.stringify([...request.headers]))
      return self.upgrade(request) ? undefined : new Response('no socket', { status: 400 })
    },
    websocket: {
      message(socket, text) {
        heard.push(String(text))
        socket.send(`you said ${text}`)
      },
    },
  })
  return { port: server.port ?? 0, received: () => heard.join('\n'), stop: () => server.stop(true) }
}

/** Keeps the fingerprints of the certificates that it is shown, and speaks no protocol. */
export async function startEchoTls(identity: { key: string; cert: string }): Promise<EchoTarget> {
  const heard: string[] = []
  const server = tls.createServer({ ...identity, requestCert: true, rejectUnauthorized: false }, (socket) => {
    heard.push(socket.getPeerCertificate().fingerprint256 ?? '')
    socket.on('error', () => {})
    socket.end()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    port: (server.address() as AddressInfo).port,
    received: () => heard.join('\n'),
    stop: async () => void server.close(),
  }
}
