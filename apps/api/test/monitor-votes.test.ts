import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Monitor, monitorSchema } from '@repo/contracts/monitors'
import { exportSchema } from '@repo/contracts/transfer'
import { listAudit } from '@repo/db/queries/audit'
import { type ApiInstance, openApi, problemOf } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api[Symbol.asyncDispose]())

const spec = { kind: 'http', url: 'https://shop.example/' }
const usual = { quorum: { kind: 'majority' }, failures: null, recoveries: 2, degradedIsIncident: false }
const strict = { quorum: { kind: 'any' }, failures: 3, recoveries: 5, degradedIsIncident: true }

async function newPerson() {
  const { token, workspaceId } = await api.addPerson()
  const ask = (path: string, body?: unknown, method?: string) =>
    api.ask(`/api/v1${path}`, { token, ...(body !== undefined && { body }), ...(method && { method }) })
  const create = async (asked: object = {}): Promise<Monitor> =>
    monitorSchema.parse(await (await ask('/monitors', { spec, regions: ['a', 'b'], ...asked })).json())
  const change = (monitor: Monitor, asked: object) => ask(`/monitors/${monitor.id}`, asked, 'PATCH')
  const changed = async (monitor: Monitor, asked: object) =>
    monitorSchema.parse(await (await change(monitor, asked)).json())
  const isMarked = async (monitor: Monitor) => {
    const { rows } = await api.deps.sql.execute<{ rejudge: boolean }>(
      `select rejudge from monitor_state where id = '${monitor.id}'`,
    )
    return rows[0]?.rejudge
  }
  return { ask, create, change, changed, isMarked, workspaceId }
}

describe('how a verdict is reached', () => {
  test('is as usual where nobody says anything, and as asked for where somebody does', async () => {
    const { create } = await newPerson()
    expect(await create()).toMatchObject({ policy: usual, mutedRegions: [] })
    expect(await create({ policy: { recoveries: 4 } })).toMatchObject({ policy: { ...usual, recoveries: 4 } })
    expect(await create({ policy: strict, mutedRegions: ['b'] })).toMatchObject({ policy: strict, mutedRegions: ['b'] })
  })

  test('of a heartbeat is by one word, unless somebody says otherwise', async () => {
    const { create } = await newPerson()
    const job = { kind: 'heartbeat', schedule: { kind: 'period', seconds: 60 } }
    const of = async (asked: object) => (await create({ spec: job, regions: undefined, ...asked })).policy
    expect(await of({})).toMatchObject({ failures: 1, recoveries: 1 })
    expect(await of({ policy: { recoveries: 3 } })).toMatchObject({ failures: 1, recoveries: 3 })
  })

  test('is changed field by field, and the verdict is then reached anew', async () => {
    const { create, changed, isMarked } = await newPerson()
    const monitor = await create({ policy: { recoveries: 4 } })
    expect((await changed(monitor, { name: 'Other' })).policy).toEqual({ ...usual, recoveries: 4 } as Monitor['policy'])
    expect(await isMarked(monitor)).toBe(false)
    const { policy } = await changed(monitor, { policy: { quorum: { kind: 'count', count: 2 } } })
    expect(policy).toEqual({ ...usual, recoveries: 4, quorum: { kind: 'count', count: 2 } } as Monitor['policy'])
    expect(await isMarked(monitor)).toBe(true)
  })

  test('has no voice of a region that was silenced, until that is heard again', async () => {
    const { create, changed, isMarked } = await newPerson()
    const monitor = await create()
    expect((await changed(monitor, { mutedRegions: ['a'] })).mutedRegions).toEqual(['a'])
    expect(await isMarked(monitor)).toBe(true)
    expect((await changed(monitor, { mutedRegions: [] })).mutedRegions).toEqual([])
  })

  test('forgets that a region was silenced which the monitor has no more', async () => {
    const { create, changed } = await newPerson()
    const monitor = await create({ mutedRegions: ['a'] })
    expect((await changed(monitor, { regions: ['b'] })).mutedRegions).toEqual([])
  })

  test('is written into the audit log', async () => {
    const { create, changed, workspaceId } = await newPerson()
    await changed(await create(), { policy: { degradedIsIncident: true }, mutedRegions: ['b'] })
    const [entry] = (await listAudit(api.deps.sql, workspaceId, { limit: 1 })).items
    expect(entry).toMatchObject({
      action: 'monitor.changed',
      before: { policy: usual, mutedRegions: [] },
      after: { policy: { ...usual, degradedIsIncident: true }, mutedRegions: ['b'] },
    })
  })

  test('goes with a copy, and with a document', async () => {
    const { ask, create } = await newPerson()
    const monitor = await create({ policy: strict, mutedRegions: ['b'] })
    const copy = monitorSchema.parse(await (await ask(`/monitors/${monitor.id}/clone`, {})).json())
    expect(copy).toMatchObject({ policy: strict, mutedRegions: ['b'] })
    const document = exportSchema.parse(await (await ask('/workspace/export')).json())
    const other = await newPerson()
    expect((await other.ask('/workspace/import', document)).status).toBe(200)
    const { items } = (await (await other.ask('/monitors')).json()) as { items: Monitor[] }
    for (const one of items) expect(one).toMatchObject({ policy: strict, mutedRegions: ['b'] })
    expect(items).toHaveLength(2)
  })

  const refused: [string, object, string][] = [
    ['a region that is none of its own', { mutedRegions: ['c'] }, 'mutedRegions'],
    ['no region that has a vote', { mutedRegions: ['a', 'b'] }, 'mutedRegions'],
    ['more regions than it has', { policy: { quorum: { kind: 'count', count: 3 } } }, 'policy.quorum.count'],
    [
      'more regions than have a vote',
      { policy: { quorum: { kind: 'count', count: 2 } }, mutedRegions: ['a'] },
      'policy.quorum.count',
    ],
    ['no failure at all', { policy: { failures: 0 } }, 'policy.failures'],
    ['a hundred recoveries', { policy: { recoveries: 100 } }, 'policy.recoveries'],
    ['a quorum that is none', { policy: { quorum: { kind: 'most' } } }, 'policy.quorum.kind'],
    ['what nobody has heard of', { policy: { patience: 3 } }, 'policy.patience'],
  ]
  test.each(refused)(
    'is refused where it asks for %s, of a new monitor and of one that is there',
    async (_what, asked, field) => {
      const { ask, create, change } = await newPerson()
      for (const answer of [
        await ask('/monitors', { spec, regions: ['a', 'b'], ...asked }),
        await change(await create(), asked),
      ]) {
        expect(answer.status).toBe(400)
        expect(await problemOf(answer)).toMatchObject({ code: 'invalid_body', errors: [{ field }] })
      }
    },
  )
})
