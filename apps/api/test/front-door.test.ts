import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createFrontDoor } from '../src/front-door.ts'
import { createApiServer } from '../src/server.ts'
import { type ApiInstance, type Listening, openApi, refusalOf } from './instance.ts'

/** A dashboard's process: it tells what it was asked, and keeps it. */
function startWeb() {
  const asked: { method: string; path: string; headers: Record<string, string> }[] = []
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch(request) {
      const { pathname, search } = new URL(request.url)
      asked.push({ method: request.method, path: pathname + search, headers: Object.fromEntries(request.headers) })
      if (pathname === '/moved') return new Response(null, { status: 307, headers: { location: '/monitors' } })
      if (pathname === '/missing') return new Response('no such page', { status: 404 })
      if (pathname === '/packed') {
        const body = Bun.gzipSync(Buffer.from('unpacked'))
        return new Response(body, { headers: { 'content-encoding': 'gzip', 'content-type': 'text/plain' } })
      }
      return new Response(`page ${pathname}`, {
        headers: { 'content-type': 'text/html', 'cache-control': 'max-age=5' },
      })
    },
  })
  return { asked, origin: `http://127.0.0.1:${server.port}`, stop: () => server.stop(true) }
}

let api: ApiInstance
let web: ReturnType<typeof startWeb>
let server: Listening
beforeAll(async () => {
  api = await openApi()
  web = startWeb()
  server = await api.listen(createFrontDoor(web.origin))
})
afterAll(async () => {
  await server.stop()
  await web.stop()
  await api[Symbol.asyncDispose]()
})

const get = (path: string, init: RequestInit = {}) => fetch(`${server.url}${path}`, { redirect: 'manual', ...init })

describe('the front door', () => {
  test('passes a page through as it is', async () => {
    const answer = await get('/monitors/x?range=7d')
    expect([answer.status, await answer.text()]).toEqual([200, 'page /monitors/x'])
    expect(answer.headers.get('content-type')).toBe('text/html')
    expect(answer.headers.get('cache-control')).toBe('max-age=5')
    expect(web.asked.at(-1)).toMatchObject({ method: 'GET', path: '/monitors/x?range=7d' })
  })

  test.each([
    ['a redirect, which the browser follows', '/moved', 307],
    ['a page that is not there', '/missing', 404],
  ])('passes %s through', async (_what, path, status) => {
    expect((await get(path)).status).toBe(status)
  })

  test('passes a packed page through without unpacking it', async () => {
    const answer = await get('/packed', { headers: { 'accept-encoding': 'gzip' } })
    expect(answer.headers.get('content-encoding')).toBe('gzip')
    expect(await answer.text()).toBe('unpacked')
  })

  test('answers to HEAD without a body', async () => {
    const answer = await get('/monitors', { method: 'HEAD' })
    expect([answer.status, await answer.text()]).toEqual([200, ''])
  })

  test('keeps the session and the token for the API, and says which host was asked', async () => {
    const headers = { cookie: 'betteruptime_session=secret; theme=dark', authorization: 'Bearer secret', 'x-own': '1' }
    await get('/monitors', { headers })
    const seen = web.asked.at(-1)?.headers ?? {}
    expect(JSON.stringify(seen)).not.toContain('secret')
    expect(seen).toMatchObject({ 'x-own': '1', 'x-forwarded-host': new URL(server.url).host })
  })

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('answers 405 to %s of a page', async (method) => {
    expect(await refusalOf(await get('/monitors', { method }))).toBe('405 method_not_allowed')
  })

  test.each([['/test'], ['/api/v1/unknown'], ['/api/v1/session'], ['/users/unknown'], ['/website/unknown']])(
    'leaves %s to the API',
    async (path) => {
      const before = web.asked.length
      const answer = await get(path)
      expect(answer.headers.get('content-type')).toMatch(/^application\/(problem\+)?json/)
      expect(web.asked).toHaveLength(before)
    },
  )

  test('shows a page that looks again while the dashboard’s process is away', async () => {
    const gone = startWeb()
    await gone.stop()
    await using own = await api.listen(createFrontDoor(gone.origin))
    const answer = await fetch(`${own.url}/monitors`)
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('2')
    expect(await answer.text()).toContain('http-equiv="refresh"')
    expect((await fetch(`${own.url}/test`)).status).toBe(200)
  })
})

test('a dashboard’s process that does not answer is waited for so long and no longer', async () => {
  await using silent = await startSilent()
  await using own = await api.listen(createFrontDoor(silent.origin, { withinMs: 100 }))
  expect((await fetch(`${own.url}/monitors`)).status).toBe(503)
})

async function startSilent() {
  const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Promise<Response>(() => {}) })
  return { origin: `http://127.0.0.1:${server.port}`, [Symbol.asyncDispose]: () => server.stop(true) }
}

describe('an API that listens', () => {
  test('refuses a port that is taken, in one line', async () => {
    const port = Number(new URL(server.url).port)
    const { deps } = api
    const frontDoor = createFrontDoor(web.origin)
    const second = createApiServer({ ...deps, frontDoor, stillValid: async () => new Set(), host: '127.0.0.1', port })
    await expect(second(new AbortController().signal)).rejects.toThrow(
      `cannot listen on 127.0.0.1:${port}: it is in use: stop what listens there, or choose another with --port`,
    )
  })

  test('answers what was asked before it stops', async () => {
    const own = await api.listen()
    const body = { username: `last-${crypto.randomUUID()}`, password: 'a long secret' }
    const answer = fetch(`${own.url}/users/signup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    await fetch(`${own.url}/test`)
    await own.stop()
    expect((await answer).status).toBe(201)
    await expect(fetch(`${own.url}/test`)).rejects.toThrow()
  })
})
