import { afterAll, beforeAll, expect, test } from 'bun:test'
import { alertDelaySchema } from '@repo/contracts/alert-delay'
import { type ApiInstance, openApi, refusalOf } from './instance.ts'

let api: ApiInstance
let token: string
beforeAll(async () => {
  api = await openApi()
  token = (await api.addPerson()).token
})
afterAll(() => api[Symbol.asyncDispose]())

const ask = (body: object) => api.ask('/api/v1/monitors/alert-delay', { token, body })
const delayOf = async (body: object) => alertDelaySchema.parse(await (await ask(body)).json())

test('how fast an alert comes follows from interval, time-out, regions and policy, each with its default', async () => {
  const all = (await delayOf({})).regions
  expect(all).toBeGreaterThan(0)
  expect(await delayOf({ regions: ['a', 'b'], intervalSeconds: 30, timeoutMs: 5_000 })).toEqual({
    ...{ regionsNeeded: 2, regions: 2, looksNeeded: 1 },
    ...{ noticedSeconds: 30, usualSeconds: 2, slowestSeconds: 12, waitSeconds: null },
  })
  expect(await delayOf({ regions: ['a', 'b'], policy: { quorum: { kind: 'any' }, failures: 3 } })).toMatchObject({
    ...{ regionsNeeded: 1, looksNeeded: 3, usualSeconds: 3 },
  })
})

test('what the alert policies wait before they tell is part of it, of those that choose such a monitor', async () => {
  const { token } = await api.addPerson()
  const delayOf = async (body: object) =>
    alertDelaySchema.parse(await (await api.ask('/api/v1/monitors/alert-delay', { token, body })).json())
  const addPolicy = async (rule: object, afterSeconds: number) => {
    const steps = [{ afterSeconds, targets: [{ kind: 'everyone' }] }]
    const body = { name: `after ${afterSeconds}`, rule: { steps, ...rule } }
    expect((await api.ask('/api/v1/alert-policies', { token, body })).status).toBe(201)
  }
  expect(await delayOf({ regions: ['a'] })).toMatchObject({ waitSeconds: null, usualSeconds: 2 })
  await addPolicy({ monitors: { kind: 'all' }, topics: ['down'] }, 300)
  await addPolicy({ monitors: { kind: 'all' }, topics: ['degraded'] }, 0)
  await addPolicy({ monitors: { kind: 'tags', tags: ['shop'] }, topics: ['down'] }, 60)
  expect(await delayOf({ regions: ['a'] })).toMatchObject({ waitSeconds: 300, usualSeconds: 302, slowestSeconds: 322 })
  expect(await delayOf({ regions: ['a'], tags: ['shop'] })).toMatchObject({ waitSeconds: 60, usualSeconds: 62 })
})

test('of a monitor that is there it is by the policies that choose it by its name, its tags or a group, and by its own', async () => {
  const { token } = await api.addPerson()
  const created = async (path: string, body: object) =>
    ((await (await api.ask(`/api/v1/${path}`, { token, body })).json()) as { id: string }).id
  const addPolicy = (monitors: object, afterSeconds: number) =>
    created('alert-policies', {
      name: `after ${afterSeconds}`,
      rule: { monitors, topics: ['down'], steps: [{ afterSeconds, targets: [{ kind: 'everyone' }] }] },
    })
  const spec = { kind: 'http', url: 'https://shop.example/' }
  const policy = { quorum: { kind: 'any' }, failures: 4 }
  const monitorId = await created('monitors', { spec, tags: ['shop'], policy, regions: ['a', 'b'] })
  const waited = async (more: object = {}) => {
    const answer = await api.ask('/api/v1/monitors/alert-delay', {
      token,
      body: { regions: ['a', 'b'], monitorId, ...more },
    })
    return alertDelaySchema.parse(await answer.json())
  }
  await addPolicy({ kind: 'all' }, 600)
  expect(await waited()).toMatchObject({ waitSeconds: 600, looksNeeded: 4, regionsNeeded: 1 })
  expect(await waited({ policy: { quorum: { kind: 'all' } } })).toMatchObject({ looksNeeded: 4, regionsNeeded: 2 })
  await addPolicy({ kind: 'tags', tags: ['shop'] }, 300)
  expect(await waited()).toMatchObject({ waitSeconds: 300 })
  expect(await waited({ tags: [] })).toMatchObject({ waitSeconds: 600 })
  const groupId = await created('groups', { name: 'shop', rule: { kind: 'all' }, members: [{ monitorId }] })
  await addPolicy({ kind: 'groups', groupIds: [groupId] }, 120)
  expect(await waited()).toMatchObject({ waitSeconds: 120 })
  await addPolicy({ kind: 'monitors', monitorIds: [monitorId] }, 60)
  expect(await waited()).toMatchObject({ waitSeconds: 60 })
  const stranger = await api.addPerson()
  const theirs = { token: stranger.token, body: { monitorId } }
  expect(await refusalOf(await api.ask('/api/v1/monitors/alert-delay', theirs))).toBe('404 not_found')
})

test('of a region that there is not, or an interval that cannot be, nothing is said', async () => {
  expect(await refusalOf(await ask({ regions: ['nowhere'] }))).toBe('400 invalid_body')
  expect(await refusalOf(await ask({ intervalSeconds: 0 }))).toBe('400 invalid_body')
})
