import { afterEach, beforeAll, describe, expect, test } from 'bun:test'
import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import type { HttpSpec } from '@repo/contracts/specs/http'
import { type Identity, makeAuthority, makeCertificate } from '../testing/certificates.ts'
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
        stream.end(Buffer.alloc(2_000_000, 'x'))
      })
    })
    const outcome = await asking(url, { method: 'POST', body: 'x'.repeat(65_536) })
    expect({ received, code: outcome.code, bodyBytes: outcome.bodyBytes }).toEqual({
      received: 65_536,
      code: 'OK',
      bodyBytes: 2_000_000,
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

  test('may refer to what it has said before, and may open its windows late', async () => {
    const url = await startServer((stream) => {
      stream.additionalHeaders({ ':status': 103, link: '</a.css>; rel=preload', 'x-once': 'kept in the table' })
      stream.respond({ ':status': 200, 'x-once': 'kept in the table' }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-once': 'kept in the table' }))
      stream.end('ok')
    })
    expect(
      await asking(url, {
        assertions: [{ kind: 'header', name: 'x-once', is: 'equals', value: 'kept in the table' }],
      }),
    ).toMatchObject({ code: 'OK', status: 200, bodyBytes: 2 })
  })

  test('that answers slowly is said to have been slow in its transfer', async () => {
    const url = await startServer((stream) => {
      stream.respond({ ':status': 200 })
      stream.write('a')
      setTimeout(() => stream.write('b'), 60)
      setTimeout(() => stream.end('c'), 120)
    })
    const outcome = await asking(url)
    expect(outcome.code).toBe('OK')
    expect(outcome.phases.transfer ?? 0).toBeGreaterThan(100_000)
    expect(Math.abs(outcome.phases.total - phaseSumUs(outcome))).toBeLessThan(5_000)
  })

  test('that does not offer it is told so', async () => {
    const site = await startTarget(['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'], { tls: identity })
    started.push(site)
    expect(await asking(site.url)).toMatchObject({
      verdict: 'down',
      code: 'H2_ERROR',
      message: 'HTTP/2: the server does not offer it',
    })
  })
})
