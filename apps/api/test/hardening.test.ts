import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createLog } from '@repo/service/log'
import { Hono } from 'hono'
import { wholeBodies } from '../src/access/bodies.ts'
import type { Asked } from '../src/access/guard.ts'
import { translateErrors } from '../src/problems.ts'
import { type ApiInstance, openApi, refusalOf } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api[Symbol.asyncDispose]())

const json = { 'content-type': 'application/json' }

describe('every answer of the API', () => {
  test.each([['/api/v1/session'], ['/api/v1/openapi.json'], ['/api/v1/nothing'], ['/users/status/x'], ['/test']])(
    'tells a browser that %s is nobody’s page and is not to be kept',
    async (path) => {
      const { headers } = await api.ask(path)
      expect(Object.fromEntries(headers)).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      })
      expect(headers.get('server') ?? headers.get('x-powered-by')).toBeNull()
    },
  )

  test('insists on TLS where a declared proxy says that there is TLS', async () => {
    await using behind = await openApi({ trustedProxies: ['127.0.0.1/32'] })
    await using server = await behind.listen()
    const hsts = async (headers: Record<string, string>) =>
      (await fetch(`${server.url}/test`, { headers })).headers.get('strict-transport-security')
    expect(await hsts({ 'x-forwarded-proto': 'https' })).toBe('max-age=31536000')
    expect(await hsts({})).toBeNull()
  })
})

describe('the name by which it is asked', () => {
  test.each([['evil.example'], ['uptime.example.com.evil.example'], ['evil.example:3000']])(
    'is not %s, for the API, its pages and its socket',
    async (host) => {
      await using server = await api.listen()
      for (const path of ['/test', '/api/v1/session', '/monitors'])
        expect(await refusalOf(await fetch(`${server.url}${path}`, { headers: { host } }))).toBe('421 unknown_host')
      const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' }
      const answer = await fetch(`${server.url}/api/v1/live`, {
        headers: { host, ...upgrade, 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' },
      })
      expect(await refusalOf(answer)).toBe('421 unknown_host')
    },
  )
})

describe('headers that claim something', () => {
  test('change neither who asks nor what they may', async () => {
    const { token, id } = await api.addPerson()
    const other = await api.addPerson()
    const headers = {
      'x-user-id': other.id,
      'x-role': 'owner',
      'is-multi-tenant-query': 'true',
      'x-forwarded-user': other.username,
      'x-forwarded-for': '127.0.0.1',
      'x-original-url': '/api/v1/openapi.json',
      'x-rewrite-url': '/api/v1/openapi.json',
      'x-http-method-override': 'DELETE',
    }
    expect(await (await api.ask('/api/v1/session', { token, headers })).json()).toMatchObject({ user: { id } })
    expect((await api.ask('/api/v1/session', { headers })).status).toBe(401)
  })

  test('do not spread one address’s tries over many', async () => {
    await using own = await openApi()
    await using server = await own.listen()
    const statuses = new Set<number>()
    for (let tries = 0; tries < 110; tries += 1) {
      const answer = await fetch(`${server.url}/api/v1/sign-in`, {
        method: 'POST',
        headers: { ...json, 'x-forwarded-for': `198.51.100.${tries}`, 'x-real-ip': `198.51.100.${tries}` },
        body: JSON.stringify({ username: `nobody-${tries}`, password: 'wrong' }),
      })
      statuses.add(answer.status)
    }
    expect(statuses).toEqual(new Set([401, 429]))
  })
})

describe('a body', () => {
  const app = new Hono<Asked>()
  app.onError(translateErrors(() => {}))
  app.use(wholeBodies({ maxBytes: 1_000, withinMs: 100 }))
  app.post('/', async (c) => c.text(`${(await c.req.arrayBuffer()).byteLength}`))

  function trickle(bytes: number, everyMs: number): ReadableStream<Uint8Array> {
    let sent = 0
    return new ReadableStream({
      async pull(controller) {
        await Bun.sleep(everyMs)
        sent += 1
        if (sent > bytes) controller.close()
        else controller.enqueue(new Uint8Array(1))
      },
    })
  }
  const post = (body: string | ReadableStream) =>
    app.request('/', { method: 'POST', body, duplex: 'half' } as RequestInit)

  test('that comes whole is passed on as it is', async () => {
    expect(await (await post('x'.repeat(1_000))).text()).toBe('1000')
    expect(await (await post(trickle(5, 1))).text()).toBe('5')
  })

  test('that is too long is refused without being read to its end', async () => {
    expect(await refusalOf(await post('x'.repeat(1_001)))).toBe('413 too_large')
    let pulled = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1
        controller.enqueue(new Uint8Array(100))
      },
    })
    expect(await refusalOf(await post(endless))).toBe('413 too_large')
    expect(pulled).toBeLessThan(30)
  })

  test('that lies about its length is measured all the same', async () => {
    const request = new Request('http://localhost/', {
      method: 'POST',
      headers: { 'content-length': '5' },
      body: trickle(2_000, 0),
      duplex: 'half',
    } as RequestInit)
    expect(await refusalOf(await app.request(request))).toBe('413 too_large')
  })

  test('that is sent a byte at a time is cut off', async () => {
    expect(await refusalOf(await post(trickle(1_000, 5)))).toBe('408 too_slow')
  })

  test('of five megabytes costs no memory, however many come', async () => {
    await using server = await api.listen()
    const large = 'x'.repeat(5_000_000)
    const send = async () => {
      const answer = await fetch(`${server.url}/api/v1/sign-in`, { method: 'POST', headers: json, body: large })
      return answer.status
    }
    await send()
    Bun.gc(true)
    const beforeBytes = process.memoryUsage().rss
    const statuses = await Promise.all(Array.from({ length: 20 }, send))
    Bun.gc(true)
    expect(new Set(statuses)).toEqual(new Set([413]))
    expect(process.memoryUsage().rss - beforeBytes).toBeLessThan(150_000_000)
  })
})

describe('what is written down', () => {
  test('holds no password and no token, whatever fails', async () => {
    const lines: string[] = []
    const log = createLog('api', 'trace', { write: (line) => void lines.push(line) })
    await using own = await openApi({ log })
    const secret = `SEKRET-${crypto.randomUUID()}`
    const { token } = await own.addPerson('ada')
    const tries: [string, object][] = [
      ['/users/signup', { username: 'ada', password: secret }],
      ['/users/signin', { username: 'ada', password: secret }],
      ['/api/v1/sign-in', { username: secret, password: secret }],
      ['/api/v1/sign-up', { username: 'grace', password: secret, invitation: secret }],
      ['/api/v1/invitations/look', { token: secret }],
      ['/api/v1/sign-in/second-factor', { challenge: crypto.randomUUID(), code: '123456' }],
    ]
    for (const [path, body] of tries) await own.ask(path, { body })
    for (let more = 0; more < 12; more += 1)
      await own.ask('/users/signin', { body: { username: 'ada', password: secret } })
    await own.deps.sql.execute('alter table session rename to hidden')
    expect((await own.ask('/api/v1/session', { token: `${token}x` })).status).toBe(401)
    expect((await own.ask('/api/v1/session', { token })).status).toBe(500)
    expect(lines.length).toBeGreaterThan(2)
    expect(lines.filter((line) => line.includes(secret) || line.includes(token))).toEqual([])
  })
})
