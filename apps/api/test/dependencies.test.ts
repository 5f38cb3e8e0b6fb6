import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Dependencies } from '@repo/contracts/dependencies'
import { inWorkspace } from '@repo/db/in-workspace'
import { setParents } from '@repo/db/queries/dependencies'
import { addMonitor } from '@repo/db/testing/populate'
import { dependencyLimits } from '@repo/domain/dependency'
import type { MonitorId, WorkspaceId } from '@repo/domain/ids'
import { type ApiInstance, openApi, problemOf, refusalOf } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
}, 30_000)
afterAll(() => api[Symbol.asyncDispose]())

const pathOf = (id: string) => `/api/v1/monitors/${id}/dependencies`
const add = (workspaceId: WorkspaceId, name: string) => addMonitor(api.deps.sql, workspaceId, { name })
const set = (token: string, id: string, parentIds: readonly string[]) =>
  api.ask(pathOf(id), { token, method: 'PUT', body: { parentIds } })
const read = async (token: string, id: string) => (await (await api.ask(pathOf(id), { token })).json()) as Dependencies
const names = (all: Dependencies['parents']) => all.map(({ name }) => name)

describe('what a monitor hangs on', () => {
  test('is set as a whole, and seen from both ends', async () => {
    const { token, workspaceId } = await api.addPerson()
    const [shop, gateway, database] = [
      await add(workspaceId, 'Shop'),
      await add(workspaceId, 'Gateway'),
      await add(workspaceId, 'Database'),
    ]
    expect((await set(token, shop.id, [gateway.id, database.id])).status).toBe(200)
    expect(names((await read(token, shop.id)).parents)).toEqual(['Database', 'Gateway'])
    expect((await read(token, gateway.id)).children).toEqual([{ id: shop.id, name: 'Shop', status: 'unknown' }])
    await set(token, shop.id, [gateway.id])
    expect(names((await read(token, shop.id)).parents)).toEqual(['Gateway'])
    await api.ask(`/api/v1/monitors/${gateway.id}`, { token, method: 'DELETE' })
    expect(await read(token, shop.id)).toEqual({ parents: [], children: [] })
  })

  test('cannot be itself, at once or over others, and the way is told', async () => {
    const { token, workspaceId } = await api.addPerson()
    const [a, b, c] = [await add(workspaceId, 'A'), await add(workspaceId, 'B'), await add(workspaceId, 'C')]
    expect(await refusalOf(await set(token, a.id, [a.id]))).toBe('409 dependency_cycle')
    await set(token, a.id, [b.id])
    await set(token, b.id, [c.id])
    const problem = await problemOf(await set(token, c.id, [a.id]))
    expect([problem.status, problem.code, problem.detail]).toEqual([
      409,
      'dependency_cycle',
      '"C" hangs on "A" hangs on "B" hangs on "C"',
    ])
    expect((await read(token, c.id)).parents).toEqual([])
  })

  test('cannot be of another workspace, or too much', async () => {
    const [mine, theirs] = [await api.addPerson(), await api.addPerson()]
    const { id } = await add(mine.workspaceId, 'Mine')
    const foreign = await add(theirs.workspaceId, 'Theirs')
    const problem = await problemOf(await set(mine.token, id, [foreign.id]))
    expect(problem.errors).toEqual([{ field: 'parentIds.0', message: 'there is no such monitor' }])
    const many = Array.from({ length: dependencyLimits.parents + 1 }, () => crypto.randomUUID())
    expect(await refusalOf(await set(mine.token, id, many))).toBe('400 invalid_body')
  })

  test('is in the audit log', async () => {
    const { token, workspaceId } = await api.addPerson()
    const [child, parent] = [await add(workspaceId, 'Child'), await add(workspaceId, 'Parent')]
    await set(token, child.id, [parent.id])
    const { items } = (await (await api.ask(`/api/v1/audit?subjectId=${child.id}`, { token })).json()) as {
      items: object[]
    }
    expect(items).toMatchObject([
      { action: 'monitor.dependencies_changed', before: { parentIds: [] }, after: { parentIds: [parent.id] } },
    ])
  })

  test('never goes round, however many set it at once', async () => {
    const { workspaceId } = await api.addPerson()
    for (let round = 0; round < 10; round += 1) {
      const ids: MonitorId[] = []
      for (let place = 0; place < 4; place += 1) ids.push((await add(workspaceId, `m${place}`)).id)
      // Each alone is no circle; all of them are one.
      const results = await Promise.all(
        ids.map((id, place) =>
          inWorkspace(api.deps.sql, workspaceId, (sql) =>
            setParents(sql, { workspaceId, id }, [ids[(place + 1) % 4] as MonitorId]),
          ),
        ),
      )
      expect(results.filter(({ kind }) => kind === 'circle')).toHaveLength(1)
    }
  })
})
