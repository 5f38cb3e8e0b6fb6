import { afterEach, beforeAll, describe, expect, test } from 'bun:test'
import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import type { HttpSpec } from '@repo/contracts/specs/http'
import type { OutcomeCode } from '@repo/domain/outcome'
import { decodeFields, encodeFields } from '../src/h2/hpack.ts'
import { decodeHuffman } from '../src/h2/huffman.ts'
import { type Identity, makeAuthority, makeCertificate } from '../testing/certificates.ts'
import { type H2Step, startH2Target } from '../testing/h2-target.ts'
import { startTarget } from '../testing/target.ts'
import { loopback, openDescriptors, phaseSumUs, probe, until } from './probing.ts'

let authority: Identity
let identity: Identity
beforeAll(async () => {
  authority = await makeAuthority()
  identity = await makeCertificate({ names: ['127.0.0.1'], ca: authority })
})

const started: { stop(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop()
})

const trusting = () => ({ ...loopback, ca: authority.cert })
const asking = (url: string, rest: Partial<HttpSpec> = {}) =>
  probe(url, { httpVersion: '2', timeoutMs: 1_000, ...rest }, trusting())

type Answer = (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => void

async function startServer(answer: Answer, isSecure = true) {
  const server = isSecure ? http2.createSecureServer({ ...identity, allowHTTP1: true }) : http2.createServer()
  const sessions = new Set<http2.ServerHttp2Session>()
  server.on('session', (session) => {
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
    session.on('error', () => {})
  })
  server.on('stream', (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => {
    stream.on('error', () => {})
    answer(stream, headers)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  started.push({
    stop: () =>
      new Promise((stopped) => {
        for (const session of sessions) session.destroy()
        server.close(() => stopped())
      }),
  })
  return `${isSecure ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

describe('a site over HTTP/2', () => {
  test('is asked by ALPN, and answers', async () => {
    const seen: http2.IncomingHttpHeaders[] = []
    const url = await startServer((stream, headers) => {
      seen.push(headers)
      stream.respond({ ':status': 200, 'content-type': 'text/html' })
      stream.end('hello')
    })
    const before = openDescriptors()
    const outcome = await asking(`${url}a?b=c`, { headers: [{ name: 'X-Team', value: 'one' }] })
    expect(outcome).toMatchObject({ verdict: 'up', code: 'OK', httpVersion: '2', status: 200, bodyBytes: 5 })
    expect(seen[0]).toMatchObject({ ':method': 'GET', ':path': '/a?b=c', 'x-team': 'one' })
    expect(seen[0]?.connection).toBeUndefined()
    expect(outcome.certificate?.issuer).toBe('CN=Test Authority')
    expect(Math.abs(outcome.phases.total - phaseSumUs(outcome))).toBeLessThan(5_000)
    await until(() => openDescriptors() <= before, 'the connection to close')
  })

  test('in clear text is asked by prior knowledge', async () => {
    const url = await startServer((stream) => {
      stream.respond({ ':status': 204 }, { endStream: true })
    }, false)
    expect(await asking(url)).toMatchObject({ code: 'OK', httpVersion: '2', status: 204 })
  })

  test('is sent a body that is larger than its window, and sends one', async () => {
    let received = 0
    const url = await startServer((stream) => {
      stream.on('data', (chunk: Buffer) => {
        received += chunk.length
      })
      stream.on('end', () => {
        stream.respond({ ':status': 200 })
        stream.end(Buffer.alloc(500_000, 'x'))
      })
    })
    const outcome = await asking(url, { method: 'POST', body: 'x'.repeat(65_536) })
    expect({ received, code: outcome.code, bodyBytes: outcome.bodyBytes }).toEqual({
      received: 65_536,
      code: 'OK',
      bodyBytes: 500_000,
    })
  })

  test('is judged as any other: redirects, assertions, statuses', async () => {
    const url = await startServer((stream, headers) => {
      if (headers[':path'] === '/') stream.respond({ ':status': 302, location: '/there' }, { endStream: true })
      else {
        stream.respond({ ':status': 200 })
        stream.end('welcome')
      }
    })
    const keyword = (value: string): Partial<HttpSpec> => ({ assertions: [{ kind: 'body', is: 'contains', value }] })
    expect(await asking(url, keyword('welcome'))).toMatchObject({
      code: 'OK',
      hops: [{ status: 302 }, { status: 200 }],
    })
    expect((await asking(url, keyword('goodbye'))).code).toBe('KEYWORD_NOT_FOUND')
    expect(await asking(url, { maxRedirects: 0 })).toMatchObject({
      code: 'UNEXPECTED_STATUS',
      evidence: { responseHead: expect.stringContaining('location: /there') },
    })
  })

  test('that does not offer it is told so', async () => {
    const site = await startTarget(['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'], { tls: identity })
    started.push(site)
    expect(await asking(site.url)).toMatchObject({ verdict: 'down', code: 'H2_ERROR' })
  })
})

const headers = (status = '200', end = false, rest: [string, string][] = []) => ({
  type: 1,
  flags: 0x4 | (end ? 0x1 : 0),
  stream: 1,
  payload: encodeFields([[':status', status], ...rest]),
})
const data = (text: string, end = true) => ({ type: 0, flags: end ? 1 : 0, stream: 1, payload: Buffer.from(text) })
const settings = { type: 4 }

describe('a server that speaks HTTP/2 as it likes', () => {
  const rows: [string, readonly H2Step[], OutcomeCode][] = [
    ['answers', [settings, headers(), data('ok')], 'OK'],
    [
      'answers with padding',
      [
        {
          type: 0x1,
          flags: 0xd,
          stream: 1,
          payload: Buffer.concat([Buffer.of(2), encodeFields([[':status', '200']]), Buffer.alloc(2)]),
        },
      ],
      'OK',
    ],
    ['answers after early hints', [settings, headers('103'), headers('200', true)], 'OK'],
    [
      'answers in two pieces of a head',
      [settings, { ...headers(), flags: 0x1 }, { type: 9, flags: 4, stream: 1 }],
      'OK',
    ],
    [
      'sends trailers',
      [settings, headers(), data('ok', false), { type: 1, flags: 5, stream: 1, payload: encodeFields([['x', 'y']]) }],
      'OK',
    ],
    [
      'promises more than it sends',
      [settings, headers('200', false, [['content-length', '10']]), data('ok')],
      'TRUNCATED_BODY',
    ],
    ['closes in the middle of the body', [settings, headers(), data('ok', false), 'FIN'], 'TRUNCATED_BODY'],
    [
      'resets the stream in the middle of the body',
      [settings, headers(), data('ok', false), { type: 3, stream: 1, payload: Buffer.of(0, 0, 0, 2) }],
      'TRUNCATED_BODY',
    ],
    ['resets the stream at once', [settings, { type: 3, stream: 1, payload: Buffer.of(0, 0, 0, 7) }], 'H2_ERROR'],
    ['says goodbye', [settings, { type: 7, payload: Buffer.of(0, 0, 0, 0, 0, 0, 0, 11) }], 'H2_ERROR'],
    ['closes without answering', ['FIN'], 'H2_ERROR'],
    ['speaks HTTP/1', [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), 'FIN'], 'H2_ERROR'],
    ['sends interim answers without end', [settings, { endless: headers('103') }], 'NO_FINAL_RESPONSE'],
    ['sends settings without end', [{ endless: settings }], 'H2_ABUSE'],
    ['sends pings without end', [settings, { endless: { type: 6, payload: Buffer.alloc(8) } }], 'H2_ABUSE'],
    [
      'sends window updates without end',
      [settings, { endless: { type: 8, payload: Buffer.of(0, 0, 0, 1) } }],
      'H2_ABUSE',
    ],
    ['sends empty data without end', [settings, headers(), { endless: data('', false) }], 'H2_ABUSE'],
    ['sends unknown frames without end', [settings, { endless: { type: 0x77 } }], 'H2_ABUSE'],
    [
      'sends pieces of a head without end',
      [settings, { ...headers(), flags: 0 }, { endless: { type: 9, stream: 1 } }],
      'H2_ABUSE',
    ],
    [
      'sends a head of a megabyte',
      [
        settings,
        { ...headers(), flags: 0 },
        { endless: { type: 9, stream: 1, payload: encodeFields([['x', 'y'.repeat(15_000)]]) } },
      ],
      'HEADERS_TOO_LARGE',
    ],
    [
      'sends a thousand fields',
      [
        settings,
        headers(
          '200',
          true,
          Array.from({ length: 1_000 }, () => ['a', 'b'] as [string, string]),
        ),
      ],
      'TOO_MANY_HEADERS',
    ],
    [
      'refers to a table that there is not',
      [settings, { type: 1, flags: 5, stream: 1, payload: Buffer.of(0xbe) }],
      'H2_ERROR',
    ],
    ['breaks off a head', [settings, { ...headers(), flags: 0 }, data('x')], 'H2_ERROR'],
    ['speaks of another stream', [settings, { ...headers(), stream: 3 }], 'H2_ERROR'],
    ['pushes', [settings, { type: 5, stream: 1, payload: Buffer.alloc(4) }], 'H2_ERROR'],
    ['sends data first', [settings, data('x')], 'H2_ERROR'],
    ['sends a frame that is too large', [settings, Buffer.of(0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1)], 'H2_ERROR'],
    [
      'pads more than it sends',
      [settings, { type: 0x1, flags: 0xd, stream: 1, payload: Buffer.of(200, 0x88) }],
      'H2_ERROR',
    ],
    ['sends a status that is none', [settings, headers('2OO', true)], 'BAD_STATUS_LINE'],
    [
      'sends no status',
      [settings, { type: 1, flags: 5, stream: 1, payload: encodeFields([['x', 'y']]) }],
      'BAD_STATUS_LINE',
    ],
    ['hides a NUL in a field', [settings, headers('200', true, [['x', 'a\0b']])], 'BAD_HEADER'],
    ['is silent', [settings], 'TTFB_TIMEOUT'],
    ['stalls in the body', [settings, headers(), data('x', false)], 'BODY_TIMEOUT'],
    [
      'sends a body without end',
      [settings, headers(), { endless: data('x'.repeat(16_000), false) }],
      'BODY_CAP_REACHED',
    ],
  ]
  test.each(rows)('%s: %s', async (_what, script, code) => {
    const site = await startH2Target(script)
    started.push(site)
    const startedAtMs = performance.now()
    const cpuBefore = process.cpuUsage()
    const outcome = await asking(site.url, { timeoutMs: 400 })
    const cpu = process.cpuUsage(cpuBefore)
    expect(outcome.code).toBe(code)
    expect(outcome.message).toMatch(/^[\x20-\x7e…]{1,300}$/)
    expect(performance.now() - startedAtMs).toBeLessThan(650)
    expect(cpu.user + cpu.system).toBeLessThan(500_000)
    await until(() => site.openConnections() === 0, 'the connection to close')
  })
})

describe('fields', () => {
  test('are decoded as in the examples of RFC 7541', () => {
    // Appendix C.4.1 and C.6.1, with literals that are not kept in place of those that are.
    expect(decodeFields(Buffer.from('828684418cf1e3c2e5f23a6ba0ab90f4ff', 'hex'))).toEqual([
      [':method', 'GET'],
      [':scheme', 'http'],
      [':path', '/'],
      [':authority', 'www.example.com'],
    ])
    expect(decodeHuffman(Buffer.from('6402', 'hex'))).toBe('302')
    expect(decodeHuffman(Buffer.from('d07abe941054d444a8200595040b8166e082a62d1bff', 'hex'))).toBe(
      'Mon, 21 Oct 2013 20:13:21 GMT',
    )
  })

  test('come out as they were put in', () => {
    const fields: [string, string][] = [
      ['x', ''],
      ['long', 'y'.repeat(5_000)],
    ]
    expect(decodeFields(encodeFields(fields))).toEqual(fields)
  })

  test.each([
    ['an index of nothing', '80'],
    ['an index beyond the table', 'ff7f'],
    ['a table of our own refusal', '3fe11f'],
    ['a text that is cut', '000541'],
    ['a length without end', '007fffffffffffff'],
    ['a padding of zeros', '000078816400'],
    ['the end in a text', '0084ffffffff0161'],
  ])('are broken by %s', (_what, hex) => {
    expect(decodeFields(Buffer.from(hex, 'hex'))).toBe('broken')
  })
})
