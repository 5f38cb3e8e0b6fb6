import { afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { type WebsocketSpec, websocketSpecSchema } from '@repo/contracts/specs/socket'
import { probeWebsocket } from '../src/checks/websocket.ts'
import { createEgressPolicy } from '../src/egress/egress.ts'
import { type Identity, makeAuthority, makeCertificate } from '../testing/certificates.ts'
import { type Frames, frame, startWebsocketTarget } from '../testing/websocket-target.ts'
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
  const closes: number[] = []
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
      close: (_socket, code) => void closes.push(code),
    },
  })
  started.push({ stop: () => void server.stop(true) })
  return { url: server.url.href.replace(/^http/, 'ws'), headers, closes }
}

async function startRaw(frames: Frames, change?: (head: string) => string) {
  const site = await startWebsocketTarget(frames, change)
  started.push(site)
  return site
}

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

  test('is told that all is said, whatever became of it', async () => {
    const { url, closes } = startEcho()
    await check(url)
    await check(url, { send: 'a', expect: 'you said a' })
    await check(url, { expect: 'never', timeoutMs: 100 })
    await until(() => closes.length === 3, 'the server to hear of the ends')
    expect(closes).toEqual([1_000, 1_000, 1_000])
  })

  test('agrees on a subprotocol', async () => {
    const site = await startRaw(Buffer.alloc(0), (head) =>
      head.replace('\r\n\r\n', '\r\nSec-WebSocket-Protocol: chat.v2\r\n\r\n'),
    )
    expect(await check(site.url, { subprotocol: 'chat.v2' })).toMatchObject({
      code: 'OK',
      facts: { subprotocol: 'chat.v2' },
    })
    const none = await startRaw(Buffer.alloc(0))
    expect(await check(none.url, { subprotocol: 'chat.v2' })).toMatchObject({
      code: 'WS_PROTOCOL',
      message: "WebSocket: switched protocols, but with the subprotocol 'none'",
    })
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

describe('evidence', () => {
  const wishes: Partial<WebsocketSpec> = {
    headers: [
      { name: 'X-Key', value: 'SEKRET' },
      { name: 'Sec-WebSocket-Key', value: 'of somebody else' },
    ],
    subprotocol: 'chat',
    tls: { verify: false },
  }
  const refused = 'HTTP/1.1 403 No\r\nX-Key: SEKRET\r\nContent-Length: 9\r\n\r\nno SEKRET'

  test('shows what was asked and answered, and how to ask again', async () => {
    const site = await startRaw(Buffer.alloc(0), () => refused)
    const { evidence } = await check(`${site.url}it's?key=SEKRET`, wishes)
    expect(evidence?.request?.split('\n').map((line) => line.replace(/(-Key: ).{24}$/, '$1nonce'))).toEqual([
      "GET /it's?key=••• HTTP/1.1",
      `Host: ${new URL(site.url).host}`,
      expect.stringMatching(/^User-Agent: .*BetterUptime/),
      'Accept: */*',
      'Accept-Encoding: identity',
      'Cache-Control: no-cache',
      'X-Key: •••',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: nonce',
      'Sec-WebSocket-Protocol: chat',
    ])
    expect(evidence).toMatchObject({
      responseHead: 'HTTP/1.1 403 No\nX-Key: •••\nContent-Length: 9\n\n',
      body: 'no •••',
      addresses: ['127.0.0.1'],
    })
    expect(evidence?.curl).toStartWith("websocat -v --insecure --protocol 'chat' -H 'User-Agent: ")
    expect(evidence?.curl).toEndWith(` -H 'X-Key: •••' '${site.url}it'\\''s?key=•••'`)
  })

  test('and messages hold no secret that a server says back', async () => {
    for (const [frames, head] of [
      [frame(1, 'your key is SEKRET'), undefined],
      [Buffer.concat([Buffer.of(0x88, 8, 0x03, 0xf0), Buffer.from('SEKRET')]), undefined],
      [Buffer.alloc(0), () => 'HTTP/1.1 302 Go\r\nLocation: /SEKRET\r\n\r\n'],
      [Buffer.alloc(0), () => 'SEKRET\r\n'],
    ] as const) {
      const site = await startRaw(frames, head)
      const outcome = await check(site.url, { ...wishes, subprotocol: undefined, expect: 'needle', timeoutMs: 200 })
      expect(JSON.stringify(outcome)).not.toContain('SEKRET')
    }
  })

  test('shows who the server says it is', async () => {
    const { url } = startEcho(await makeCertificate({ names: ['127.0.0.1'] }))
    expect(await check(url)).toMatchObject({
      code: 'TLS_SELF_SIGNED',
      evidence: { chain: ['CN=127.0.0.1'], responseHead: null, body: null },
    })
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
    ['speaks HTTP/2', () => '\0\0\0\x04\0\0\0\0\0', 'HTTP2_ONLY', /HTTP\/2 only/],
    [
      'says 103 again and again',
      () => 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(20),
      'NO_FINAL_RESPONSE',
      /9 interim responses/,
    ],
    [
      'sends a head without end',
      () => `HTTP/1.1 101 Go\r\n${'X: y\r\n'.repeat(300)}`,
      'TOO_MANY_HEADERS',
      /more than 200/,
    ],
  ]
  test.each(heads)('but %s', async (_what, change, code, message) => {
    const site = await startRaw(Buffer.alloc(0), change)
    const outcome = await check(site.url)
    expect(outcome).toMatchObject({ verdict: 'down', code } as object)
    expect(outcome.message).toMatch(message)
    await until(() => site.openConnections() === 0, 'the connection to close')
  })

  const ends: [string, 'FIN' | 'RST', string, string][] = [
    ['closes at once', 'FIN', '', 'EMPTY_REPLY'],
    ['resets at once', 'RST', '', 'TCP_RESET'],
    ['closes in its head', 'FIN', 'HTTP/1.1 101 Go\r\n', 'INCOMPLETE_HEADERS'],
    ['resets in its head', 'RST', 'HTTP/1.1 101 Go\r\n', 'RESET_IN_HEADERS'],
    ['closes after an interim answer', 'FIN', 'HTTP/1.1 103 Hi\r\n\r\n', 'NO_FINAL_RESPONSE'],
  ]
  test.each(ends)('but %s', async (_what, end, head, code) => {
    expect((await check((await startRaw(end, () => head)).url)).code).toBe(code as never)
  })

  test('at once may say something before', async () => {
    const site = await startRaw(frame(1, 'needle'), (head) => `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${head}`)
    expect(await check(site.url, { expect: 'needle' })).toMatchObject({ code: 'OK', status: 101 })
  })
})
