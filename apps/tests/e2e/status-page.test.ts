import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StatusPage } from '@repo/contracts/status-pages'
import { startRedis } from '@repo/streams/testing'
import { type Client, newClient } from '../src/client.ts'
import { eventually } from '../src/eventually.ts'
import { type OwnPostgres, startOwnPostgres } from '../src/fault-postgres.ts'
import { type FaultProxy, startFaultProxy } from '../src/fault-proxy.ts'
import { type Program, startProgram } from '../src/program.ts'

/** What the public sees while everything behind the pages is down: FAULTS.md, F31. */

let postgres: OwnPostgres
let proxy: FaultProxy
let redis: Awaited<ReturnType<typeof startRedis>>
let api: Program
let status: Program
let client: Client
const snapshots = mkdtempSync(join(tmpdir(), 'betteruptime-status-'))
const port = { api: '0', status: '0' }

async function startApi(): Promise<void> {
  api = startProgram('apps/api/src/main.ts', [], {
    ...{ DATABASE_URL: databaseUrl(), REDIS_URL: redis.url, LOG_LEVEL: 'info', PORT: port.api, SIGN_UP: 'open' },
    ...{ INSTANCE_SECRET: 'x'.repeat(32), STATUS_ORIGIN: `http://127.0.0.1:${port.status}` },
  })
  const [, at = ''] = await api.until(/"url":"http:\/\/127\.0\.0\.1:(\d+)"/)
  port.api = at
}

async function startStatus(): Promise<void> {
  status = startProgram('apps/status/src/main.ts', [], {
    ...{ DATABASE_URL: databaseUrl(), LOG_LEVEL: 'info', PORT: port.status, STATUS_SNAPSHOTS: snapshots },
    TRUSTED_PROXIES: '127.0.0.1',
  })
  const [, at = ''] = await status.until(/"url":"http:\/\/127\.0\.0\.1:(\d+)"/)
  port.status = at
}

function databaseUrl(): string {
  const url = new URL(postgres.url)
  url.port = String(proxy.port)
  return url.href
}

beforeAll(async () => {
  postgres = await startOwnPostgres()
  proxy = await startFaultProxy({ upstreamPort: postgres.port })
  redis = await startRedis()
  await startStatus()
  await startApi()
  client = await newClient(`http://127.0.0.1:${port.api}`)
}, 60_000)
afterAll(async () => {
  await Promise.all([status.stop(), api.stop()])
  await redis.stop()
  await proxy.stop()
  await postgres.remove()
  rmSync(snapshots, { recursive: true, force: true })
})

const pageUrl = (slug: string) => `http://127.0.0.1:${port.status}/status/${slug}`

async function read(slug: string): Promise<string> {
  const answer = await fetch(pageUrl(slug))
  return answer.ok ? answer.text() : `${answer.status}`
}

async function publish(slug: string, title: string): Promise<StatusPage> {
  const component = { id: crypto.randomUUID(), name: 'Search', source: { kind: 'manual' } }
  const content = { title, sections: [{ id: crypto.randomUUID(), name: 'All', components: [component] }] }
  const made = (await (await client.call('POST', '/api/v1/status-pages', { slug, content })).json()) as StatusPage
  await client.call('POST', `/api/v1/status-pages/${made.id}/publish`)
  return made
}

/** Whether a page says that what it shows may not be true any more. */
function isStale(html: string): boolean {
  return html.includes('class="stale"') && !/<p class="stale"[^>]*\shidden/.test(html)
}

describe('a status page', () => {
  test('is there for the public within seconds of being published, at its own address and at that of the instance', async () => {
    await publish('shop', 'Shop')
    await eventually('the page is served', async () => (await read('shop')).includes('<title>Shop</title>'))
    const passedOn = await fetch(`http://127.0.0.1:${port.api}/status/shop`)
    expect([passedOn.status, (await passedOn.text()).includes('<title>Shop</title>')]).toEqual([200, true])
    expect((await fetch(`http://127.0.0.1:${port.api}/status/none`)).status).toBe(404)
  })

  test('is gone for the public within seconds of being withdrawn', async () => {
    const { id } = await publish('gone', 'Gone')
    await eventually('the page is served', async () => (await read('gone')).includes('<title>Gone</title>'))
    await client.call('POST', `/api/v1/status-pages/${id}/withdraw`)
    await eventually('the page is gone', async () => (await read('gone')) === '404')
  })

  test('outlives PostgreSQL, Redis and the API, and a start of its own without them', async () => {
    const [code] = await Promise.all([api.stop(), postgres.stop(), redis.stop()])
    expect(code).toBe(0)
    const stale = () => eventually('it says that it is old', async () => isStale(await read('shop')), 20_000)
    await stale()
    status.kill('SIGKILL')
    await status.exited
    await startStatus()
    const html = await read('shop')
    expect([isStale(html), html.includes('<title>Shop</title>')]).toEqual([true, true])
    expect(html.replaceAll(/<[^>]*>/g, '')).toMatch(/Last updated \d\d:\d\d, live data unavailable/)

    await postgres.start()
    proxy.setUpstream(postgres.port)
    await eventually('it is live again', async () => !isStale(await read('shop')), 10_000)
    redis = await startRedis()
    await startApi()
    const { items } = (await (await client.call('GET', '/api/v1/status-pages')).json()) as { items: StatusPage[] }
    expect(items.map(({ slug }) => slug)).toContain('shop')
    await publish('later', 'Later')
    await eventually('a new page is served', async () => (await read('later')).includes('<title>Later</title>'))
  }, 90_000)

  test('stops cleanly, whoever listens', async () => {
    const events = await fetch(`${pageUrl('shop')}/events`)
    expect(events.headers.get('content-type')).toBe('text/event-stream')
    expect(await status.stop()).toBe(0)
    await startStatus()
  })
})
