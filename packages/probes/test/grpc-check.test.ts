import { afterEach, beforeAll, describe, expect, test } from 'bun:test'
import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import { type GrpcSpec, grpcSpecSchema } from '@repo/contracts/specs/socket'
import type { OutcomeCode } from '@repo/domain/outcome'
import { probeGrpc } from '../src/checks/grpc.ts'
import { createEgressPolicy } from '../src/egress/egress.ts'
import { encodeHealthRequest, parseHealthResponse } from '../src/grpc/health.ts'
import { encodeFields } from '../src/h2/hpack.ts'
import { type Identity, makeAuthority, makeCertificate } from '../testing/certificates.ts'
import { type H2Step, startH2Target } from '../testing/h2-target.ts'
import { startTarget } from '../testing/target.ts'
import { loopback, openDescriptors, phaseSumUs, running, until } from './probing.ts'

let authority: Identity
beforeAll(async () => {
  authority = await makeAuthority()
})

const started: { stop(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop()
})

function check(port: number, rest: Partial<GrpcSpec> = {}) {
  const spec = grpcSpecSchema.parse({
    kind: 'grpc',
    host: '127.0.0.1',
    port,
    security: 'none',
    timeoutMs: 600,
    ...rest,
  })
  return probeGrpc(spec, { ...loopback, ca: authority.cert }, running)
}

const head = (status = '200') => ({
  type: 1,
  flags: 4,
  stream: 1,
  payload: encodeFields([
    [':status', status],
    ['content-type', 'application/grpc'],
  ]),
})
const message = (bytes: readonly number[]) => ({
  type: 0,
  stream: 1,
  payload: Buffer.from([0, 0, 0, 0, bytes.length, ...bytes]),
})
const trailers = (status: string, text?: string) => ({
  type: 1,
  flags: 5,
  stream: 1,
  payload: encodeFields([['grpc-status', status], ...(text ? [['grpc-message', text] as [string, string]] : [])]),
})
const failed = (status: string, text?: string): H2Step => ({
  type: 1,
  flags: 5,
  stream: 1,
  payload: encodeFields([
    [':status', '200'],
    ['grpc-status', status],
    ...(text ? [['grpc-message', text] as [string, string]] : []),
  ]),
})

const html = (status: string) => ({
  type: 1,
  flags: 4,
  stream: 1,
  payload: encodeFields([
    [':status', status],
    ['content-type', 'text/html'],
  ]),
})
const page = { type: 0, flags: 1, stream: 1, payload: Buffer.from('<h1>bad\x07 gateway</h1>') }

/** A real server that calls itself healthy, and keeps what it was asked. */
async function startHealthy(identity: Identity) {
  const asked: { headers: http2.IncomingHttpHeaders; body: string }[] = []
  const server = http2.createSecureServer({ key: identity.key, cert: identity.cert })
  const sessions = new Set<http2.ServerHttp2Session>()
  server.on('session', (session) => {
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
    session.on('error', () => {})
  })
  server.on('stream', (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => {
    const parts: Buffer[] = []
    stream.on('error', () => {})
    stream.on('data', (part: Buffer) => parts.push(part))
    stream.on('end', () => {
      asked.push({ headers, body: Buffer.concat(parts).toString('hex') })
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
      stream.end(Buffer.of(0, 0, 0, 0, 2, 8, 1))
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const stop = () =>
    new Promise<void>((stopped) => {
      for (const session of sessions) session.destroy()
      server.close(() => stopped())
    })
  started.push({ stop })
  return { port: (server.address() as AddressInfo).port, asked }
}

describe('a server that is asked about its health', () => {
  const rows: [string, readonly H2Step[], OutcomeCode, RegExp][] = [
    ['is serving', [head(), message([8, 1]), trailers('0')], 'OK', /^the server is serving in \d+ ms$/],
    ['is not serving', [head(), message([8, 2]), trailers('0')], 'GRPC_NOT_SERVING', /is NOT_SERVING/],
    ['does not know', [head(), message([]), trailers('0')], 'GRPC_NOT_SERVING', /is UNKNOWN/],
    [
      'has no health service',
      [failed('12', 'unknown%20service')],
      'GRPC_ERROR',
      /UNIMPLEMENTED: 'unknown service' \(the server has no health service\)/,
    ],
    ['does not know the service', [failed('5')], 'GRPC_ERROR', /NOT_FOUND/],
    ['wants to know who asks', [failed('16', 'no\x1b[31m')], 'BAD_HEADER', /./],
    ['is overloaded', [head(), trailers('14', 'try%20later')], 'GRPC_ERROR', /UNAVAILABLE: 'try later'/],
    ['answers without a status', [head(), { ...message([8, 1]), flags: 1 }], 'GRPC_ERROR', /without a status/],
    ['answers with another message', [head(), message([1, 2, 3]), trailers('0')], 'GRPC_ERROR', /could not be read/],
    ['ends without a number', [head(), message([8, 1]), trailers('')], 'GRPC_ERROR', /'' is no status of a call$/],
    ['ends with an odd number', [head(), message([8, 1]), trailers('0x0')], 'GRPC_ERROR', /'0x0' is no status/],
    ['ends with a number that nobody knows', [head(), trailers('99')], 'GRPC_ERROR', /failed with status 99$/],
    ['fails with a broken reason', [failed('13', '%zz%')], 'GRPC_ERROR', /INTERNAL: '%zz%'$/],
    ['fails in colours', [failed('13', '%1b%5b31m')], 'GRPC_ERROR', /INTERNAL: '\\x1b\[31m'$/],
    ['has learnt more since', [head(), message([0x12, 1, 65, 8, 1]), trailers('0')], 'OK', /./],
    [
      'answers with more than a message',
      [head(), ...Array.from({ length: 5 }, () => ({ type: 0, stream: 1, payload: Buffer.alloc(16_000) }))],
      'GRPC_ERROR',
      /more than 65,536 bytes$/,
    ],
    ['is a web site', [html('200'), page], 'GRPC_ERROR', /answered 'text\/html' instead of a message of gRPC$/],
    ['is behind a broken gateway', [html('502'), page], 'GRPC_ERROR', /answered 502/],
    ['answers 404', [head('404'), trailers('0')], 'GRPC_ERROR', /answered 404/],
    ['is silent', [], 'TTFB_TIMEOUT', /./],
    ['closes', ['FIN'], 'H2_ERROR', /./],
  ]
  test.each(rows)('%s: %s', async (_what, script, code, text) => {
    const site = await startH2Target([{ type: 4 }, ...script])
    started.push(site)
    const outcome = await check(site.port)
    expect(outcome.code).toBe(code)
    expect(outcome.message).toMatch(text)
    expect(outcome.message).toMatch(/^[\x20-\x7e…]{1,300}$/)
    expect(Math.abs(outcome.phases.total - phaseSumUs(outcome))).toBeLessThan(5_000)
  })

  test('under TLS is asked by ALPN, with what the monitor wants to be said', async () => {
    const { port, asked } = await startHealthy(await makeCertificate({ names: ['127.0.0.1'], ca: authority }))
    const before = openDescriptors()
    const outcome = await check(port, {
      security: 'tls',
      service: 'ab',
      metadata: [
        { name: 'X-Key', value: 'SEKRET' },
        { name: 'User-Agent', value: 'mine' },
      ],
    })
    expect(outcome).toMatchObject({
      verdict: 'up',
      code: 'OK',
      httpVersion: '2',
      status: 200,
      bodyBytes: 7,
      facts: { service: 'ab', servingStatus: 'SERVING', grpcStatus: 'OK' },
      certificate: { issuer: 'CN=Test Authority' },
    })
    expect(asked).toHaveLength(1)
    expect(asked[0]).toMatchObject({
      body: '00000000040a026162',
      headers: {
        ':method': 'POST',
        ':scheme': 'https',
        ':path': '/grpc.health.v1.Health/Check',
        ':authority': `127.0.0.1:${port}`,
        'content-type': 'application/grpc',
        'grpc-timeout': '600m',
        te: 'trailers',
        'x-key': 'SEKRET',
        'user-agent': 'mine',
      },
    })
    await until(() => openDescriptors() <= before, 'the connection to close')
  })

  test('under TLS must be who it says', async () => {
    const site = await startTarget([], { tls: await makeCertificate({ names: ['127.0.0.1'] }) })
    started.push(site)
    const outcome = await check(site.port, { security: 'tls' })
    expect(outcome).toMatchObject({ verdict: 'down', code: 'TLS_SELF_SIGNED' })
    expect(outcome.evidence).toMatchObject({ addresses: ['127.0.0.1'], chain: ['CN=127.0.0.1'] })
  })

  test('under TLS without HTTP/2 is told so at once', async () => {
    const site = await startTarget([], { tls: await makeCertificate({ names: ['127.0.0.1'], ca: authority }) })
    started.push(site)
    expect(await check(site.port, { security: 'tls' })).toMatchObject({
      verdict: 'down',
      code: 'H2_ERROR',
      message: 'HTTP/2: the server does not offer it',
    })
  })

  test('tells what it said, and how to ask again', async () => {
    const site = await startH2Target([{ type: 4 }, head(), message([8, 2]), trailers('0')])
    started.push(site)
    const outcome = await check(site.port, { service: "shop.Cart's", metadata: [{ name: 'X-Key', value: 'SEKRET' }] })
    expect(outcome.facts).toEqual({ service: "shop.Cart's", servingStatus: 'NOT_SERVING', grpcStatus: 'OK' })
    expect(outcome.evidence).toMatchObject({
      responseHead: 'HTTP/2 200\ncontent-type: application/grpc\ngrpc-status: 0',
      body: null,
      curl: `grpcurl -plaintext -max-time 1 -H 'X-Key: •••' -d '{"service":"shop.Cart'\\''s"}' '127.0.0.1:${site.port}' grpc.health.v1.Health/Check`,
    })
  })

  test('shows the page of whoever answers in its place, harmless', async () => {
    const site = await startH2Target([{ type: 4 }, html('502'), page])
    started.push(site)
    expect((await check(site.port)).evidence?.body).toBe('<h1>bad\\x07 gateway</h1>')
  })

  test('cannot make a secret public by saying it back', async () => {
    const metadata = [{ name: 'X-Key', value: 'SEKRET' }]
    for (const script of [
      [failed('16', 'no such key: SEKRET')],
      [html('401'), { ...page, payload: Buffer.from('no such key: SEKRET') }],
      [{ type: 7, payload: Buffer.concat([Buffer.of(0, 0, 0, 0, 0, 0, 0, 11), Buffer.from('SEKRET')]) }],
    ]) {
      const site = await startH2Target([{ type: 4 }, ...script])
      started.push(site)
      const outcome = JSON.stringify(await check(site.port, { metadata }))
      expect(outcome).toContain('•••')
      expect(outcome).not.toContain('SEKRET')
    }
  })

  test('is named without control characters, whatever the monitor calls it', async () => {
    const site = await startH2Target([{ type: 4 }, head(), message([8, 1]), trailers('0')])
    started.push(site)
    const outcome = await check(site.port, { service: 'a\nb\0' })
    expect(outcome.message).toStartWith('a\\x0ab\\x00 is serving')
    expect(outcome.facts.service).toBe('a\\x0ab\\x00')
  })

  test('is behind the egress guard', async () => {
    const spec = grpcSpecSchema.parse({ kind: 'grpc', host: '127.0.0.1', port: 9 })
    const closed = { ...loopback, egress: createEgressPolicy({}) }
    expect(await probeGrpc(spec, closed, running)).toMatchObject({ verdict: 'unknown', code: 'BLOCKED_ADDRESS' })
  })
})

describe('the messages of the health protocol', () => {
  test('are written and read byte for byte', () => {
    expect(encodeHealthRequest('').toString('hex')).toBe('0000000000')
    expect(encodeHealthRequest('ab').toString('hex')).toBe('00000000040a026162')
    expect(encodeHealthRequest('x'.repeat(200)).subarray(5, 8).toString('hex')).toBe('0ac801')
    expect(parseHealthResponse(Buffer.from('00000000020801', 'hex'))).toBe(1)
  })

  test.each([
    ['the last of several statuses', '000000000408020801', 1],
    ['no status, which is the default', '0000000000', 0],
    ['fields of every other kind beside it', '000000000010001900000000000000002201412d000000000802', 2],
    ['a status of two bytes', '0000000003088001', 128],
  ])('hold %s', (_what, hex, status) => {
    const body = Buffer.from(hex, 'hex')
    body.writeUInt32BE(body.length - 5, 1)
    expect(parseHealthResponse(body)).toBe(status)
  })

  test.each([
    '',
    '0000',
    '01000000020801',
    '00000000030801',
    '000000000208010203',
    '000000000108',
    '00000000020880',
    '00000000020001',
    '00000000030a0541',
    '00000000010b',
    '0000000003110000',
    '000000000c08ffffffffffffffffffff01',
  ])('%p is none', (hex) => {
    expect(parseHealthResponse(Buffer.from(hex, 'hex'))).toBeUndefined()
  })
})
