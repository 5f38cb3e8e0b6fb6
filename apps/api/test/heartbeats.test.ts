import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Heartbeat } from '@repo/contracts/heartbeats'
import type { Monitor } from '@repo/contracts/monitors'
import { createKey } from '@repo/db/queries/api-keys'
import { listAudit } from '@repo/db/queries/audit'
import { parseApiKeyId } from '@repo/domain/ids'
import type { Scope } from '@repo/domain/scope'
import { noonMs } from '@repo/domain/testing'
import { createKeyring } from '@repo/secrets/keyring'
import { keyPrefix, makeToken } from '../src/access/link-tokens.ts'
import { addJob, everyHour, type HeardApi, openHeardApi } from './heartbeat-ground.ts'
import { openApi, problemOf, refusalOf } from './instance.ts'

const HOUR_MS = 3_600_000
const iso = (ms: number) => new Date(ms).toISOString()

let api: HeardApi
beforeAll(async () => {
  api = await openHeardApi()
})
afterAll(() => api[Symbol.asyncDispose]())

const post = (path: string, token: string, body?: unknown, method = 'POST') =>
  api.ask(path, { token, method, ...(body !== undefined && { body }) })

describe('a heartbeat', () => {
  test('is a monitor that is watched from no place, as often as its schedule says', async () => {
    const { monitor } = await addJob(api, { schedule: { kind: 'cron', expression: '0 */6 * * *' } })
    expect(monitor).toMatchObject({
      name: '0 */6 * * * UTC',
      regions: ['heartbeat'],
      intervalSeconds: 21_600,
      status: 'unknown',
      nextCheckAt: null,
      spec: { graceSeconds: 300, maxRunSeconds: null, schedule: { timeZone: 'UTC' } },
    })
  })

  test('takes whatever regions and interval a form sends along, and keeps its own', async () => {
    const { monitor, token } = await addJob(api)
    const answer = await post(
      `/api/v1/monitors/${monitor.id}`,
      token,
      { name: 'Backup', regions: ['a'], intervalSeconds: 5 },
      'PATCH',
    )
    expect(await answer.json()).toMatchObject({ name: 'Backup', regions: ['heartbeat'], intervalSeconds: 3_600 })
  })

  test('is waited for once it told of itself', async () => {
    const job = await addJob(api)
    expect(await job.read()).toMatchObject({ pings: 0, lastPingAt: null, lastFinishedAt: null, deadlineAt: null })
    await api.ask(job.path)
    const nowMs = api.deps.clock.nowMs()
    expect(await job.read()).toMatchObject({
      pings: 1,
      lastPingAt: iso(nowMs),
      lastFinishedAt: iso(nowMs),
      deadlineAt: iso(nowMs + HOUR_MS + 300_000),
    })
    const spec = { ...everyHour, schedule: { kind: 'period', seconds: 60 }, graceSeconds: 10 }
    await post(`/api/v1/monitors/${job.monitor.id}`, job.token, { spec }, 'PATCH')
    expect((await job.read()).deadlineAt).toBe(iso(nowMs + 70_000))
    await post(`/api/v1/monitors/${job.monitor.id}/pause`, job.token)
    expect((await job.read()).deadlineAt).toBeNull()
  })

  const faults: [string, object, string][] = [
    ['without a schedule', { schedule: undefined }, 'spec.schedule'],
    ['with a period of nothing', { schedule: { kind: 'period', seconds: 0 } }, 'spec.schedule.seconds'],
    [
      'with a cron expression that is none',
      { schedule: { kind: 'cron', expression: '61 * * * *' } },
      'spec.schedule.expression',
    ],
    [
      'with a cron expression that never comes',
      { schedule: { kind: 'cron', expression: '0 0 30 2 *' } },
      'spec.schedule.expression',
    ],
    [
      'in a time zone that is none',
      { schedule: { kind: 'cron', expression: '@daily', timeZone: 'Mars/Olympus' } },
      'spec.schedule.timeZone',
    ],
    ['with no grace at all', { graceSeconds: 0 }, 'spec.graceSeconds'],
    ['with an address', { url: 'https://example.com/' }, 'spec.url'],
  ]
  test.each(faults)('%s is refused', async (_what, changed, field) => {
    const { token } = await api.addPerson()
    const problem = await problemOf(await post('/api/v1/monitors', token, { spec: { ...everyHour, ...changed } }))
    expect([problem.code, problem.errors?.map((error) => error.field)]).toEqual(['invalid_body', [field]])
  })

  test('does not become a monitor that is probed, nor the other way round', async () => {
    const job = await addJob(api)
    const website = { kind: 'http', url: 'https://example.com/' }
    const made = (await (await post('/api/v1/monitors', job.token, { spec: website })).json()) as Monitor
    for (const [id, spec] of [
      [job.monitor.id, website],
      [made.id, everyHour],
    ]) {
      const problem = await problemOf(await post(`/api/v1/monitors/${id}`, job.token, { spec }, 'PATCH'))
      expect(problem.errors?.map(({ field }) => field)).toEqual(['spec.kind'])
    }
    expect(await refusalOf(await api.ask(`/api/v1/monitors/${made.id}/heartbeat`, { token: job.token }))).toBe(
      '404 not_found',
    )
  })

  test('is no place that something else could be checked from', async () => {
    const job = await addJob(api)
    const spec = { kind: 'http', url: 'https://example.com/' }
    const refused = await problemOf(await post('/api/v1/monitors', job.token, { spec, regions: ['heartbeat'] }))
    expect(refused.errors?.map(({ field }) => field)).toEqual(['regions'])
    const regions = (await (await api.ask('/api/v1/regions', { token: job.token })).json()) as {
      items: { name: string }[]
    }
    expect(regions.items.map(({ name }) => name)).toEqual(['a', 'b'])
  })

  test('cannot be asked: nobody is there', async () => {
    const job = await addJob(api)
    expect(await refusalOf(await post(`/api/v1/monitors/${job.monitor.id}/check`, job.token))).toBe('422 not_probed')
    expect(await refusalOf(await post('/api/v1/monitors/test', job.token, { spec: everyHour }))).toBe('422 not_probed')
  })

  test('that is cloned, exported and imported, or created among many has an address of its own', async () => {
    const job = await addJob(api)
    const clone = (await (await post(`/api/v1/monitors/${job.monitor.id}/clone`, job.token, {})).json()) as Monitor
    const exported = await (await api.ask('/api/v1/workspace/export', { token: job.token })).json()
    expect(JSON.stringify(exported)).not.toContain(job.path.split('/').at(-1) ?? '')
    const other = await api.addPerson()
    expect((await post('/api/v1/workspace/import', other.token, exported)).status).toBe(200)
    const bulk = { action: 'create', monitors: [{ spec: everyHour }] }
    expect((await post('/api/v1/monitors/bulk', job.token, bulk)).status).toBe(200)
    const { rows } = await api.deps.sql.execute<{ count: number }>(
      `select count(*)::integer as count from heartbeat h join monitor m using (monitor_key)
       where m.workspace_id in ('${other.workspaceId}', (select workspace_id from monitor where id = '${clone.id}'))`,
    )
    expect(rows[0]?.count).toBe(5)
  })

  test('is refused where the instance has no keys to keep its address with', async () => {
    await using bare = await openApi({ keyring: createKeyring([]) })
    const { token } = await bare.addPerson()
    const problem = await problemOf(await bare.ask('/api/v1/monitors', { token, body: { spec: everyHour } }))
    expect(problem.detail).toContain('INSTANCE_KEYS')
  })
})

describe('the address of a heartbeat', () => {
  test('is shown to those who may change the monitor, and to nobody else', async () => {
    const job = await addJob(api)
    const { rows } = await api.deps.sql.execute<{ workspace_id: string; user_id: string }>(
      `select m.workspace_id, p.user_id from monitor m join membership p using (workspace_id) where m.id = '${job.monitor.id}'`,
    )
    const key = async (scopes: readonly Scope[]) => {
      const { token, hash } = makeToken(keyPrefix)
      const id = parseApiKeyId(Bun.randomUUIDv7())
      await createKey(api.deps.sql, {
        ...{ id, workspaceId: rows[0]?.workspace_id as never, createdBy: rows[0]?.user_id as never, name: 'key' },
        ...{ prefix: 'bu_', hash, scopes, nowMs: noonMs, expiresAtMs: null },
      })
      return token
    }
    const urlsFor = async (token: string) =>
      ((await (await api.ask(`/api/v1/monitors/${job.monitor.id}/heartbeat`, { token })).json()) as Heartbeat).urls
    expect(await urlsFor(await key(['monitors:read']))).toBeNull()
    expect(await urlsFor(await key(['monitors:write']))).toEqual(await urlsFor(job.token))
    await api.deps.sql.execute(`update membership set role = 'viewer' where user_id = '${rows[0]?.user_id}'`)
    api.deps.authenticator.forget({ userIds: [rows[0]?.user_id as never] })
    expect(await urlsFor(job.token)).toBeNull()
  })

  test('is stored sealed, and in no other way', async () => {
    const job = await addJob(api)
    const token = job.path.split('/').at(-1) ?? ''
    await api.ask(job.path, { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } })
    for (const table of ['heartbeat', 'heartbeat_ping', 'heartbeat_result', 'audit_entry', 'monitor', 'idempotency']) {
      const { rows } = await api.deps.sql.execute(`select t::text as row from ${table} t`)
      expect([table, JSON.stringify(rows).includes(token)]).toEqual([table, false])
    }
  })

  test('is changed by whoever asks for another, and the old one is nobody’s', async () => {
    const job = await addJob(api)
    const rotated = await post(`/api/v1/monitors/${job.monitor.id}/heartbeat/rotate`, job.token)
    const { urls } = (await rotated.json()) as Heartbeat
    const path = new URL(urls?.ping ?? '').pathname
    expect(path).not.toBe(job.path)
    expect((await api.ask(job.path)).status).toBe(404)
    expect((await api.ask(path)).status).toBe(200)
    const { rows } = await api.deps.sql.execute<{ workspace_id: string }>(
      `select workspace_id from monitor where id = '${job.monitor.id}'`,
    )
    const { items } = await listAudit(api.deps.sql, rows[0]?.workspace_id as never, { limit: 1 })
    expect(items).toMatchObject([{ action: 'monitor.address_rotated', subjectId: job.monitor.id, after: null }])
  })
})

describe('the pings of a heartbeat', () => {
  test('come in pages, newest first', async () => {
    const job = await addJob(api)
    for (let count = 0; count < 5; count += 1) await api.ask(job.path)
    const read = async (query: string) =>
      (await (
        await api.ask(`/api/v1/monitors/${job.monitor.id}/heartbeat/pings?${query}`, { token: job.token })
      ).json()) as {
        items: { n: number }[]
        nextCursor: string | null
      }
    const numbers: number[][] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page = await read(`limit=2${cursor && `&cursor=${cursor}`}`)
      numbers.push(page.items.map(({ n }) => n))
      cursor = page.nextCursor
    }
    expect(numbers).toEqual([[5, 4], [3, 2], [1]])
  })

  test.each(['0', '-1', '1.5', '99', 'x', "1'", '9'.repeat(30)])('have no body at %p', async (n) => {
    const job = await addJob(api)
    await api.ask(job.path)
    const path = `/api/v1/monitors/${job.monitor.id}/heartbeat/pings/${encodeURIComponent(n)}/body`
    expect(await refusalOf(await api.ask(path, { token: job.token }))).toBe('404 not_found')
  })
})
