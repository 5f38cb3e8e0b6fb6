import { describe, expect, test } from 'bun:test'
import { createMetrics } from '@repo/service/metrics'
import { addStatusMetrics } from '../src/metrics.ts'
import { makePage, makeSnapshot, openStatusApp } from './page-ground.ts'

describe('an answer', () => {
  test('may be kept for five seconds, and given for long where we do not answer', async () => {
    const { ask } = openStatusApp([makeSnapshot()])
    const answer = await ask('/status/shop')
    expect(answer.headers.get('cache-control')).toBe(
      'public, max-age=5, stale-while-revalidate=60, stale-if-error=86400',
    )
  })

  test('is not sent twice to whoever has it, until it says something else', async () => {
    const snapshot = makeSnapshot()
    const { ask, store } = openStatusApp([snapshot])
    const etag = (await ask('/status/shop')).headers.get('etag') ?? ''
    const again = { headers: { 'if-none-match': `"other", ${etag}` } }
    const known = await ask('/status/shop', again)
    expect([known.status, await known.text(), known.headers.get('etag')]).toEqual([304, '', etag])
    store.put({ ...snapshot, page: makePage({ title: 'Another' }) })
    expect((await ask('/status/shop', again)).status).toBe(200)
  })

  test('is the same for a minute in which nothing happens, so that there is something not to send', async () => {
    const { ask, store, clock } = openStatusApp([makeSnapshot()])
    const etag = async () => (await ask('/status/shop')).headers.get('etag')
    const first = await etag()
    for (let round = 0; round < 29; round += 1) {
      await clock.advance(2_000)
      store.confirm(clock.nowMs())
    }
    expect(await etag()).toBe(first)
    await clock.advance(2_000)
    store.confirm(clock.nowMs())
    expect(await etag()).not.toBe(first)
  })

  test('is packed for whoever can unpack it', async () => {
    const { ask } = openStatusApp([makeSnapshot()])
    const plain = await (await ask('/status/shop')).text()
    const answer = await ask('/status/shop', { headers: { 'accept-encoding': 'br, gzip' } })
    const packed = new Uint8Array(await answer.arrayBuffer())
    expect(answer.headers.get('content-encoding')).toBe('gzip')
    expect(packed.length).toBeLessThan(plain.length / 2)
    expect(new TextDecoder().decode(Bun.gunzipSync(packed))).toBe(plain)
  })

  test('lets nothing run but our own script, in no frame of others', async () => {
    const { ask } = openStatusApp([makeSnapshot()])
    const policy = (await ask('/status/shop')).headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
  })

  test('says when it is not live any more, and since when', async () => {
    const { ask, store, clock } = openStatusApp([makeSnapshot()])
    const html = async () => (await ask('/status/shop')).text()
    const says = async () => !/<p class="stale"[^>]*\shidden/.test(await html())
    await clock.advance(10_000)
    expect(await says()).toBeFalse()
    await clock.advance(1)
    expect(await says()).toBeTrue()
    expect((await html()).replaceAll(/<[^>]*>/g, '')).toContain('Last updated 12:00, live data unavailable')
    store.confirm(clock.nowMs())
    expect(await says()).toBeFalse()
  })
})

test('whoever operates it sees how many pages there are, how old they are, and who listens', async () => {
  const metrics = createMetrics()
  const { ask, store, hub, clock } = openStatusApp([makeSnapshot()])
  addStatusMetrics(metrics, { store, hub, clock })
  await ask('/status/shop/events')
  await clock.advance(12_000)
  const text = await metrics.metrics()
  expect(text).toContain('betteruptime_status_pages 1\n')
  expect(text).toContain('betteruptime_status_pages_age_seconds 12\n')
  expect(text).toContain('betteruptime_status_listeners 1\n')
})

describe('a page is found', () => {
  const own = makeSnapshot({ page: makePage({ slug: 'own', domain: 'status.example.com', title: 'Own' }) })
  const { ask } = openStatusApp([makeSnapshot(), own])
  const titleAt = async (path: string, host?: string) => {
    const answer = await ask(path, host ? { host } : {})
    return answer.status === 200 ? /<title>([^<]*)/.exec(await answer.text())?.[1] : answer.status
  }

  test.each([
    ['by its slug', '/status/shop', undefined, 'Shop'],
    ['with a slash behind it', '/status/shop/', undefined, 'Shop'],
    ['by its name', '/', 'status.example.com', 'Own'],
    ['by its name with a port', '/', 'status.example.com:8080', 'Own'],
    ['by its slug under any name', '/status/own', 'uptime.example.com', 'Own'],
    ['by no name that is not its own', '/', 'evil.example.com', 404],
    ['by no slug that is none', '/status/none', undefined, 404],
    ['by no part of a slug', '/status/sho', undefined, 404],
    ['by nothing', '/', undefined, 404],
  ])('%s', async (_what, path, host, title) => {
    expect(await titleAt(path, host)).toBe(title as string)
  })
})

describe('those who look at a page', () => {
  const read = async (answer: Response) => {
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
    let text = ''
    return async (until: string) => {
      while (!text.includes(until)) text += new TextDecoder().decode((await reader.read()).value)
      return text
    }
  }

  test('are told what has changed on it, and nothing of another', async () => {
    const [snapshot, other] = [makeSnapshot(), makeSnapshot({ page: makePage({ slug: 'other' }) })]
    const { ask, store, hub } = openStatusApp([snapshot, other])
    const answer = await ask('/status/shop/events')
    expect(answer.headers.get('content-type')).toBe('text/event-stream')
    const told = await read(answer)
    await told('retry: 3000')
    store.put({ ...other, page: makePage({ slug: 'other', title: 'Secret' }) })
    store.put({ ...snapshot, page: makePage({ title: 'New' }) })
    const text = await told('event: page')
    expect(text).toMatch(/id: 2\nevent: page\ndata: \{"version":"\w+","parts":\{"title":"New"\}\}\n\n/)
    expect(text).not.toContain('Secret')
    expect(hub.count).toBe(1)
  })

  test('are told at once all that they missed, and nothing where they missed nothing', async () => {
    const snapshot = makeSnapshot()
    const { ask, store, hub } = openStatusApp([snapshot])
    const version = /data-version="(\w+)"/.exec(await (await ask('/status/shop')).text())?.[1]
    const fresh = await read(await ask(`/status/shop/events?version=${version}`))
    hub.beat()
    expect(await fresh('\n\n:\n\n')).not.toContain('event: page')
    store.put({ ...snapshot, page: makePage({ title: 'New' }) })
    const late = await read(await ask(`/status/shop/events?version=${version}`))
    expect(await late('event: page')).toContain('"parts":{"title":"New"}')
  })

  test('are told when what they see may not be true any more, and when it is again', async () => {
    const { ask, hub } = openStatusApp([makeSnapshot()])
    const told = await read(await ask('/status/shop/events'))
    hub.tellStale(true)
    hub.tellStale(false)
    hub.beat()
    expect(await told('\n\n:\n\n')).toContain('event: stale\ndata:\n\nevent: fresh\ndata:\n\n')
  })

  test('are told first whether what they see may not be true any more', async () => {
    const { ask, clock } = openStatusApp([makeSnapshot()])
    const first = async () => (await read(await ask('/status/shop/events')))('data:\n\n')
    expect(await first()).toBe('retry: 3000\n\nevent: fresh\ndata:\n\n')
    await clock.advance(60_000)
    expect(await first()).toBe('retry: 3000\n\nevent: stale\ndata:\n\n')
  })

  test('are forgotten when they go', async () => {
    const { ask, hub } = openStatusApp([makeSnapshot()])
    const gone = new AbortController()
    await ask('/status/shop/events', { signal: gone.signal })
    const answer = await ask('/status/shop/events')
    expect(hub.count).toBe(2)
    gone.abort()
    expect(hub.count).toBe(1)
    await answer.body?.cancel()
    expect(hub.count).toBe(0)
  })

  test('are let go where they do not read what they are told', async () => {
    const snapshot = makeSnapshot()
    const { ask, store, hub } = openStatusApp([snapshot])
    await ask('/status/shop/events')
    for (let change = 0; change < 100; change += 1) store.put({ ...snapshot, page: makePage({ title: `T ${change}` }) })
    expect(hub.count).toBe(0)
  })
})
