import { afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import net, { type AddressInfo, type Socket } from 'node:net'
import { type WebsocketSpec, websocketSpecSchema } from '@repo/contracts/specs/socket'
import { probeWebsocket } from '../src/checks/websocket.ts'
import { createEgressPolicy } from '../src/egress/egress.ts'
import { type Identity, makeAuthority, makeCertificate } from '../testing/certificates.ts'
import { loopback, openDescriptors, phaseSumUs, running, until } from './probing.ts'

let authority: Identity
beforeAll(async () => {
  authority = await makeAuthority()
})

const started: { stop(): void }[] = []
afterEach(() => {
  for (const one of started.splice(0)) one.stop()
})

function check(url: string, rest: Partial<WebsocketSpec> = {}) {
  const spec = websocketSpecSchema.parse({ kind: 'websocket', url, timeoutMs: 700, ...rest })
  return probeWebsocket(spec, { ...loopback, ca: authority.cert }, running)
}

/** A real server, which says back what it hears. */
function startEcho(tls?: { key: string; cert: string }) {
  const headers: Headers[] = []
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    ...(tls && { tls }),
    fetch(request, self) {
      headers.push(request.headers)
      return self.upgrade(request) ? undefined : new Response('no', { status: 426 })
    },
    websocket: {
      open: (socket) => void socket.send('welcome'),
      message: (socket, text) => void socket.send(`you said ${text}`),
    },
  })
  started.push({ stop: () => void server.stop(true) })
  return { url: server.url.href.replace(/^http/, 'ws'), headers }
}

/** A server that answers an upgrade with these fields and then says these bytes. */
async function startRaw(frames: Uint8Array | 'FIN', change: (head: string) => string = (head) => head) {
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
      else socket.write(frames)
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const stop = () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  started.push({ stop })
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, openConnections: () => sockets.size }
}

const frame = (opcode: number, text: string, first = 0x80) =>
  Buffer.concat([Buffer.of(first | opcode, Buffer.byteLength(text)), Buffer.from(text)])

describe('a server that speaks WebSocket', () => {
  test('is up once it has switched protocols', async () => {
    const { url } = startEcho()
    const before = openDescriptors()
    const outcome = await check(url)
    expect(outcome).toMatchObject({
      verdict: 'up',
      code: 'OK',
      status: 101,
      httpVersion: '1.1',
      hops: [{ status: 101 }],
    })
    expect(Math.abs(outcome.phases.total - phaseSumUs(outcome))).toBeLessThan(5_000)
    await until(() => openDescriptors() <= before, 'the connection to close')
  })

  test('is asked, and answers as it should', async () => {
    const { url } = startEcho()
    expect(await check(url, { send: 'größe', expect: 'you said größe' })).toMatchObject({
      code: 'OK',
      facts: { messages: ['welcome', 'you said gr\\xf6\\xdfe'] },
    })
    expect((await check(url, { expectPattern: '^wel.ome$' })).code).toBe('OK')
  })

  test('under TLS shows its certificate', async () => {
    const { url } = startEcho(await makeCertificate({ names: ['127.0.0.1'], ca: authority }))
    expect(url).toStartWith('wss://')
    expect(await check(url, { expect: 'welcome' })).toMatchObject({
      code: 'OK',
      certificate: { issuer: 'CN=Test Authority' },
    })
  })

  test('is given headers and credentials, which no evidence shows', async () => {
    const { url, headers } = startEcho()
    const outcome = await check(url, {
      auth: { kind: 'bearer', token: 'SEKRET-1' },
      headers: [{ name: 'X-Key', value: 'SEKRET-2' }],
      expect: 'never',
      timeoutMs: 200,
    })
    expect(headers[0]?.get('authorization')).toBe('Bearer SEKRET-1')
    expect(headers[0]?.get('x-key')).toBe('SEKRET-2')
    expect(outcome).toMatchObject({ verdict: 'down', code: 'UNEXPECTED_ANSWER' })
    expect(JSON.stringify(outcome)).not.toContain('SEKRET')
  })

  test('is behind the egress guard', async () => {
    const { url, headers } = startEcho()
    const spec = websocketSpecSchema.parse({ kind: 'websocket', url })
    const closed = { ...loopback, egress: createEgressPolicy({}) }
    expect(await probeWebsocket(spec, closed, running)).toMatchObject({ verdict: 'unknown', code: 'BLOCKED_ADDRESS' })
    expect(headers).toEqual([])
  })
})

describe('a server that does not switch protocols as it should', () => {
  const heads: [string, (head: string) => string, string, RegExp][] = [
    [
      'answers 404',
      () => 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n',
      'WS_REFUSED',
      /answered 404 instead of switching/,
    ],
    ['redirects', () => 'HTTP/1.1 301 Go\r\nLocation: /ws?key=1\r\n\r\n', 'WS_REFUSED', /points to '\/ws'$/],
    [
      'switches to something else',
      (head) => head.replace('Upgrade: websocket', 'Upgrade: h2c'),
      'WS_PROTOCOL',
      /not to websocket/,
    ],
    [
      'leaves out the connection',
      (head) => head.replace('Connection: Upgrade', 'Connection: close'),
      'WS_PROTOCOL',
      /Connection/,
    ],
    ['answers another key', (head) => head.replace(/Accept: .*/, 'Accept: x='), 'WS_PROTOCOL', /another request/],
    [
      'chooses an extension',
      (head) => head.replace('\r\n\r\n', '\r\nSec-WebSocket-Extensions: x\r\n\r\n'),
      'WS_PROTOCOL',
      /extensions/,
    ],
    [
      'chooses a subprotocol',
      (head) => head.replace('\r\n\r\n', '\r\nSec-WebSocket-Protocol: x\r\n\r\n'),
      'WS_PROTOCOL',
      /subprotocol 'x'/,
    ],
    ['speaks no HTTP', () => 'hello\r\n', 'NOT_HTTP', /instead of HTTP/],
  ]
  test.each(heads)('but %s', async (_what, change, code, message) => {
    const site = await startRaw(Buffer.alloc(0), change)
    const outcome = await check(site.url)
    expect(outcome).toMatchObject({ verdict: 'down', code } as object)
    expect(outcome.message).toMatch(message)
    await until(() => site.openConnections() === 0, 'the connection to close')
  })

  test('but closes at once', async () => {
    expect((await check((await startRaw('FIN', () => '')).url)).code).toBe('EMPTY_REPLY')
  })
})

describe('frames', () => {
  const rows: [string, Uint8Array, string][] = [
    ['in pieces', Buffer.concat([frame(1, 'nee', 0), frame(0, 'dle')]), 'OK'],
    ['in pieces with a ping between them', Buffer.concat([frame(1, 'nee', 0), frame(9, 'p'), frame(0, 'dle')]), 'OK'],
    ['that are binary', frame(2, 'needle'), 'OK'],
    ['after others', Buffer.concat([frame(1, 'hay'), frame(10, ''), frame(1, 'needle')]), 'OK'],
    ['that say something else', frame(1, 'hay'), 'UNEXPECTED_ANSWER'],
    ['that never come', Buffer.alloc(0), 'ANSWER_TIMEOUT'],
    ['that close', frame(8, '\x03\xe8'.slice(0, 2)), 'CLOSED_EARLY'],
    ['with reserved bits', frame(1, 'needle', 0xc0), 'WS_PROTOCOL'],
    ['that are masked', Buffer.of(0x81, 0x80, 0, 0, 0, 0), 'WS_PROTOCOL'],
    ['of an unknown kind', frame(3, 'x'), 'WS_PROTOCOL'],
    ['of control in pieces', frame(9, 'x', 0), 'WS_PROTOCOL'],
    ['of control that are long', Buffer.concat([Buffer.of(0x89, 126, 0, 200), Buffer.alloc(200)]), 'WS_PROTOCOL'],
    ['that continue nothing', frame(0, 'x'), 'WS_PROTOCOL'],
    ['that begin twice', Buffer.concat([frame(1, 'a', 0), frame(1, 'b')]), 'WS_PROTOCOL'],
    ['that are not UTF-8', Buffer.of(0x81, 2, 0xff, 0xfe), 'WS_PROTOCOL'],
    ['of 2^63 bytes', Buffer.of(0x82, 127, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), 'WS_PROTOCOL'],
    ['that close with half a code', Buffer.of(0x88, 1, 3), 'WS_PROTOCOL'],
  ]
  test.each(rows)('%s: %s', async (_what, bytes, code) => {
    const site = await startRaw(bytes)
    const outcome = await check(site.url, { expect: 'needle', timeoutMs: 300 })
    expect(outcome.code).toBe(code as never)
    expect(outcome.phases.total).toBeLessThan(550_000)
    await until(() => site.openConnections() === 0, 'the connection to close')
  })
})
