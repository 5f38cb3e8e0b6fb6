import { expect, test } from 'bun:test'
import { openApi, refusalOf } from './instance.ts'

test('the operator sees every workspace by what it has, and sets what it may have', async () => {
  await using api = await openApi()
  const operator = await api.addPerson()
  const other = await api.addPerson()
  const list = async (query = '') =>
    (await api.ask(`/api/v1/instance/workspaces${query}`, { token: operator.token })).json() as Promise<{
      items: { id: string; monitors: number; members: number }[]
      nextCursor: string | null
    }>
  const spec = { kind: 'http', url: 'https://example.com/' }
  const create = () => api.ask('/api/v1/monitors', { token: other.token, body: { spec } })
  expect((await create()).status).toBe(201)

  const first = await list('?limit=1')
  const second = await list(`?limit=1&cursor=${first.nextCursor}`)
  const seen = new Map([...first.items, ...second.items].map(({ id, ...workspace }) => [id, workspace]))
  expect(seen.get(operator.workspaceId)).toMatchObject({ monitors: 0, members: 1 })
  expect(seen.get(other.workspaceId)).toMatchObject({ monitors: 1, members: 1 })
  expect(second.nextCursor).toBeNull()

  const limits = { monitors: 1, members: null, checksPerMinute: null, intervalFloorSeconds: 30 }
  const path = `/api/v1/instance/workspaces/${other.workspaceId}/limits`
  const set = (token: string) => api.ask(path, { token, method: 'PUT', body: limits })
  expect(await refusalOf(await set(other.token))).toBe('403 insufficient_role')
  expect(await (await set(operator.token)).json()).toEqual(limits)
  expect(await (await api.ask('/api/v1/workspace', { token: other.token })).json()).toMatchObject({
    limits: { monitors: { used: 1, limit: 1 }, intervalFloorSeconds: 30, members: { limit: 100 } },
  })
})
