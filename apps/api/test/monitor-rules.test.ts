import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Monitor, type MonitorPage, monitorSchema } from '@repo/contracts/monitors'
import { listAudit } from '@repo/db/queries/audit'
import type { MonitorFigures } from '@repo/db/queries/monitor-figures'
import { setWorkspaceLimits, type WorkspaceLimits } from '@repo/db/queries/workspaces'
import { addMonitor, addTicks, reread, setFigures } from '@repo/db/testing/populate'
import { parseMonitorId, type WorkspaceId } from '@repo/domain/ids'
import { makeTick, noonMs } from '@repo/domain/testing'
import { eventually } from '@repo/streams/testing/eventually'
import { type ApiInstance, openApi, problemOf, refusalOf } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api[Symbol.asyncDispose]())

const spec = { kind: 'http', url: 'https://shop.example/' }

async function newPerson() {
  const person = await api.addPerson()
  const ask = (path: string, method = 'GET', more: { body?: unknown; headers?: Record<string, string> } = {}) =>
    api.ask(`/api/v1/monitors${path}`, { token: person.token, method, ...more })
  const create = async (body: object = { spec }) => monitorSchema.parse(await (await ask('', 'POST', { body })).json())
  const list = async (query: string) => (await (await ask(`?${query}`)).json()) as MonitorPage
  const limit = (own: Partial<WorkspaceLimits>) =>
    setWorkspaceLimits(api.deps.sql, person.workspaceId, {
      ...{ monitorLimit: null, memberLimit: null, intervalFloorSeconds: null, checksPerMinute: null },
      ...own,
    })
  return { ...person, ask, create, list, limit }
}

describe('the version of a monitor', () => {
  test('is its entity tag, and goes up with each change', async () => {
    const { ask, create } = await newPerson()
    const { id } = await create()
    const tagOf = async (answer: Response | Promise<Response>) => (await answer).headers.get('etag')
    expect(await tagOf(ask(`/${id}`))).toBe('"1"')
    expect(await tagOf(ask(`/${id}`, 'PATCH', { body: { name: 'Till' } }))).toBe('"2"')
    expect(await tagOf(ask(`/${id}/pause`, 'POST'))).toBe('"3"')
  })

  test('keeps a change from undoing one that came between', async () => {
    const { ask, create } = await newPerson()
    const { id } = await create()
    const change = (name: string, tag: string) =>
      ask(`/${id}`, 'PATCH', { body: { name }, headers: { 'if-match': tag } })
    expect((await change('First', '"1"')).status).toBe(200)
    expect(await refusalOf(await change('Second', '"1"'))).toBe('412 changed_meanwhile')
    expect((await (await ask(`/${id}`)).json()) as Monitor).toMatchObject({ name: 'First', version: 2 })
    for (const tag of ['W/"2"', '*']) expect((await change(`By ${tag}`, tag)).status).toBe(200)
    expect(await refusalOf(await change('Third', '"other"'))).toBe('412 changed_meanwhile')
  })

  test('lets one of several changes at once pass', async () => {
    const { ask, create } = await newPerson()
    const { id } = await create()
    const changes = Array.from({ length: 8 }, (_, index) =>
      ask(`/${id}`, 'PATCH', { body: { name: `Nr ${index}` }, headers: { 'if-match': '"1"' } }),
    )
    expect((await Promise.all(changes)).map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(412)])
  })

  test('keeps one that was changed from being deleted', async () => {
    const { ask, create } = await newPerson()
    const { id } = await create()
    await ask(`/${id}`, 'PATCH', { body: { name: 'Till' } })
    const remove = (tag: string) => ask(`/${id}`, 'DELETE', { headers: { 'if-match': tag } })
    expect(await refusalOf(await remove('"1"'))).toBe('412 changed_meanwhile')
    expect((await remove('"2"')).status).toBe(204)
    expect(await refusalOf(await remove('"2"'))).toBe('404 not_found')
  })
})

test('a monitor is created once for one Idempotency-Key', async () => {
  const { ask, list } = await newPerson()
  const headers = { 'idempotency-key': crypto.randomUUID() }
  const first = await ask('', 'POST', { body: { spec }, headers })
  const again = await ask('', 'POST', { body: { spec }, headers })
  expect([again.status, again.headers.get('etag')]).toEqual([201, '"1"'])
  expect(await again.json()).toEqual(await first.json())
  expect(await refusalOf(await ask('', 'POST', { body: { spec, name: 'Other' }, headers }))).toBe('422 key_reused')
  expect((await list('')).counts.total).toBe(1)
})

describe('tags', () => {
  test('are trimmed, kept, changed and taken away', async () => {
    const { ask, create } = await newPerson()
    const { id, tags } = await create({ spec, tags: [' shop ', 'eu'] })
    expect(tags).toEqual(['shop', 'eu'])
    const change = async (body: object) => ((await (await ask(`/${id}`, 'PATCH', { body })).json()) as Monitor).tags
    expect(await change({ name: 'Till' })).toEqual(['shop', 'eu'])
    expect(await change({ tags: [] })).toEqual([])
  })

  test.each([
    ['twice', ['a', ' a ']],
    ['empty', [' ']],
    ['too long', ['x'.repeat(41)]],
    ['too many', Array.from({ length: 21 }, (_, index) => `tag ${index}`)],
    ['with a NUL', ['a\0']],
  ])('that are %s are refused', async (_what, tags) => {
    const { ask } = await newPerson()
    const problem = await problemOf(await ask('', 'POST', { body: { spec, tags } }))
    expect([problem.status, problem.errors?.[0]?.field.split('.')[0]]).toEqual([400, 'tags'])
  })
})

describe('the limits of a workspace', () => {
  test('hold for its monitors, by either API', async () => {
    const { ask, create, limit, token } = await newPerson()
    await create()
    await limit({ monitorLimit: 1 })
    expect(await refusalOf(await ask('', 'POST', { body: { spec } }))).toBe('403 limit_reached')
    const website = await api.ask('/website/create', { token, body: { url: 'https://other.example/' } })
    expect(await refusalOf(website)).toBe('403 limit_reached')
  })

  test('hold for how often it checks, in a change too', async () => {
    const { ask, create, limit } = await newPerson()
    const { id } = await create({ spec, intervalSeconds: 60, regions: ['a'] })
    await limit({ checksPerMinute: 2 })
    const change = async (body: object) => (await ask(`/${id}`, 'PATCH', { body })).status
    expect(await change({ intervalSeconds: 20 })).toBe(403)
    expect(await change({ regions: ['a', 'b'] })).toBe(200)
    expect(await change({ intervalSeconds: 30 })).toBe(403)
    expect(await change({ intervalSeconds: 120 })).toBe(200)
  })

  test('leave what is there as it is, and let it become less', async () => {
    const { ask, create, limit } = await newPerson()
    const { id } = await create({ spec, intervalSeconds: 5 })
    await limit({ intervalFloorSeconds: 60 })
    const change = async (body: object) => (await ask(`/${id}`, 'PATCH', { body })).status
    expect(await change({ name: 'Still here' })).toBe(200)
    expect(await change({ regions: ['a'] })).toBe(200)
    expect(await change({ intervalSeconds: 4 })).toBe(403)
    expect(await change({ intervalSeconds: 10 })).toBe(200)
    expect(await refusalOf(await ask('', 'POST', { body: { spec, intervalSeconds: 5 } }))).toBe('403 limit_reached')
  })

  test('hold when a monitor is resumed', async () => {
    const { ask, create, limit } = await newPerson()
    const { id } = await create({ spec, intervalSeconds: 1 })
    await ask(`/${id}/pause`, 'POST')
    await limit({ checksPerMinute: 60 })
    expect(await refusalOf(await ask(`/${id}/resume`, 'POST'))).toBe('403 limit_reached')
  })
})

test('what was done to a monitor is written down, without its secrets', async () => {
  const { ask, create, workspaceId } = await newPerson()
  const auth = { kind: 'bearer', token: 'canary-of-an-audit' }
  const { id } = await create({ spec: { ...spec, auth } })
  await ask(`/${id}`, 'PATCH', { body: { name: 'Till', intervalSeconds: 30 } })
  await ask(`/${id}/pause`, 'POST')
  await ask(`/${id}/pause`, 'POST')
  await ask(`/${id}/resume`, 'POST')
  await ask(`/${id}`, 'DELETE')
  const { items } = await listAudit(api.deps.sql, workspaceId, { limit: 10 })
  expect(items.map(({ action }) => action).reverse()).toEqual(
    ['created', 'changed', 'paused', 'resumed', 'deleted'].map((verb) => `monitor.${verb}`),
  )
  expect(items.every(({ subjectId }) => subjectId === id)).toBe(true)
  expect(items[3]).toMatchObject({
    before: { name: 'shop.example', intervalSeconds: 60 },
    after: { name: 'Till', intervalSeconds: 30 },
  })
  expect(JSON.stringify(items)).not.toMatch(/canary|sealed\.v1/)
})

describe('the order of the list', () => {
  /** As the keeper of figures would write them. What was answered a moment ago is of the past then. */
  async function figure(workspaceId: WorkspaceId, rows: readonly (MonitorFigures & { name: string })[]) {
    for (const row of rows) await setFigures(api.deps.sql, workspaceId, row)
    api.deps.answers.forget(workspaceId)
  }

  const figures = (uptimePercent24h: number | null, uptimePercent30d: number | null, p95Us: number | null) => ({
    uptimePercent24h,
    uptimePercent30d,
    p95Us,
  })

  async function three() {
    const person = await newPerson()
    const ids: string[] = []
    for (const name of ['b', 'a', 'c']) {
      ids.push((await person.create({ spec, name })).id)
      await api.deps.clock.advance(1_000)
    }
    await person.ask(`/${ids[1]}`, 'PATCH', { body: { tags: ['changed'] } })
    return person
  }

  test.each([
    ['name', 'abc'],
    ['-name', 'cba'],
    ['created', 'bac'],
    ['-created', 'cab'],
    ['changed', 'bca'],
    ['-changed', 'acb'],
    ['status', 'abc'],
    ['-p95', 'cab'],
    ['uptime24h', 'bca'],
    ['uptime30d', 'abc'],
    ['p95', 'acb'],
    ['-uptime24h', 'cba'],
    ['-uptime30d', 'bca'],
  ])('by %s is %s, over pages too, and from its end the same', async (sort, wanted) => {
    const { list, workspaceId } = await three()
    await figure(workspaceId, [
      { name: 'a', ...figures(null, 98, 200_000) },
      { name: 'b', ...figures(99.999, 99, null) },
      { name: 'c', ...figures(100, 99, 900_000) },
    ])
    const read = async (query: string) => {
      let seen = ''
      for (let cursor = ''; ; ) {
        const page = await list(`limit=1&sort=${sort}${query}${cursor}`)
        seen += page.items.map(({ name }) => name).join('')
        if (page.nextCursor === null) return seen
        cursor = `&cursor=${page.nextCursor}`
      }
    }
    expect(await read('')).toBe(wanted)
    expect(await read('&from=end')).toBe([...wanted].toReversed().join(''))
    expect((await list(`limit=2&sort=${sort}&from=end`)).items.map(({ name }) => name).join('')).toBe(wanted.slice(1))
  })

  test('by a figure that is alike, or known of none, is by name, and shows each once in pages of any size', async () => {
    const { create, list, workspaceId } = await newPerson()
    const names = Array.from({ length: 23 }, (_, index) => `site ${String((index * 7) % 23).padStart(2, '0')}`)
    for (const name of names) await create({ spec, name })
    await figure(workspaceId, [
      ...names.map((name) => ({ name, ...figures(null, null, null) })),
      ...names.slice(0, 9).map((name) => ({ name, ...figures(100, 100, 5_000) })),
    ])
    const known = names.slice(0, 9).toSorted()
    const wanted = [...known, ...names.slice(9).toSorted()]
    for (const sort of ['-p95', 'p95', 'uptime24h', '-uptime24h', 'uptime30d', '-uptime30d'])
      for (const limit of [1, 2, 5, 9, 22, 23]) {
        for (const from of ['', '&from=end']) {
          let seen: string[] = []
          for (let cursor = ''; ; ) {
            const page = await list(`limit=${limit}&sort=${sort}${from}${cursor}`)
            const found = page.items.map(({ name }) => name)
            seen = from ? [...found, ...seen] : [...seen, ...found]
            if (page.nextCursor === null) break
            cursor = `&cursor=${page.nextCursor}`
          }
          expect([sort, limit, from, ...seen]).toEqual([sort, limit, from, ...wanted])
        }
      }
  })

  test('has the figures that are kept beside it', async () => {
    const { list, workspaceId } = await three()
    await figure(workspaceId, [{ name: 'a', ...figures(99.999, 12.345, 1_234) }])
    const { items } = await list('sort=name')
    expect(items.map(({ figures }) => figures)).toEqual([
      { uptimePercent24h: 99.999, uptimePercent30d: 12.345, p95Ms: 1.234 },
      { uptimePercent24h: null, uptimePercent30d: null, p95Ms: null },
      { uptimePercent24h: null, uptimePercent30d: null, p95Ms: null },
    ])
  })

  test('is not gone on with in another one', async () => {
    const { list, ask } = await three()
    const { nextCursor } = await list('limit=1&sort=name')
    for (const other of ['sort=created', 'sort=name&from=end'])
      expect(await refusalOf(await ask(`?limit=1&${other}&cursor=${nextCursor}`))).toBe('400 invalid_parameter')
    expect(await refusalOf(await ask('?from=middle'))).toBe('400 invalid_parameter')
  })

  test('is filtered by kind and tag', async () => {
    const { create, list } = await three()
    await create({ spec: { kind: 'ping', host: 'example.com' }, name: 'ping', tags: ['eu'] })
    const names = async (query: string) => (await list(query)).items.map(({ name }) => name)
    expect(await names('kind=ping')).toEqual(['ping'])
    expect(await names('kind=http&sort=name')).toEqual(['a', 'b', 'c'])
    expect(await names('tag=eu')).toEqual(['ping'])
    expect(await names('tag=other')).toEqual([])
  })
})

describe('the marks of a monitor', () => {
  test('come with the list where they are asked for, and as many', async () => {
    const { create, list, ask, workspaceId } = await newPerson()
    const id = parseMonitorId((await create()).id)
    const stored = await reread(api.deps.sql, { workspaceId, id })
    await addTicks(
      api.deps.sql,
      stored,
      [5, 4, 3].map((minutes) => makeTick('a', noonMs - minutes * 60_000, 'up')),
    )
    const counts = async (query: string) =>
      (await list(query)).items.map(({ recent, last }) => [recent.length, last?.region])
    expect(await counts('')).toEqual([[0, 'a']])
    expect(await counts('recent=2')).toEqual([[2, 'a']])
    expect(await counts('recent=60')).toEqual([[3, 'a']])
    expect(((await (await ask(`/${id}?recent=1`)).json()) as Monitor).recent).toHaveLength(1)
    expect(await refusalOf(await ask('?recent=61'))).toBe('400 invalid_parameter')
  })
})

describe('the list of monitors, asked for again', () => {
  test('is made once a second for everybody, and at once anew after a change', async () => {
    const { create, list, ask, workspaceId } = await newPerson()
    const { id } = await create()
    expect((await list('')).counts.total).toBe(1)
    // Nobody says that this one came: it is seen a second later.
    await addMonitor(api.deps.sql, workspaceId)
    expect((await list('')).counts.total).toBe(1)
    await eventually('it is seen', async () => (await list('')).counts.total === 2)
    await ask(`/${id}`, 'PATCH', { body: { name: 'Seen at once' } })
    expect((await list('')).items.map(({ name }) => name)).toContain('Seen at once')
    for (const [path, status] of [
      ['pause', 'paused'],
      ['resume', 'unknown'],
    ] as const) {
      await ask(`/${id}/${path}`, 'POST')
      expect((await list('')).items.find((item) => item.id === id)?.status).toBe(status)
    }
    await ask(`/${id}`, 'DELETE')
    expect((await list('')).counts.total).toBe(1)
  })

  test('is made anew as soon as something is heard of the workspace', async () => {
    await using server = await api.listen()
    const { token, workspaceId, create } = await newPerson()
    await create()
    const total = async () => {
      const answer = await fetch(`${server.url}/api/v1/monitors`, { headers: { authorization: `Bearer ${token}` } })
      return ((await answer.json()) as MonitorPage).counts.total
    }
    expect(await total()).toBe(1)
    const { id } = await addMonitor(api.deps.sql, workspaceId)
    await api.deps.live.publish({ workspaceId, events: [{ type: 'monitor.changed', monitorId: id }] })
    expect(await total()).toBe(2)
  })

  test('is nothing at all for who has it already, and says what is left of the limit', async () => {
    const { create, ask } = await newPerson()
    await create()
    const first = await ask('')
    const etag = first.headers.get('etag') ?? ''
    const again = await ask('', 'GET', { headers: { 'if-none-match': etag } })
    expect([again.status, await again.text()]).toEqual([304, ''])
    expect(first.headers.get('ratelimit')).toStartWith('"default";r=')
    await create()
    expect((await ask('', 'GET', { headers: { 'if-none-match': etag } })).status).toBe(200)
  })

  test('is of the caller’s workspace alone', async () => {
    const [mine, theirs] = [await newPerson(), await newPerson()]
    await theirs.create()
    expect([(await mine.list('')).counts.total, (await theirs.list('')).counts.total]).toEqual([0, 1])
  })
})
