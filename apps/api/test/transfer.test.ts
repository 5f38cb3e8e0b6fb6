import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { MonitorPage } from '@repo/contracts/monitors'
import { type Exported, exportSchema } from '@repo/contracts/transfer'
import { listAudit } from '@repo/db/queries/audit'
import { setWorkspaceLimits } from '@repo/db/queries/workspaces'
import { missingSecret } from '@repo/secrets/sealed-text'
import { type ApiInstance, openApi, problemOf, refusalOf } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api[Symbol.asyncDispose]())

const secret = 'canary-of-an-export'
const guarded = {
  kind: 'http',
  url: 'https://shop.example/',
  auth: { kind: 'basic', username: 'till', password: secret },
}
const plain = { kind: 'tcp', host: 'db.example.com', port: 5432 }

async function newPerson() {
  const person = await api.addPerson()
  const ask = (path: string, body?: unknown) =>
    api.ask(`/api/v1${path}`, { token: person.token, ...(body !== undefined && { body }) })
  const list = async () => ((await (await ask('/monitors?sort=name')).json()) as MonitorPage).items
  const load = async (body: object, query = '') => {
    const answer = await ask(`/workspace/import${query}`, body)
    expect(answer.status).toBe(200)
    return (await answer.json()) as {
      created: number
      skipped: number
      incomplete: { name: string; fields: string[] }[]
    }
  }
  return { ...person, ask, list, load }
}

async function exported(): Promise<Exported> {
  const { ask } = await newPerson()
  await ask('/monitors', { name: 'Guarded', spec: guarded, tags: ['shop'], intervalSeconds: 300 })
  const plainOne = (await (await ask('/monitors', { name: 'Plain', spec: plain, regions: ['b'] })).json()) as {
    id: string
  }
  await ask(`/monitors/${plainOne.id}/pause`, {})
  await ask('/keys', { name: 'CI', scopes: ['read'] })
  return exportSchema.parse(await (await ask('/workspace/export')).json())
}

describe('the export of a workspace', () => {
  test('has its monitors, tags, people and keys, and nothing that opens anything', async () => {
    const document = await exported()
    expect(document).toMatchObject({
      format: 1,
      tags: ['shop'],
      members: [{ role: 'owner' }],
      keys: [{ name: 'CI', scopes: ['read'] }],
    })
    expect(document.monitors).toMatchObject([
      {
        name: 'Guarded',
        spec: { auth: { username: { set: true }, password: { set: true } } },
        paused: false,
        tags: ['shop'],
      },
      { name: 'Plain', spec: plain, paused: true, regions: ['b'] },
    ])
    expect(JSON.stringify(document)).not.toMatch(/canary|sealed\.v1|"hash"|email/)
  })
})

describe('an import', () => {
  test('makes what was exported; what lacks its secrets rests, and is named', async () => {
    const document = await exported()
    const { list, load, workspaceId } = await newPerson()
    const { created, incomplete } = await load(document)
    expect([created, incomplete]).toMatchObject([
      2,
      [{ name: 'Guarded', fields: ['spec.auth.username', 'spec.auth.password'] }],
    ])
    expect(await list()).toMatchObject([
      { name: 'Guarded', status: 'paused', intervalSeconds: 300, tags: ['shop'] },
      { name: 'Plain', status: 'paused', spec: plain },
    ])
    const { items } = await listAudit(api.deps.sql, workspaceId, { limit: 10 })
    expect(items.map(({ action }) => action)).toEqual(['monitor.bulk_imported'])
  })

  test('never takes a mark for a secret: what lacks one is not resumed before it is set, nor by mistake', async () => {
    const document = await exported()
    const { ask, list, load, workspaceId, token } = await newPerson()
    await load(document)
    const [guarded] = await list()
    const path = `/monitors/${guarded?.id}`
    const missing = ['spec.auth.username', 'spec.auth.password']
    const expectRefused = async (answer: Response, status: number, fields = missing) => {
      const problem = await problemOf(answer)
      expect([problem.status, problem.errors?.map(({ field }) => field)]).toEqual([status, fields])
    }
    const change = (auth: object) =>
      api.ask(`/api/v1${path}`, { method: 'PATCH', token, body: { spec: { ...guarded?.spec, auth } } })

    const { rows } = await api.deps.sql.execute<{ spec: { auth: object } }>(
      `select spec from monitor where workspace_id = '${workspaceId}' and name = 'Guarded'`,
    )
    expect(rows[0]?.spec.auth).toEqual({ kind: 'basic', username: missingSecret, password: missingSecret })
    await expectRefused(await ask(`${path}/resume`, {}), 409)
    await expectRefused(await ask('/monitors/bulk', { action: 'resume', filter: { status: 'paused' } }), 409)
    const mark = { set: true }
    await expectRefused(await change({ kind: 'basic', username: 'till', password: mark }), 400, missing.slice(1))
    expect((await change({ kind: 'basic', username: 'till', password: 'new' })).status).toBe(200)
    expect((await ask(`${path}/resume`, {})).status).toBe(200)
    expect(await list()).toMatchObject([{ name: 'Guarded', status: 'unknown' }, { name: 'Plain' }])
  })

  test('may be made of an export that lacks secrets itself, and names them again', async () => {
    const document = await exported()
    const { ask, load } = await newPerson()
    await load(document)
    const again = exportSchema.parse(await (await ask('/workspace/export')).json())
    const { incomplete } = await (await newPerson()).load(again)
    expect(incomplete).toMatchObject([{ name: 'Guarded', fields: ['spec.auth.username', 'spec.auth.password'] }])
  })

  test('changes nothing in a dry run, and finds what would be refused', async () => {
    const document = await exported()
    const { ask, list, load } = await newPerson()
    expect(await load(document, '?dryRun=true')).toMatchObject({ dryRun: true, created: 2 })
    expect(await list()).toEqual([])
    const bad = { format: 1, monitors: [{ spec: plain }, { spec: { ...plain, host: '127.0.0.1' } }] }
    const problem = await problemOf(await ask('/workspace/import?dryRun=true', bad))
    expect(problem.errors?.map(({ field }) => field)).toEqual(['monitors.1.spec.host'])
  })

  test('passes over what is there already, where that is asked for', async () => {
    const document = { ...(await exported()), skipExisting: true }
    const { list, load } = await newPerson()
    expect(await load(document)).toMatchObject({ created: 2, skipped: 0 })
    expect(await load(document)).toMatchObject({ created: 0, skipped: 2 })
    expect(await load({ ...document, skipExisting: false })).toMatchObject({ created: 2 })
    expect(await list()).toHaveLength(4)
  })

  test('holds the limits of the workspace, and makes nothing beyond', async () => {
    const document = await exported()
    const { ask, list, workspaceId } = await newPerson()
    await setWorkspaceLimits(api.deps.sql, workspaceId, {
      monitorLimit: 1,
      memberLimit: null,
      intervalFloorSeconds: null,
      checksPerMinute: null,
    })
    expect(await refusalOf(await ask('/workspace/import', document))).toBe('403 limit_reached')
    expect(await list()).toEqual([])
  })

  const refused: [string, object, string][] = [
    ['of another format', { format: 2, monitors: [] }, 'format'],
    [
      'of what no form takes',
      { format: 1, monitors: [{ spec: plain, intervalSeconds: 0 }] },
      'monitors.0.intervalSeconds',
    ],
    ['of a region that is not there', { format: 1, monitors: [{ spec: plain, regions: ['moon'] }] }, 'regions'],
    [
      'with a mark where no secret can be',
      {
        format: 1,
        monitors: [
          { spec: { kind: 'http', url: 'https://a.example/', headers: [{ name: 'accept', value: { set: true } }] } },
        ],
      },
      'monitors.0.spec.headers.0.value',
    ],
  ]
  test.each(refused)('%s is refused', async (_what, document, field) => {
    const { ask } = await newPerson()
    const problem = await problemOf(await ask('/workspace/import', document))
    expect([problem.code, problem.errors?.[0]?.field]).toEqual(['invalid_body', field])
  })
})

describe('what refers to monitors', () => {
  const noon = { kind: 'once', startsAt: '2026-06-01T12:00:00Z', endsAt: '2026-06-01T13:00:00Z' }

  async function planned() {
    const person = await newPerson()
    const make = async (path: string, body: object) => (await (await person.ask(path, body)).json()) as { id: string }
    const [shop, gateway] = [
      await make('/monitors', { name: 'Shop', spec: plain }),
      await make('/monitors', { name: 'Gateway', spec: guarded }),
    ]
    const monitorIds = [gateway.id]
    await make('/maintenance', { name: 'Move', schedule: noon, appliesTo: { kind: 'monitors', monitorIds } })
    const announcement = { title: 'Soon', body: '' }
    await make('/maintenance', { name: 'All', schedule: noon, appliesTo: { kind: 'all' }, announcement })
    const members = [{ monitorId: shop.id, weight: 3 }, { monitorId: gateway.id }]
    await make('/groups', { name: 'Till', rule: { kind: 'weight', threshold: 3 }, members })
    const body = { parentIds: [gateway.id] }
    await api.ask(`/api/v1/monitors/${shop.id}/dependencies`, { token: person.token, method: 'PUT', body })
    return { person, document: exportSchema.parse(await (await person.ask('/workspace/export')).json()) }
  }

  const plansOf = ({ maintenance, groups, dependencies }: Exported) => ({ maintenance, groups, dependencies })

  test('is in the document by the places of those, and comes back as it was', async () => {
    const { document } = await planned()
    expect(plansOf(document)).toEqual({
      maintenance: [
        { name: 'Move', schedule: noon, appliesTo: { kind: 'monitors', monitors: [1] } },
        { name: 'All', schedule: noon, appliesTo: { kind: 'all' }, announcement: { title: 'Soon', body: '' } },
      ],
      groups: [
        {
          ...{ name: 'Till', rule: { kind: 'weight', threshold: 3 } },
          members: [
            { monitor: 1, weight: 1 },
            { monitor: 0, weight: 3 },
          ],
        },
      ],
      dependencies: [{ monitor: 0, parents: [1] }],
    } as never)
    const other = await newPerson()
    expect(await other.load(document, '?dryRun=true')).toMatchObject({ created: 2, maintenance: 2, groups: 1 })
    expect((await (await other.ask('/maintenance')).json()) as object).toMatchObject({ items: [] })
    expect(await other.load(document)).toMatchObject({ created: 2, maintenance: 2, groups: 1 })
    const again = exportSchema.parse(await (await other.ask('/workspace/export')).json())
    expect(plansOf(again)).toEqual(plansOf(document))
  })

  test('is of the monitors that are there already, where those of the document are passed over', async () => {
    const { person, document } = await planned()
    const load = { ...document, skipExisting: true }
    expect(await person.load(load)).toMatchObject({ created: 0, skipped: 2, maintenance: 0, groups: 0 })
    const renamed = { ...load, maintenance: document.maintenance.map((one) => ({ ...one, name: `${one.name} again` })) }
    expect(await person.load(renamed)).toMatchObject({ created: 0, maintenance: 2, groups: 0 })
    const after = exportSchema.parse(await (await person.ask('/workspace/export')).json())
    expect(after.maintenance.map(({ name, appliesTo }) => [name, appliesTo])).toEqual(
      [...document.maintenance, ...renamed.maintenance].map(({ name, appliesTo }) => [name, appliesTo]),
    )
  })

  test('comes back whole where a thousand and more hang on others', async () => {
    const { document } = await planned()
    const [first] = document.monitors
    const monitors = Array.from({ length: 1_500 }, (_, place) => ({ ...first, name: `Shop ${place}` }))
    const dependencies = monitors
      .slice(1)
      .map((_, place) => ({ monitor: place + 1, parents: [0, Math.floor(place / 2)] }))
    const large = { ...document, maintenance: [], groups: [], monitors, dependencies }
    const other = await newPerson()
    await setWorkspaceLimits(api.deps.sql, other.workspaceId, {
      ...{ monitorLimit: 2_000, checksPerMinute: 10_000 },
      ...{ memberLimit: null, intervalFloorSeconds: null },
    })
    expect(await other.load(large)).toMatchObject({ created: 1_500 })
    const again = exportSchema.parse(await (await other.ask('/workspace/export')).json())
    const namesOf = ({ monitors, dependencies }: Pick<Exported, 'monitors' | 'dependencies'>) =>
      new Map(
        dependencies.map(({ monitor, parents }) => [
          monitors[monitor]?.name,
          [...new Set(parents.map((place) => monitors[place]?.name))].sort(),
        ]),
      )
    expect(namesOf(again)).toEqual(namesOf(large as never))
  })

  test('cannot be of monitors that are not in it, nor go round', async () => {
    const { document } = await planned()
    const { ask, list } = await newPerson()
    const nobody = { ...document, dependencies: [{ monitor: 0, parents: [2] }] }
    const problem = await problemOf(await ask('/workspace/import', nobody))
    expect(problem.errors).toEqual([{ field: 'dependencies.0', message: 'there is no monitor 2 in the document' }])
    const round = { ...document, dependencies: [...document.dependencies, { monitor: 1, parents: [0] }] }
    expect(await refusalOf(await ask('/workspace/import', round))).toBe('409 dependency_cycle')
    expect(await list()).toEqual([])
  })

  test('cannot go round over what is there already, and says where', async () => {
    const { person, document } = await planned()
    // Of the document are Shop, which hangs on Gateway, and Gateway; between them there comes to be a third.
    const third = (await (await person.ask('/monitors', { name: 'Third', spec: plain })).json()) as { id: string }
    const idOf = async (name: string) => (await person.list()).find((one) => one.name === name)?.id
    const set = async (id: string | undefined, parentIds: (string | undefined)[]) =>
      api.ask(`/api/v1/monitors/${id}/dependencies`, { token: person.token, method: 'PUT', body: { parentIds } })
    await set(third.id, [await idOf('Gateway')])
    await set(await idOf('Shop'), [third.id])
    const load = { ...document, skipExisting: true, dependencies: [{ monitor: 1, parents: [0] }] }
    const problem = await problemOf(await person.ask('/workspace/import', load))
    expect(problem.detail).toMatch(/^over its parents, monitor [01] of the document hangs on itself$/)
  })
})
