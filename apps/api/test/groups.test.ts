import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Group, GroupOutagePage } from '@repo/contracts/groups'
import { endGroupOutages, openGroupOutages } from '@repo/db/queries/group-outages'
import { saveStates } from '@repo/db/queries/verdicts'
import { addGroup } from '@repo/db/testing/maintenance'
import { addMonitor } from '@repo/db/testing/populate'
import type { WorkspaceId } from '@repo/domain/ids'
import { groupLimits } from '@repo/domain/monitor-group'
import { noonMs } from '@repo/domain/testing'
import type { VerdictStatus } from '@repo/domain/verdict'
import { type ApiInstance, type Asked, openApi, problemOf, refusalOf } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
}, 30_000)
afterAll(() => api[Symbol.asyncDispose]())

const path = '/api/v1/groups'

async function json<Body>(asked: string, asking: Asked): Promise<Body> {
  const answer = await api.ask(asked, asking)
  if (answer.status >= 300) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Body
}

async function add(workspaceId: WorkspaceId, name: string, status: VerdictStatus) {
  const monitor = await addMonitor(api.deps.sql, workspaceId, { name })
  const verdict = { status, sinceMs: noonMs, cause: null, failing: 0, reporting: 1 }
  await saveStates(api.deps.sql, [{ monitorKey: monitor.monitorKey, verdict, sinceMs: noonMs, recoveries: [] }])
  return { monitorId: monitor.id }
}

describe('a group', () => {
  test('is made, read, changed and deleted, each with its version', async () => {
    const { token, workspaceId } = await api.addPerson()
    const [one, two] = [await add(workspaceId, 'One', 'up'), await add(workspaceId, 'Two', 'down')]
    const body = { name: 'Shop', rule: { kind: 'weight', threshold: 3 }, members: [{ ...two, weight: 2 }, one] }
    const answer = await api.ask(path, { token, body })
    expect([answer.status, answer.headers.get('etag')]).toEqual([201, '"1"'])
    const made = (await answer.json()) as Group
    expect(answer.headers.get('location')).toBe(`${path}/${made.id}`)
    expect(made).toMatchObject({
      ...{ name: 'Shop', rule: body.rule, status: 'down', version: 1 },
      members: [
        { ...one, name: 'One', weight: 1, status: 'up' },
        { ...two, name: 'Two', weight: 2, status: 'down' },
      ],
    })
    const change = { method: 'PATCH', token, headers: { 'if-match': '"1"' }, body: { rule: { kind: 'any' } } }
    expect(await json<Group>(`${path}/${made.id}`, change)).toMatchObject({ status: 'degraded', version: 2 })
    expect(await refusalOf(await api.ask(`${path}/${made.id}`, change))).toBe('412 changed_meanwhile')
    const members = { method: 'PATCH', token, body: { members: [one] } }
    expect(await json<Group>(`${path}/${made.id}`, members)).toMatchObject({ status: 'up', members: [one] })
    expect((await api.ask(`${path}/${made.id}`, { token, method: 'DELETE' })).status).toBe(204)
    expect(await refusalOf(await api.ask(`${path}/${made.id}`, { token }))).toBe('404 not_found')
  })

  test('says what its members say now, without those that are gone', async () => {
    const { token, workspaceId } = await api.addPerson()
    const members = [
      await add(workspaceId, 'A', 'up'),
      await add(workspaceId, 'B', 'up'),
      await add(workspaceId, 'C', 'down'),
    ]
    const { id } = await json<Group>(path, { token, body: { name: 'G', rule: { kind: 'atLeast', count: 2 }, members } })
    const status = async () => (await json<Group>(`${path}/${id}`, { token })).status
    expect(await status()).toBe('degraded')
    await api.ask(`/api/v1/monitors/${members[1]?.monitorId}/pause`, { token, method: 'POST' })
    expect(await status()).toBe('down')
    await api.ask(`/api/v1/monitors/${members[2]?.monitorId}`, { token, method: 'DELETE' })
    expect(await status()).toBe('up')
  })

  test('says since when it does not work, and when it did not, newest first', async () => {
    const { token, workspaceId } = await api.addPerson()
    const { id } = await addGroup(api.deps.sql, { workspaceId })
    const other = await addGroup(api.deps.sql, { workspaceId })
    const begin = async (minute: number, groupId = id) => {
      const outage = { id: Bun.randomUUIDv7(), groupId, beganAtMs: noonMs + minute * 60_000 }
      await openGroupOutages(api.deps.sql, [{ ...outage, failing: ['A', 'B "b", c'], toldAtMs: null }])
      return outage
    }
    const end = (outage: { id: string; beganAtMs: number }) =>
      endGroupOutages(api.deps.sql, [{ id: outage.id, endedAtMs: outage.beganAtMs + 30_000 }])
    await begin(0, other.id)
    for (const minute of [1, 2, 3]) await end(await begin(minute))
    const last = await begin(4)
    const beganAt = new Date(last.beganAtMs).toISOString()
    expect(await json<Group>(`${path}/${id}`, { token })).toMatchObject({ outage: { id: last.id, beganAt } })
    const first = await json<GroupOutagePage>(`${path}/${id}/outages?limit=3`, { token })
    expect(first.items[0]).toEqual({ id: last.id, beganAt, endedAt: null, failing: ['A', 'B "b", c'] })
    const rest = await json<GroupOutagePage>(`${path}/${id}/outages?limit=3&cursor=${first.nextCursor}`, { token })
    const minutes = [...first.items, ...rest.items].map((one) => new Date(one.beganAt).getUTCMinutes())
    expect([minutes, rest.nextCursor]).toEqual([[4, 3, 2, 1], null])
    expect(rest.items[0]?.endedAt).toBe(new Date(noonMs + 90_000).toISOString())
    await end(last)
    expect(await json<Group>(`${path}/${id}`, { token })).toMatchObject({ outage: null })
  })

  test('cannot have monitors of another workspace, nor one twice', async () => {
    const [mine, theirs] = [await api.addPerson(), await api.addPerson()]
    const foreign = await add(theirs.workspaceId, 'Theirs', 'up')
    const ask = (members: object[]) =>
      api.ask(path, { token: mine.token, body: { name: 'G', rule: { kind: 'all' }, members } })
    expect((await problemOf(await ask([foreign]))).errors).toEqual([
      { field: 'members.0', message: 'there is no such monitor' },
    ])
    const own = await add(mine.workspaceId, 'Mine', 'up')
    expect((await problemOf(await ask([own, own]))).errors).toEqual([
      { field: 'members', message: 'a monitor is named twice' },
    ])
  })

  test('is in the audit log with what changed', async () => {
    const { token } = await api.addPerson()
    const body = { name: 'G', rule: { kind: 'all' }, members: [] }
    const { id } = await json<Group>(path, { token, body })
    await json(`${path}/${id}`, { method: 'PATCH', token, body: { name: 'H' } })
    await api.ask(`${path}/${id}`, { token, method: 'DELETE' })
    const { items } = await json<{ items: object[] }>(`/api/v1/audit?subjectId=${id}`, { token })
    expect(items).toMatchObject([
      { action: 'group.deleted', before: { name: 'H' }, after: null },
      { action: 'group.changed', before: { name: 'G' }, after: { name: 'H' } },
      { action: 'group.created', before: null, after: body },
    ])
  })

  test('is listed page by page, and is one of so many that a workspace may have', async () => {
    const { token, workspaceId } = await api.addPerson()
    const made: string[] = []
    for (let count = 0; count < groupLimits.groups; count += 1)
      made.push((await addGroup(api.deps.sql, { workspaceId })).id)
    const body = { name: 'G', rule: { kind: 'all' }, members: [] }
    expect(await refusalOf(await api.ask(path, { token, body }))).toBe('403 limit_reached')
    const seen: string[] = []
    for (let query = '?limit=200'; query !== ''; ) {
      const page = await json<{ items: Group[]; nextCursor: string | null }>(`${path}${query}`, { token })
      seen.push(...page.items.map(({ id }) => id))
      query = page.nextCursor === null ? '' : `?limit=200&cursor=${page.nextCursor}`
    }
    expect(seen).toEqual(made)
  })
})
