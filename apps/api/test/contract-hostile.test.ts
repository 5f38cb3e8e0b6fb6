import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { listAudit } from '@repo/db/queries/audit'
import { addMonitor } from '@repo/db/testing/populate'
import { bodySchemaOf, parametersOf, type Route } from './contract-document.ts'
import { type Ground, openGround, sampleBody } from './contract-ground.ts'
import { type ApiInstance, openApi, problemOf } from './instance.ts'
import { matrix } from './matrix-rows.ts'

let api: ApiInstance
let ground: Ground
beforeAll(async () => {
  api = await openApi()
  ground = await openGround(api)
})
afterAll(() => api[Symbol.asyncDispose]())

const rowsOf = async (statement: string) => (await api.deps.sql.execute<Record<string, unknown>>(statement)).rows

/** All that is stored of the workspaces and their people, as one text. */
async function stored(): Promise<string> {
  const tables = ['workspace', 'membership', 'monitor', 'api_key', 'invitation', 'users']
  return JSON.stringify(await Promise.all(tables.map((table) => rowsOf(`select * from ${table} order by 1, 2`))))
}

test('no column of the database can be written by naming it in a body', async () => {
  const { token, workspaceId } = await api.addPerson()
  const { id } = await addMonitor(api.deps.sql, workspaceId)
  const columns = (
    await rowsOf(`select distinct column_name from information_schema.columns where table_schema = 'public'`)
  ).map(({ column_name }) => String(column_name))
  expect(columns.length).toBeGreaterThan(80)
  const extra = Object.fromEntries(columns.map((name) => [name, '1']))
  for (const route of ground.routes.filter((one) => bodySchemaOf(one) && matrix[keyOf(one)]?.body !== undefined)) {
    const before = await stored()
    const body = { ...extra, ...(sampleBody(route) as object) }
    const path = route.path.replace(/\{\w+\}/, id)
    const problem = await problemOf(await api.ask(`/api/v1${path}`, { method: route.method, token, body }))
    expect([route.name, problem.code]).toEqual([route.name, problem.status === 404 ? 'not_found' : 'invalid_body'])
    expect([route.name, (await stored()) === before]).toEqual([route.name, true])
  }
})

const keyOf = ({ method, path }: Route) => `${method} /api/v1${path}`

const injections = [
  "'",
  "' or 1=1 --",
  '1; drop table monitor; --',
  'name; select pg_sleep(5)',
  'name desc, (select 1)',
  '"id"',
  '\\',
  '%',
  '$1',
  '{{1}}',
  'rank',
  'id)',
  '\u0000',
  '../../etc/passwd',
  '-9'.repeat(30),
  'NaN',
  '[]',
  '{"a":1}',
]

describe('what orders, filters or cuts a list', () => {
  test('is never a part of a statement', async () => {
    const { token, workspaceId } = await api.addPerson()
    const { id } = await addMonitor(api.deps.sql, workspaceId)
    const before = await stored()
    for (const route of ground.routes.filter(({ method }) => method === 'GET')) {
      for (const { name } of parametersOf(route, 'query')) {
        for (const text of injections) {
          const query = new URLSearchParams({ [name]: text })
          const answer = await api.ask(`/api/v1${route.path.replace(/\{\w+\}/, id)}?${query}`, { token })
          expect([route.name, name, text, answer.status < 500 || answer.status === 501]).toEqual([
            route.name,
            name,
            text,
            true,
          ])
        }
      }
    }
    expect((await stored()) === before).toBe(true)
  })

  test.each(injections)('finds nothing that it does not name: %p', async (text) => {
    const { token, workspaceId } = await api.addPerson()
    await addMonitor(api.deps.sql, workspaceId, { name: 'x', target: 'x' })
    for (const parameter of ['text', 'tag']) {
      const answer = await api.ask(`/api/v1/monitors?${new URLSearchParams({ [parameter]: text })}`, { token })
      if (answer.status === 200) expect(((await answer.json()) as { items: unknown[] }).items).toEqual([])
      else expect(answer.status).toBe(400)
    }
    expect((await api.ask(`/api/v1/monitors?${new URLSearchParams({ sort: text })}`, { token })).status).toBe(400)
  })
})

const climbing = [
  '..%2f..%2fetc%2fpasswd',
  '%2e%2e%2f%2e%2e%2fetc/passwd',
  '..%5c..%5cwindows',
  '%252e%252e%252f',
  '....//....//etc/passwd',
  '/etc/passwd',
  '%c0%ae%c0%ae/',
  '..;/..;/',
  'file:%2f%2f%2fetc%2fpasswd',
  '%00',
  '.%2e/.%2e/',
]

test('no path leads out of the API', async () => {
  const { token } = await api.addPerson()
  for (const route of ground.routes.filter((one) => parametersOf(one, 'path').length > 0)) {
    for (const climb of climbing) {
      const body = sampleBody(route)
      const answer = await api.ask(`/api/v1${route.path.replace(/\{\w+\}/, climb)}`, {
        method: route.method,
        token,
        ...(body !== undefined && { body }),
      })
      expect([route.name, climb, [400, 401, 403, 404, 405].includes(answer.status)]).toEqual([route.name, climb, true])
      expect(await answer.text()).not.toMatch(/root:|\/bin\/|at .*\.ts:/)
    }
  }
})

test('no header says who somebody is, whose data they see, or where they come from', async () => {
  const [mine, theirs] = [await api.addPerson(), await api.addPerson()]
  const { id } = await addMonitor(api.deps.sql, theirs.workspaceId)
  const headers = {
    'is-multi-tenant-query': 'true',
    'x-user-id': theirs.id,
    'x-tenant-id': theirs.workspaceId,
    'x-role': 'owner',
    'x-forwarded-for': '10.9.8.7',
    'x-forwarded-user': theirs.username,
    'x-real-ip': '10.9.8.7',
    forwarded: 'for=10.9.8.7',
    'x-original-url': `/api/v1/monitors/${id}`,
    'x-rewrite-url': `/api/v1/monitors/${id}`,
    'x-http-method-override': 'DELETE',
  }
  const session = async (more: Record<string, string>) =>
    (await api.ask('/api/v1/session', { token: mine.token, headers: more })).json()
  expect(await session(headers)).toEqual(await session({}))
  expect((await api.ask(`/api/v1/monitors/${id}`, { token: mine.token, headers })).status).toBe(404)
  await api.ask('/api/v1/monitors', {
    token: mine.token,
    headers,
    body: { spec: { kind: 'http', url: 'https://example.com/' } },
  })
  const { items } = await listAudit(api.deps.sql, mine.workspaceId, { limit: 1 })
  expect(JSON.stringify(items)).not.toContain('10.9.8.7')
})

test('a body of five megabytes is refused, and is never held', async () => {
  await using server = await api.listen()
  const { token } = await api.addPerson()
  const body = JSON.stringify({ name: 'x'.repeat(5_000_000) })
  const send = async () =>
    (
      await fetch(`${server.url}/api/v1/monitors`, {
        method: 'POST',
        body,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      }).catch(() => ({ status: 413 }))
    ).status
  expect(await send()).toBe(413)
  Bun.gc(true)
  const before = process.memoryUsage.rss()
  for (let time = 0; time < 40; time += 1) expect(await send()).toBe(413)
  Bun.gc(true)
  // Of two hundred megabytes that were sent.
  expect(process.memoryUsage.rss() - before).toBeLessThan(100_000_000)
})
