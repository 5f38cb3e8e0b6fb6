import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type View, type ViewList, viewLimits } from '@repo/contracts/views'
import { removeMember } from '@repo/db/queries/members'
import { addMember } from '@repo/db/testing/people'
import { type ApiInstance, openApi, refusalOf, signIn } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api[Symbol.asyncDispose]())

function asking(token: string) {
  const ask = (path = '', method = 'GET', body?: unknown) => api.ask(`/api/v1/views${path}`, { token, method, body })
  const create = (name: string, search = 'status=down') => ask('', 'POST', { name, search })
  const names = async () => ((await (await ask()).json()) as ViewList).items.map(({ name }) => name)
  return { ask, create, names }
}

describe('a saved view', () => {
  test('is kept with its name and its filter, renamed and forgotten', async () => {
    const { ask, create, names } = asking((await api.addPerson()).token)
    const answer = await create(' Down in prod ', 'status=down&tag=prod')
    expect(answer.status).toBe(201)
    const view = (await answer.json()) as View
    expect(view).toEqual({ id: expect.any(String), name: 'Down in prod', search: 'status=down&tag=prod' })
    expect(await (await ask(`/${view.id}`, 'PATCH', { name: 'Night' })).json()).toEqual({ ...view, name: 'Night' })
    expect(await names()).toEqual(['Night'])
    expect((await ask(`/${view.id}`, 'DELETE')).status).toBe(204)
    expect(await names()).toEqual([])
  })

  test('has a name of its own, whatever its case', async () => {
    const { ask, create, names } = asking((await api.addPerson()).token)
    await create('Straße')
    const other = (await (await create('b')).json()) as View
    expect(await refusalOf(await create('STRAßE'))).toBe('409 name_taken')
    expect(await refusalOf(await ask(`/${other.id}`, 'PATCH', { name: 'straße' }))).toBe('409 name_taken')
    expect((await ask(`/${other.id}`, 'PATCH', { name: 'B' })).status).toBe(200)
    expect(await names()).toEqual(['B', 'Straße'])
  })

  test('is one of thirty at most', async () => {
    const { create, names } = asking((await api.addPerson()).token)
    for (let index = 0; index < viewLimits.count; index += 1) expect((await create(`view ${index}`)).status).toBe(201)
    expect(await refusalOf(await create('one more'))).toBe('403 limit_reached')
    expect(await names()).toHaveLength(viewLimits.count)
  })

  test.each([
    ['an empty name', { name: ' ', search: '' }],
    ['a long name', { name: 'x'.repeat(61), search: '' }],
    ['a NUL in its name', { name: 'a\0', search: '' }],
    ['a filter that is no query', { name: 'a', search: 'two words' }],
    ['a filter that is too long', { name: 'a', search: 'x'.repeat(1_001) }],
    ['no filter', { name: 'a' }],
    ['what it does not know', { name: 'a', search: '', userId: 'other' }],
  ])('with %s is refused', async (_what, body) => {
    const { ask } = asking((await api.addPerson()).token)
    expect(await refusalOf(await ask('', 'POST', body))).toBe('400 invalid_body')
  })

  test('is of one member of one workspace alone, and goes with the membership', async () => {
    const owner = await api.addPerson()
    const mine = asking(owner.token)
    const view = (await (await mine.create('Mine')).json()) as View
    const guestId = await addMember(api.deps.sql, owner.workspaceId, 'viewer')
    const guest = asking(await signIn(api.deps, guestId))
    expect(await guest.names()).toEqual([])
    expect(await refusalOf(await guest.ask(`/${view.id}`, 'PATCH', { name: 'Theirs' }))).toBe('404 not_found')
    expect(await refusalOf(await guest.ask(`/${view.id}`, 'DELETE'))).toBe('404 not_found')
    expect((await guest.create('mine')).status).toBe(201)
    expect(await mine.names()).toEqual(['Mine'])
    expect(await refusalOf(await mine.ask('/none', 'DELETE'))).toBe('404 not_found')
    const { token } = await api.addPerson()
    expect(await asking(token).names()).toEqual([])
    await removeMember(api.deps.sql, { workspaceId: owner.workspaceId, userId: guestId, nowMs: 0 })
    const { rows } = await api.deps.sql.execute<{ count: number }>(
      `select count(*)::integer as count from saved_view where user_id = '${guestId}'`,
    )
    expect(rows).toEqual([{ count: 0 }])
  })
})
