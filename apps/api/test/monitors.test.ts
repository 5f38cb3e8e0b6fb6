import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import {
  type Monitor,
  type MonitorPage,
  monitorPageSchema,
  monitorSchema,
  type Regions,
} from '@repo/contracts/monitors'
import { saveConsumer } from '@repo/db/queries/consumers'
import { findMonitor } from '@repo/db/queries/monitors'
import { addMonitor, addTicks } from '@repo/db/testing/populate'
import type { Check } from '@repo/domain/check'
import { parseMonitorId } from '@repo/domain/ids'
import { parseRegion } from '@repo/domain/region'
import { makeMonitorId, makeTick, noonMs } from '@repo/domain/testing'
import { eventually, run } from '@repo/streams/testing/eventually'
import { createApp } from '../src/app.ts'
import { encodeCursor } from '../src/cursor.ts'
import { closedFrontDoor } from '../src/front-door.ts'
import { type ApiInstance, openApi, problemOf, refusalOf, requestOf } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api[Symbol.asyncDispose]())

const spec = { kind: 'http', url: 'https://shop.example:8443/cart' }

async function personWithMonitor(body: Record<string, unknown> = { spec }) {
  const person = await api.addPerson()
  const answer = await api.ask('/api/v1/monitors', { token: person.token, body })
  expect(answer.status).toBe(201)
  const monitor = monitorSchema.parse(await answer.json())
  const ask = (path = '', method = 'GET', body?: unknown) =>
    api.ask(`/api/v1/monitors/${monitor.id}${path}`, { token: person.token, method, body })
  return { ...person, monitor, ask }
}

async function monitorOf(answer: Response): Promise<Monitor> {
  expect(answer.status).toBe(200)
  return monitorSchema.parse(await answer.json())
}

describe('a new monitor', () => {
  test('has defaults for all but its URL, is called by what it watches, and is looked at at once', async () => {
    const { monitor } = await personWithMonitor()
    expect(monitor).toEqual({
      id: expect.any(String),
      name: 'shop.example:8443/cart',
      spec: { ...spec, kind: 'http', timeoutMs: 10_000, maxRedirects: 10, expectedStatus: [{ from: 200, to: 299 }] },
      intervalSeconds: 60,
      regions: ['a', 'b'],
      tags: [],
      policy: { quorum: { kind: 'majority' }, failures: null, recoveries: 2, degradedIsIncident: false },
      mutedRegions: [],
      version: 1,
      status: 'unknown',
      since: null,
      cause: null,
      agreement: { failing: 0, reporting: 0, configured: 2 },
      last: null,
      recent: [],
      figures: { uptimePercent24h: null, uptimePercent30d: null, p95Ms: null },
      nextCheckAt: expect.stringMatching(/^2026-06-01T12:0/),
      createdAt: '2026-06-01T12:00:00.000Z',
    })
  })

  test('is as it was asked for', async () => {
    const asked = { name: ' The shop ', spec: { ...spec, timeoutMs: 500 }, intervalSeconds: 5, regions: ['b'] }
    const { monitor } = await personWithMonitor(asked)
    expect(monitor).toMatchObject({ ...asked, name: 'The shop' })
  })

  test('of one URL may be created twice: with other settings it is another monitor', async () => {
    const { token } = await personWithMonitor()
    expect((await api.ask('/api/v1/monitors', { token, body: { spec } })).status).toBe(201)
  })

  const refused: [string, unknown, string[]][] = [
    ['nothing', {}, ['spec']],
    ['no kind', { spec: { url: 'https://x.example' } }, ['spec.kind']],
    ['no URL', { spec: { kind: 'http' } }, ['spec.url']],
    ['a URL that is none', { spec: { kind: 'http', url: 'x' } }, ['spec.url']],
    ['a blank name', { spec, name: ' ' }, ['name']],
    ['a NUL in its name', { spec, name: 'a\0' }, ['name']],
    ['half a second', { spec, intervalSeconds: 0.5 }, ['intervalSeconds']],
    ['an interval in words', { spec, intervalSeconds: '60' }, ['intervalSeconds']],
    ['a region that is none', { spec, regions: ['EU'] }, ['regions.0']],
    ['a region twice', { spec, regions: ['a', 'a'] }, ['regions']],
    ['a region that is not there', { spec, regions: ['a', 'moon'] }, ['regions']],
    ['a key that it does not know', { spec, interval: 5 }, ['interval']],
    ['a key that its specification does not know', { spec: { ...spec, retries: 3 } }, ['spec.retries']],
    ['several faults at once', { spec: { ...spec, timeoutMs: 1 }, name: '' }, ['name', 'spec.timeoutMs']],
  ]
  test.each(refused)('with %s is refused, naming the field', async (_what, body, fields) => {
    const { token } = await api.addPerson()
    const problem = await problemOf(await api.ask('/api/v1/monitors', { token, body }))
    expect(problem).toMatchObject({ status: 400, code: 'invalid_body' })
    expect(problem.errors?.map((error) => error.field).sort()).toEqual(fields)
  })

  test('names the regions that there are where one is not', async () => {
    const { token } = await api.addPerson()
    const body = { spec, regions: ['moon'] }
    const problem = await problemOf(await api.ask('/api/v1/monitors', { token, body }))
    expect(problem.detail).toStartWith('there is no region "moon"; there are: a, b')
  })

  test('can be checked from a region that ticks once came from, although it is not configured', async () => {
    const { monitor, workspaceId, token } = await personWithMonitor()
    const stored = await findMonitor(api.deps.sql, { workspaceId, id: parseMonitorId(monitor.id) })
    if (!stored) throw new Error('it was created')
    await addTicks(api.deps.sql, stored, [makeTick('seen-before', noonMs, 'up')])
    const answer = await api.ask('/api/v1/monitors', { token, body: { spec, regions: ['seen-before'] } })
    expect(answer.status).toBe(201)
    const { items } = (await (await api.ask('/api/v1/regions', { token })).json()) as Regions
    expect(items.map(({ name }) => name)).toEqual(expect.arrayContaining(['a', 'b', 'seen-before']))
    expect(items.every(({ online, lastSeenAt }) => !online && lastSeenAt === null)).toBe(true)
  })

  test('can be checked from a region as soon as a consumer works there', async () => {
    const { token } = await api.addPerson()
    const seen = {
      version: '1',
      trusted: true,
      checksPerSecond: 2.5,
      startLagMs: 3,
      probesRunning: 1,
      clockOffsetMs: 0,
    }
    const region = parseRegion('joined')
    await saveConsumer(api.deps.sql, { ...seen, name: 'one', region, online: true, seenAtMs: noonMs })
    await saveConsumer(api.deps.sql, { ...seen, name: 'gone', region, online: true, seenAtMs: noonMs - 60_000 })
    const { items } = (await (await api.ask('/api/v1/regions', { token })).json()) as Regions
    expect(items.find(({ name }) => name === 'joined')).toEqual({
      name: 'joined',
      online: true,
      lastSeenAt: new Date(noonMs).toISOString(),
      consumers: [{ ...seen, name: 'one', online: true, seenAt: new Date(noonMs).toISOString() }],
    })
    const answer = await api.ask('/api/v1/monitors', { token, body: { spec, regions: ['joined'] } })
    expect(answer.status).toBe(201)
  })

  test('whose row somebody has spoilt is shown with what is to be done, and hides no other', async () => {
    const { workspaceId, token } = await personWithMonitor()
    const spoilt = await addMonitor(api.deps.sql, workspaceId, { spec: { kind: 'gopher' } })
    const { items } = (await (await api.ask('/api/v1/monitors', { token })).json()) as MonitorPage
    expect(items).toHaveLength(2)
    const { status, cause } = items.find(({ id }) => id === spoilt.id) ?? {}
    expect([status, cause?.message]).toEqual([
      'unknown',
      'its specification cannot be read, so it is not checked: set what it checks anew',
    ])
  })
})

describe('a monitor', () => {
  test('shows its last ticks, the next check, and what the regions say', async () => {
    const { monitor, ask, workspaceId } = await personWithMonitor()
    const stored = await findMonitor(api.deps.sql, { workspaceId, id: parseMonitorId(monitor.id) })
    if (!stored) throw new Error('it was created')
    await addTicks(api.deps.sql, stored, [makeTick('a', noonMs - 60_000, 'up'), makeTick('b', noonMs, 'unknown')])
    const { last, recent, nextCheckAt } = await monitorOf(await ask())
    const older = {
      region: 'a',
      scheduledAt: '2026-06-01T11:59:00.000Z',
      verdict: 'up',
      responseTimeMs: 12.345,
    } as const
    const newer = {
      region: 'b',
      scheduledAt: '2026-06-01T12:00:00.000Z',
      verdict: 'unknown',
      responseTimeMs: null,
    } as const
    expect(recent).toEqual([older, newer])
    expect(last).toEqual(newer)
    const waitMs = Date.parse(nextCheckAt ?? '') - noonMs
    expect(waitMs).toBeWithin(1, 60_001)
  })

  const changes: [string, Record<string, unknown>][] = [
    ['its name', { name: 'Till' }],
    ['its interval', { intervalSeconds: 300 }],
    ['its regions', { regions: ['b'] }],
    ['all at once', { name: 'Till', intervalSeconds: 1, regions: ['b', 'a'] }],
  ]
  test.each(changes)('can be changed in %s, and keeps the rest', async (_what, body) => {
    const { monitor, ask, workspaceId } = await personWithMonitor()
    const changed = await monitorOf(await ask('', 'PATCH', body))
    const { nextCheckAt: _, agreement, ...rest } = changed
    const { nextCheckAt: __, agreement: ___, ...before } = monitor
    expect(rest).toEqual({ ...before, ...body, version: 2 })
    expect(agreement.configured).toBe(changed.regions.length)
    expect(await monitorOf(await ask())).toEqual(changed)
    const id = parseMonitorId(monitor.id)
    expect(api.changes.filter(({ monitorIds }) => monitorIds[0] === id)).toHaveLength(2)
    expect(api.live).toContainEqual({ workspaceId, events: [{ type: 'monitor.changed', monitorId: monitor.id }] })
  })

  test('whose URL was changed is found by the new one', async () => {
    const { ask, token } = await personWithMonitor()
    await ask('', 'PATCH', { spec: { kind: 'http', url: 'https://moved.example' } })
    const status = (url: string) => api.ask(`/users/status/${encodeURIComponent(url)}`, { token })
    expect((await status('https://moved.example/')).status).toBe(200)
    expect((await status(spec.url)).status).toBe(404)
  })

  const refused: [string, unknown, string][] = [
    ['to nothing', {}, ''],
    ['to a blank name', { name: '' }, 'name'],
    ['to no region', { regions: [] }, 'regions'],
    ['to a region that is not there', { regions: ['moon'] }, 'regions'],
    ['in a key that it does not know', { paused: true }, 'paused'],
    ['in its id', { id: makeMonitorId() }, 'id'],
  ]
  test.each(refused)('cannot be changed %s', async (_what, body, field) => {
    const { monitor, ask } = await personWithMonitor()
    const problem = await problemOf(await ask('', 'PATCH', body))
    expect(problem).toMatchObject({ status: 400, code: 'invalid_body' })
    expect(problem.errors?.[0]?.field).toBe(field)
    expect(await monitorOf(await ask())).toEqual(monitor)
  })

  test('pauses and resumes, each once, and whoever watches is told', async () => {
    const { monitor, ask, workspaceId } = await personWithMonitor()
    const paused = await monitorOf(await ask('/pause', 'POST'))
    expect(paused).toMatchObject({ status: 'paused', since: '2026-06-01T12:00:00.000Z', nextCheckAt: null })
    expect(await monitorOf(await ask('/pause', 'POST'))).toEqual(paused)
    const resumed = await monitorOf(await ask('/resume', 'POST'))
    expect(resumed).toMatchObject({ status: 'unknown', since: null, cause: null })
    expect(await monitorOf(await ask('/resume', 'POST'))).toEqual(resumed)
    const told = api.live.filter((batch) => batch.workspaceId === workspaceId).flatMap((batch) => batch.events)
    expect(told.filter((event) => event.type === 'monitor.status')).toEqual([
      expect.objectContaining({ monitorId: monitor.id, status: 'paused', previous: 'unknown' }),
      expect.objectContaining({ monitorId: monitor.id, status: 'unknown', previous: 'paused' }),
    ])
  })

  test('is gone once it was deleted', async () => {
    const { monitor, ask, token, workspaceId } = await personWithMonitor()
    const answer = await ask('', 'DELETE')
    expect([answer.status, await answer.text()]).toEqual([204, ''])
    expect(await refusalOf(await ask())).toBe('404 not_found')
    expect(await refusalOf(await ask('', 'DELETE'))).toBe('404 not_found')
    const page = (await (await api.ask('/api/v1/monitors', { token })).json()) as MonitorPage
    expect(page).toMatchObject({ items: [], counts: { total: 0 } })
    expect(api.live).toContainEqual({ workspaceId, events: [{ type: 'monitor.deleted', monitorId: monitor.id }] })
    expect(api.changes.at(-1)).toEqual({ monitorIds: [parseMonitorId(monitor.id)] })
  })
})

describe('the list of monitors', () => {
  const list = async (token: string, query: string) => {
    const answer = await api.ask(`/api/v1/monitors?${query}`, { token })
    expect(answer.status).toBe(200)
    return monitorPageSchema.parse(await answer.json())
  }

  test('comes in pages that show each monitor of the workspace once', async () => {
    const { token, workspaceId } = await api.addPerson()
    const names = Array.from({ length: 7 }, (_, index) => `monitor ${index}`)
    for (const name of names) await addMonitor(api.deps.sql, workspaceId, { name })
    const seen: string[] = []
    for (let cursor = ''; ; ) {
      const page = await list(token, `limit=3${cursor}`)
      seen.push(...page.items.map((item) => item.name))
      expect(page.counts).toEqual({ total: 7, up: 0, degraded: 0, down: 0, unknown: 7, maintenance: 0, paused: 0 })
      if (page.nextCursor === null) break
      cursor = `&cursor=${page.nextCursor}`
    }
    expect(seen).toEqual(names)
  })

  test('is filtered by status and text, and counts the whole workspace all the same', async () => {
    const { token, workspaceId } = await api.addPerson()
    for (const name of ['shop', 'shed', '100%']) await addMonitor(api.deps.sql, workspaceId, { name, target: name })
    const names = async (query: string) => (await list(token, query)).items.map((item) => item.name)
    expect(await names('text=sh')).toEqual(['shed', 'shop'])
    expect(await names('text=%25')).toEqual(['100%'])
    expect(await names('status=down')).toEqual([])
    expect((await list(token, 'status=down')).counts.total).toBe(3)
  })

  test('is searched by every word: in the name, the target and the tags, and at the beginning of the id', async () => {
    const { token, workspaceId } = await api.addPerson()
    const add = (name: string, tags: string[]) =>
      addMonitor(api.deps.sql, workspaceId, { name, target: `https://${name}.example/`, tags })
    const shop = await add('Shop', ['prod', 'eu_west'])
    await add('shed', ['prod'])
    await add('till', ['staging'])
    const names = async (text: string) =>
      (await list(token, `text=${encodeURIComponent(text)}`)).items.map((item) => item.name)
    expect(await names('prod')).toEqual(['shed', 'Shop'])
    expect(await names('sh PROD')).toEqual(['shed', 'Shop'])
    expect(await names('eu_ sh')).toEqual(['Shop'])
    expect(await names('shop staging')).toEqual([])
    expect(await names('till.example')).toEqual(['till'])
    expect(await names(shop.id)).toEqual(['Shop'])
    expect(await names(shop.id.slice(0, 13).toUpperCase())).toEqual(['Shop'])
    expect(await names(shop.id.slice(9))).toEqual([])
  })

  const cursors: [string, string][] = [
    ['no base64', '***'],
    ['no JSON', 'bm9uc2Vuc2U'],
    ['empty', ''],
    ['of something else', encodeCursor({ scheduledAtMs: 1, regionKey: 1 }) ?? ''],
    ['of a rank that no column holds', encodeCursor({ rank: 1e12, name: 'a', id: makeMonitorId() }) ?? ''],
    ['of a name with a NUL', encodeCursor({ rank: 1, name: '\0', id: makeMonitorId() }) ?? ''],
    ['of an id that is none', encodeCursor({ rank: 1, name: 'a', id: "' or 1=1" }) ?? ''],
  ]
  const parameters: [string, string][] = [
    ['a limit of nothing', 'limit=0'],
    ['a limit beyond bounds', 'limit=201'],
    ['a limit in words', 'limit=many'],
    ['a status that is none', 'status=fine'],
    ['a NUL in its text', 'text=%00'],
    ...cursors.map(([what, text]): [string, string] => [
      `a cursor that is ${what}`,
      `cursor=${encodeURIComponent(text)}`,
    ]),
  ]
  test.each(parameters)('with %s is refused: ?%s', async (_what, query) => {
    const { token } = await api.addPerson()
    expect(await refusalOf(await api.ask(`/api/v1/monitors?${query}`, { token }))).toBe('400 invalid_parameter')
  })
})

describe('a check that somebody asks for', () => {
  test('goes to the urgent stream of each region, at this very instant', async () => {
    const { monitor, ask } = await personWithMonitor()
    const answer = await ask('/check', 'POST')
    expect(answer.status).toBe(202)
    expect(await answer.json()).toEqual({ scheduledAt: new Date(noonMs).toISOString(), regions: ['a', 'b'] })
    for (const name of ['a', 'b'].map(parseRegion)) {
      const taken: Check[] = []
      const subscription = { group: name, consumer: 'test', batchSize: 10, reclaimAfterMs: 60_000 }
      const { stop } = run((signal) =>
        api.deps.urgentOf(name).consume(subscription, async (batch) => void taken.push(...batch), signal),
      )
      await eventually('the check is there', () => taken.some(({ monitorId }) => monitorId === monitor.id))
      await stop()
      expect(taken.at(-1)).toMatchObject({ region: name, scheduledAtMs: noonMs, expiresAtMs: noonMs + 30_000, spec })
    }
  })

  test('of a paused monitor is refused, with what to do', async () => {
    const { ask } = await personWithMonitor()
    await ask('/pause', 'POST')
    const problem = await problemOf(await ask('/check', 'POST'))
    expect([problem.status, problem.code, problem.detail]).toEqual([
      409,
      'not_checked',
      'it is paused: resume it first',
    ])
  })
})

test('a page of monitors travels compressed to whoever can read it so', async () => {
  const { token, workspaceId } = await api.addPerson()
  for (let index = 0; index < 20; index += 1) await addMonitor(api.deps.sql, workspaceId)
  const plain = await api.ask('/api/v1/monitors', { token })
  const compressed = await api.ask('/api/v1/monitors', { token, headers: { 'accept-encoding': 'gzip' } })
  expect([plain.headers.get('content-encoding'), compressed.headers.get('content-encoding')]).toEqual([null, 'gzip'])
  const text = new TextDecoder().decode(Bun.gunzipSync(new Uint8Array(await compressed.arrayBuffer())))
  expect(JSON.parse(text)).toEqual(await plain.json())
})

test('whoever makes a monitor does not wait for a bus that does not answer', async () => {
  const { token } = await api.addPerson()
  const silent = { publish: () => new Promise<never>(() => {}), subscribe: async () => {} }
  const app = createApp({ ...api.deps, changes: silent, live: silent }, { frontDoor: closedFrontDoor })
  const body = { spec: { kind: 'http', url: 'https://example.com/' } }
  expect((await app.request('/api/v1/monitors', requestOf({ token, body }))).status).toBe(201)
})
