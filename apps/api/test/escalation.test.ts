import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Role } from '@repo/domain/role'
import { type ApiInstance, type Asked, openApi, refusalOf } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api[Symbol.asyncDispose]())

const v1 = (path: string, asked: Asked = {}) => api.ask(`/api/v1${path}`, asked)

async function json<Body>(answer: Promise<Response>): Promise<Body> {
  const answered = await answer
  if (answered.status >= 300) throw new Error(`${answered.status} ${await answered.text()}`)
  return answered.json() as Promise<Body>
}

type Somebody = Awaited<ReturnType<ApiInstance['addPerson']>>

const invite = (by: { token: string }, role: Role) =>
  json<{ id: string; token: string }>(v1('/invitations', { token: by.token, body: { role } }))
const accept = ({ token: own }: { token: string }, token: string) =>
  v1('/invitations/accept', { token: own, body: { token } })
const choose = ({ token }: { token: string }, workspaceId: string) =>
  v1('/session/workspace', { token, method: 'PUT', body: { workspaceId } })
const setRole = (by: { token: string }, { id }: Somebody, role: Role) =>
  v1(`/members/${id}`, { token: by.token, method: 'PATCH', body: { role } })
const remove = (by: { token: string }, { id }: Somebody) => v1(`/members/${id}`, { token: by.token, method: 'DELETE' })

async function addMember(owner: Somebody, role: Role): Promise<Somebody> {
  const person = await api.addPerson()
  expect((await accept(person, (await invite(owner, role)).token)).status).toBe(200)
  expect((await choose(person, owner.workspaceId)).status).toBe(204)
  return person
}

const makeKey = (token: string, body: object) =>
  json<{ key: string; expiresAt: string | null }>(v1('/keys', { token, body: { name: 'key', ...body } }))

describe('an invitation', () => {
  test('opens nothing any more once whoever made it was sent away', async () => {
    const owner = await api.addPerson()
    const admin = await addMember(owner, 'admin')
    const { token } = await invite(admin, 'admin')
    expect((await remove(owner, admin)).status).toBe(204)
    expect(await refusalOf(await v1('/invitations/look', { body: { token } }))).toBe('410 gone')
    expect(await refusalOf(await accept(admin, token))).toBe('410 gone')
    const { items } = await json<{ items: unknown[] }>(v1('/invitations', { token: owner.token }))
    expect(items).toEqual([])
  })

  test('gives no more than whoever made it may give now', async () => {
    const owner = await api.addPerson()
    const admin = await addMember(owner, 'admin')
    const [asAdmin, asViewer] = [await invite(admin, 'admin'), await invite(admin, 'viewer')]
    expect((await setRole(owner, admin, 'member')).status).toBe(200)
    expect(await refusalOf(await accept(await api.addPerson(), asAdmin.token))).toBe('410 gone')
    expect(await refusalOf(await accept(await api.addPerson(), asViewer.token))).toBe('410 gone')
  })

  test('is one of two hundred open ones at most, also where many are made at once', async () => {
    const { token } = await api.addPerson()
    const make = () => v1('/invitations', { token, body: { role: 'viewer' } })
    const statuses = await Promise.all(Array.from({ length: 210 }, () => make().then(({ status }) => status)))
    expect(statuses.filter((status) => status === 201)).toHaveLength(200)
    expect(await refusalOf(await make())).toBe('403 limit_reached')
  }, 30_000)

  test('that is mailed is counted, for each mail goes to whom its maker names', async () => {
    const sent: string[] = []
    await using own = await openApi({ mailer: { send: async ({ to }: { to: string }) => void sent.push(to) } as never })
    const { token } = await own.addPerson()
    const mail = (email: string) => own.ask('/api/v1/invitations', { token, body: { role: 'viewer', email } })
    for (let times = 0; times < 3; times += 1) expect((await mail('one@example.com')).status).toBe(201)
    expect(await refusalOf(await mail('ONE@example.com'))).toBe('429 too_many_requests')
    for (let place = 0; place < 60; place += 1) await mail(`${place}@example.com`)
    expect(sent.length).toBeWithin(40, 60)
  })
})

describe('an API key', () => {
  test('makes none that outlives it', async () => {
    const { token } = await api.addPerson()
    const { key } = await makeKey(token, { scopes: ['keys:write'], expiresInDays: 2 })
    for (const more of [{}, { expiresInDays: 3 }])
      expect(
        await refusalOf(await v1('/keys', { token: key, body: { name: 'more', scopes: ['keys:write'], ...more } })),
      ).toBe('403 insufficient_scope')
    await makeKey(key, { scopes: ['keys:write'], expiresInDays: 2 })
  })

  test('that may look after members gives nobody a role that may more than it', async () => {
    const owner = await api.addPerson()
    const viewer = await addMember(owner, 'viewer')
    const { key } = await makeKey(owner.token, { scopes: ['members:write'] })
    for (const role of ['member', 'admin', 'owner'] as const) {
      expect(await refusalOf(await v1('/invitations', { token: key, body: { role } }))).toBe('403 insufficient_scope')
      expect(await refusalOf(await setRole({ token: key }, viewer, role))).toBe('403 insufficient_scope')
    }
    await invite({ token: key }, 'viewer')
    const all = await makeKey(owner.token, { scopes: ['write'] })
    expect((await setRole({ token: all.key }, viewer, 'member')).status).toBe(200)
  })

  test('sees what happens to monitors by the scope for that alone', async () => {
    await using server = await api.listen()
    const { token } = await api.addPerson()
    const open = async (scopes: string[]) => {
      const { key } = await makeKey(token, { scopes })
      const headers = { authorization: `Bearer ${key}` }
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/v1/live`, { headers } as never)
      const opened = await new Promise<boolean>((resolve) => {
        socket.onopen = () => resolve(true)
        socket.onerror = () => resolve(false)
      })
      socket.close()
      return opened
    }
    expect(await open(['keys:read', 'members:write'])).toBe(false)
    expect(await open(['monitors:read'])).toBe(true)
  })

  test('is one of two hundred of a workspace at most', async () => {
    const { token } = await api.addPerson()
    const make = () => v1('/keys', { token, body: { name: 'key', scopes: ['read'] } })
    const statuses = await Promise.all(Array.from({ length: 205 }, () => make().then(({ status }) => status)))
    expect(statuses.filter((status) => status === 201)).toHaveLength(200)
    expect(await refusalOf(await make())).toBe('403 limit_reached')
  }, 30_000)
})

describe('a role', () => {
  test('that was taken away a moment ago gives nobody else one, whatever is still remembered of it', async () => {
    const owner = await api.addPerson()
    const admin = await addMember(owner, 'admin')
    const viewer = await addMember(owner, 'viewer')
    expect((await v1('/session', { token: admin.token })).status).toBe(200)
    // As by another process, of which this one has not heard yet.
    await api.deps.sql.execute(`update membership set role = 'viewer' where user_id = '${admin.id}'`)
    expect(await refusalOf(await setRole(admin, viewer, 'admin'))).toBe('403 insufficient_role')
    expect(await refusalOf(await remove(admin, viewer))).toBe('403 insufficient_role')
  })

  test('of an owner is not taken by an admin who saw them before they became one', async () => {
    const owner = await api.addPerson()
    const admin = await addMember(owner, 'admin')
    for (let round = 0; round < 5; round += 1) {
      const rising = await addMember(owner, 'member')
      await Promise.all([setRole(owner, rising, 'owner'), setRole(admin, rising, 'viewer')])
      const { items } = await json<{ items: { userId: string; role: Role }[] }>(v1('/members', { token: owner.token }))
      expect(items.find(({ userId }) => userId === rising.id)?.role).toBe('owner')
    }
  })
})

describe('somebody who is in no workspace', () => {
  async function guestWhoWasRemoved() {
    const owner = await api.addPerson()
    const guest = await addMember(owner, 'viewer')
    await api.deps.sql.execute(`delete from workspace where id = '${guest.workspaceId}'`)
    expect((await remove(owner, guest)).status).toBe(204)
    return guest
  }

  test('finds nothing, and can do what is theirs: look after their account, come in again, sign out', async () => {
    const { token } = await guestWhoWasRemoved()
    for (const path of ['/session', '/monitors', '/members', '/workspace', '/audit'])
      expect([path, await refusalOf(await v1(path, { token }))]).toEqual([path, '404 not_found'])
    expect((await v1('/account', { token })).status).toBe(200)
    expect((await v1('/sessions', { token })).status).toBe(200)
    expect((await v1('/sessions', { token, method: 'DELETE' })).status).toBe(204)
    const { id } = await json<{ id: string }>(v1('/workspaces', { token, body: { name: 'Anew' } }))
    expect((await choose({ token }, id)).status).toBe(204)
    expect(await json(v1('/session', { token }))).toMatchObject({ workspace: { id, role: 'owner' } })
    expect((await v1('/session', { token, method: 'DELETE' })).status).toBe(204)
  })

  test('is told so by the live socket', async () => {
    await using server = await api.listen()
    const { token } = await guestWhoWasRemoved()
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' }
    const headers = { authorization: `Bearer ${token}`, ...upgrade, 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' }
    expect(await refusalOf(await fetch(`${server.url}/api/v1/live`, { headers }))).toBe('404 not_found')
  })
})

test('a workspace that is deleted is told of in its log and in that of the instance, and is gone for everybody in it at once', async () => {
  const owner = await api.addPerson()
  const guest = await addMember(owner, 'viewer')
  const headers = { 'x-workspace-id': owner.workspaceId }
  expect((await v1('/monitors', { token: guest.token, headers })).status).toBe(200)
  expect((await v1('/workspace', { token: owner.token, method: 'DELETE' })).status).toBe(204)
  expect(await refusalOf(await v1('/monitors', { token: guest.token, headers }))).toBe('404 not_found')
  const { rows } = await api.deps.sql.execute(
    `select actor_id, workspace_id from audit_entry where action = 'workspace.deleted' and subject_id = '${owner.workspaceId}' order by id`,
  )
  expect(rows).toEqual([owner.workspaceId, null].map((place) => ({ actor_id: owner.id, workspace_id: place })))
})

test('fifty workspaces are what one person may own', async () => {
  const { token } = await api.addPerson()
  const make = () => v1('/workspaces', { token, body: { name: 'Further' } })
  const statuses = await Promise.all(Array.from({ length: 55 }, () => make().then(({ status }) => status)))
  expect(statuses.filter((status) => status === 201)).toHaveLength(49)
  expect(await refusalOf(await make())).toBe('403 limit_reached')
}, 30_000)
