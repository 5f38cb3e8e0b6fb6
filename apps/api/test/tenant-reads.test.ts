import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { addMonitor } from '@repo/db/testing/populate'
import { type ApiInstance, openApi } from './instance.ts'

/** Whatever a route reads of a workspace, it reads as the role that sees no other: what that role may not, no route can. */

let api: ApiInstance
let token: string
let id: string
beforeAll(async () => {
  api = await openApi()
  const person = await api.addPerson()
  token = person.token
  id = (await addMonitor(api.database.sql, person.workspaceId)).id
})
afterAll(() => api[Symbol.asyncDispose]())

describe('what is read of a workspace is read as its tenant:', () => {
  const reads: [string, string][] = [
    ['tick', '/monitors/ID/ticks'],
    ['tick', '/monitors/ID/series?range=1h'],
    ['tick', '/monitors/ID/series?range=24h'],
    ['tick', '/monitors/ID/phases?range=1h'],
    ['rollup_dirty', '/monitors/ID/series?range=7d'],
    ['rollup_progress', '/monitors/ID/series?range=90d'],
    ['region', '/monitors/ID/series?range=1h&region=a'],
    ['state_interval', '/monitors/ID/uptime'],
    ['rollup_progress', '/monitors/ID/uptime?range=90d'],
    ['watched_fact', '/monitors/ID/facts'],
    ['state_interval', '/monitors/ID/outages'],
    ['incident', '/incidents'],
    ['monitor', '/monitors'],
    ['tick', '/monitors/ID'],
  ]
  test.each(reads)('%s for %s', async (table, path) => {
    const ask = async () => (await api.ask(`/api/v1${path.replace('ID', id)}`, { token })).status
    expect(await ask()).toBe(200)
    api.deps.answers.forget((await api.deps.authenticator.authenticate(request())).workspaceId)
    await api.database.sql.execute(`revoke select on ${table} from betteruptime_tenant`)
    expect(await ask()).toBe(500)
    await api.database.sql.execute(`grant select on ${table} to betteruptime_tenant`)
  })
})

function request(): Request {
  return new Request('https://uptime.example.com/', { headers: { authorization: `Bearer ${token}` } })
}
