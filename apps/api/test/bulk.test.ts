import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { bulkAnswerSchema } from '@repo/contracts/bulk'
import { type Monitor, type MonitorPage, monitorSchema } from '@repo/contracts/monitors'
import { listAudit } from '@repo/db/queries/audit'
import { findMonitor } from '@repo/db/queries/monitors'
import { setWorkspaceLimits } from '@repo/db/queries/workspaces'
import { addMonitor } from '@repo/db/testing/populate'
import { parseMonitorId, type WorkspaceId } from '@repo/domain/ids'
import { makeMonitorId } from '@repo/domain/testing'
import type { z } from 'zod'
import { type ApiInstance, openApi, problemOf, refusalOf } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api[Symbol.asyncDispose]())

const spec = { kind: 'http', url: 'https://shop.example/' }
const auth = { kind: 'bearer', token: 'canary-of-the-shop' }

async function personWith(count: number) {
  const person = await api.addPerson()
  const ids: string[] = []
  for (let index = 0; index < count; index += 1)
    ids.push((await addMonitor(api.deps.sql, person.workspaceId, { name: `monitor ${index}` })).id)
  const bulk = (body: unknown) => api.ask('/api/v1/monitors/bulk', { token: person.token, body })
  const list = async (query = '') =>
    ((await (await api.ask(`/api/v1/monitors?${query}`, { token: person.token })).json()) as MonitorPage).items
  return { ...person, ids, bulk, list }
}

async function itemsOf(answer: Response) {
  expect(answer.status).toBe(200)
  return ((await answer.json()) as z.output<typeof bulkAnswerSchema>).items
}

const auditOf = async (workspaceId: WorkspaceId) => (await listAudit(api.deps.sql, workspaceId, { limit: 50 })).items
const limitsOf = { monitorLimit: null, memberLimit: null, intervalFloorSeconds: null, checksPerMinute: null }

describe('many monitors at once', () => {
  test('are paused and resumed, each once, and it is said what became of each', async () => {
    const { ids, bulk, list } = await personWith(3)
    const [first, second] = ids
    const missing = makeMonitorId()
    const chosen = { ids: [first, second, missing, first] }
    const results = async (action: string, more = {}) =>
      Object.fromEntries(
        (await itemsOf(await bulk({ action, ...chosen, ...more }))).map(({ id, result }) => [id, result]),
      )
    expect(await results('pause')).toEqual({ [`${first}`]: 'paused', [`${second}`]: 'paused', [missing]: 'absent' })
    expect(await results('pause')).toEqual({
      [`${first}`]: 'unchanged',
      [`${second}`]: 'unchanged',
      [missing]: 'absent',
    })
    expect((await list()).map(({ status }) => status).sort()).toEqual(['paused', 'paused', 'unknown'])
    expect(await results('resume')).toEqual({ [`${first}`]: 'resumed', [`${second}`]: 'resumed', [missing]: 'absent' })
    expect((await list()).map(({ status }) => status)).toEqual(['unknown', 'unknown', 'unknown'])
  })

  test('are given tags and lose them, by a filter too', async () => {
    const { ids, bulk, list } = await personWith(3)
    await itemsOf(await bulk({ action: 'tag', tags: ['shop', ' till '], ids: ids.slice(0, 2) }))
    expect((await list('tag=shop')).map(({ tags }) => tags)).toEqual([
      ['shop', 'till'],
      ['shop', 'till'],
    ])
    await itemsOf(await bulk({ action: 'untag', tags: ['till'], filter: { tag: 'till', text: 'monitor 1' } }))
    expect((await list('tag=till')).map(({ id }) => id)).toEqual([`${ids[0]}`])
  })

  test('never have more than twenty tags', async () => {
    const { ids, bulk } = await personWith(1)
    const tags = (from: number) => Array.from({ length: 15 }, (_, index) => `tag ${from + index}`)
    expect((await bulk({ action: 'tag', ids, tags: tags(0) })).status).toBe(200)
    const problem = await problemOf(await bulk({ action: 'tag', ids, tags: tags(100) }))
    expect([problem.status, problem.errors?.[0]?.field]).toEqual([400, 'tags'])
  })

  test('are deleted', async () => {
    const { ids, bulk, list } = await personWith(3)
    expect(await itemsOf(await bulk({ action: 'delete', filter: { text: 'monitor 2' } }))).toEqual([
      { id: `${ids[2]}`, result: 'deleted' },
    ])
    expect(await list()).toHaveLength(2)
  })

  test('are created, up to a thousand, with their secrets sealed', async () => {
    const { bulk, list, workspaceId } = await personWith(0)
    const monitors = Array.from({ length: 1_000 }, (_, index) => ({
      name: `new ${index}`,
      spec: { ...spec, auth },
      tags: ['new'],
    }))
    const items = await itemsOf(await bulk({ action: 'create', monitors }))
    expect(new Set(items.map(({ result }) => result))).toEqual(new Set(['created']))
    expect(new Set(items.map(({ id }) => id)).size).toBe(1_000)
    expect((await list('limit=1'))[0]).toMatchObject({ tags: ['new'], spec: { auth: { token: { set: true } } } })
    const stored = await findMonitor(api.deps.sql, { workspaceId, id: parseMonitorId(`${items[0]?.id}`) })
    expect(JSON.stringify(stored?.spec)).not.toContain(auth.token)
    expect((await bulk({ action: 'create', monitors: [...monitors, ...monitors] })).status).toBe(400)
  })

  test('are created all or not at all', async () => {
    const { bulk, list } = await personWith(0)
    const monitors = [{ spec }, { spec: { kind: 'http', url: 'http://127.0.0.1/' } }]
    const problem = await problemOf(await bulk({ action: 'create', monitors }))
    expect(problem.errors?.map(({ field }) => field)).toEqual(['monitors.1.spec.url'])
    expect(await list()).toEqual([])
  })

  test('of another workspace are as absent as those that never were', async () => {
    const mine = await personWith(1)
    const theirs = await personWith(1)
    for (const action of ['pause', 'delete', 'resume'])
      expect(await itemsOf(await mine.bulk({ action, ids: theirs.ids }))).toEqual([
        { id: `${theirs.ids[0]}`, result: 'absent' },
      ])
    expect((await theirs.list()).map(({ status }) => status)).toEqual(['unknown'])
  })

  test('are written down once, and told of once', async () => {
    const { ids, bulk, workspaceId } = await personWith(3)
    const told = () => api.live.filter((batch) => batch.workspaceId === workspaceId)
    await itemsOf(await bulk({ action: 'pause', ids }))
    const [entry, ...more] = await auditOf(workspaceId)
    expect(more).toEqual([])
    expect(entry).toMatchObject({ action: 'monitor.bulk_paused', subjectType: 'monitor', subjectId: null })
    expect((entry?.after?.ids as string[] | undefined)?.toSorted()).toEqual(ids.toSorted())
    expect(told().map(({ events }) => events.map(({ type }) => type))).toEqual([Array(3).fill('monitor.status')])
    expect(api.changes.filter(({ monitorIds }) => monitorIds.some((id) => ids.includes(id)))).toHaveLength(1)
  })

  test('are told to the publishers in one message, however many they are', async () => {
    const { bulk, workspaceId } = await personWith(0)
    const told = api.changes.length
    const monitors = Array.from({ length: 400 }, (_, index) => ({ name: `m ${index}`, spec }))
    const ids = (await itemsOf(await bulk({ action: 'create', monitors }))).map(({ id }) => id)
    await itemsOf(await bulk({ action: 'pause', ids }))
    expect(api.changes.slice(told).map(({ monitorIds }) => monitorIds.toSorted())).toEqual([ids, ids] as never)
    expect(api.live.filter((batch) => batch.workspaceId === workspaceId)).toHaveLength(2)
  })

  test('stay within the limits of their workspace, when they are resumed as well', async () => {
    const { ids, bulk, workspaceId } = await personWith(3)
    await itemsOf(await bulk({ action: 'pause', ids }))
    await setWorkspaceLimits(api.deps.sql, workspaceId, { ...limitsOf, monitorLimit: 4, checksPerMinute: 2 })
    expect(await refusalOf(await bulk({ action: 'resume', ids }))).toBe('403 limit_reached')
    expect((await bulk({ action: 'resume', ids: ids.slice(0, 2) })).status).toBe(200)
    const two = { action: 'create', monitors: [{ spec }, { spec }] }
    expect(await refusalOf(await bulk(two))).toBe('403 limit_reached')
  })

  const refused: [string, object][] = [
    ['no choice', { action: 'pause' }],
    ['two choices', { action: 'pause', ids: [makeMonitorId()], filter: { tag: 'a' } }],
    ['an empty filter', { action: 'delete', filter: {} }],
    ['an id that is none', { action: 'delete', ids: ["' or 1=1"] }],
    ['no tags', { action: 'tag', ids: [makeMonitorId()], tags: [] }],
    ['another action', { action: 'drop', ids: [makeMonitorId()] }],
  ]
  test.each(refused)('with %s are left alone', async (_what, body) => {
    const { bulk } = await personWith(0)
    expect(await refusalOf(await bulk(body))).toBe('400 invalid_body')
  })
})

describe('a copy of a monitor', () => {
  async function original() {
    const { token, workspaceId } = await api.addPerson()
    const body = { name: 'Shop', spec: { ...spec, auth }, intervalSeconds: 300, regions: ['b'], tags: ['till'] }
    const monitor = monitorSchema.parse(await (await api.ask('/api/v1/monitors', { token, body })).json())
    const clone = (asked: object = {}) => api.ask(`/api/v1/monitors/${monitor.id}/clone`, { token, body: asked })
    return { token, workspaceId, monitor, clone }
  }

  test('is like it in all but its name, and has its secrets', async () => {
    const { monitor, clone, workspaceId } = await original()
    const answer = await clone()
    expect(answer.status).toBe(201)
    const copy = (await answer.json()) as Monitor
    expect(answer.headers.get('location')).toBe(`/api/v1/monitors/${copy.id}`)
    const { id: _, name, nextCheckAt: __, ...same } = monitor
    expect(copy).toMatchObject({ ...same, name: `${name} (copy)` })
    expect(copy.id).not.toBe(monitor.id)
    const specs = [monitor, copy].map(
      async ({ id }) => (await findMonitor(api.deps.sql, { workspaceId, id: parseMonitorId(id) }))?.spec,
    )
    const [one, other] = await Promise.all(specs)
    expect(other).toEqual(one)
  })

  test('may have a name of its own, and rests where the other one rests', async () => {
    const { monitor, token, clone } = await original()
    await api.ask(`/api/v1/monitors/${monitor.id}/pause`, { token, method: 'POST' })
    expect(await (await clone({ name: 'Second' })).json()).toMatchObject({ name: 'Second', status: 'paused' })
  })

  test('is made once for one Idempotency-Key', async () => {
    const { monitor, token } = await original()
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const ask = () => api.ask(`/api/v1/monitors/${monitor.id}/clone`, { token, headers, body: {} })
    const [first, second] = [(await (await ask()).json()) as Monitor, (await (await ask()).json()) as Monitor]
    expect(second).toEqual(first)
  })

  test('of one whose specification cannot be read is refused', async () => {
    const { token, workspaceId } = await api.addPerson()
    const { id } = await addMonitor(api.deps.sql, workspaceId, { spec: { kind: 'gopher' } })
    expect(await refusalOf(await api.ask(`/api/v1/monitors/${id}/clone`, { token, body: {} }))).toBe('409 not_checked')
  })

  test('counts against the limits', async () => {
    const { clone, workspaceId } = await original()
    await setWorkspaceLimits(api.deps.sql, workspaceId, { ...limitsOf, monitorLimit: 1 })
    expect(await refusalOf(await clone())).toBe('403 limit_reached')
  })
})
