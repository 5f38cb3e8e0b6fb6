import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Role } from '@repo/domain/role'
import { noonMs } from '@repo/domain/testing'
import { eventually } from '@repo/streams/testing/eventually'
import { newPerson, password } from './contract-account-flows.ts'
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

interface Somebody {
  readonly id: string
  readonly username: string
  readonly token: string
  readonly workspaceId: string
}

async function invite(by: Somebody, role: Role, more: object = {}) {
  return json<{ id: string; token: string; url: string }>(
    v1('/invitations', { token: by.token, body: { role, ...more } }),
  )
}

/** Somebody with this role in the workspace of `owner`, who works there. */
async function addMember(owner: Somebody, role: Role, given?: Somebody): Promise<Somebody> {
  const person = given ?? (await api.addPerson())
  const { token } = await invite(owner, role)
  await json(v1('/invitations/accept', { token: person.token, body: { token } }))
  const chosen = await v1('/session/workspace', {
    token: person.token,
    method: 'PUT',
    body: { workspaceId: owner.workspaceId },
  })
  expect(chosen.status).toBe(204)
  return person
}

const setRole = (by: { token: string }, { id }: Somebody, role: Role, proof: object = {}) =>
  v1(`/members/${id}`, { token: by.token, method: 'PATCH', body: { role, ...proof } })
const remove = (by: Somebody, { id }: Somebody) => v1(`/members/${id}`, { token: by.token, method: 'DELETE' })

describe('an invitation', () => {
  test('brings somebody who is new into the workspace, with its role, and without one of their own', async () => {
    const owner = await api.addPerson()
    const { token } = await invite(owner, 'member')
    const body = { username: `guest-${crypto.randomUUID()}`, password: 'correct horse battery', invitation: token }
    expect((await v1('/sign-up', { body })).status).toBe(201)
    const { username, password } = body
    const entered = await json<{ token: string }>(v1('/sign-in', { body: { username, password } }))
    expect(await json(v1('/session', { token: entered.token }))).toMatchObject({
      workspace: { id: owner.workspaceId, role: 'member' },
    })
    const { items } = await json<{ items: unknown[] }>(v1('/workspaces', { token: entered.token }))
    expect(items).toHaveLength(1)
  })

  test('lets somebody in where nobody may sign up just like that, and nobody where it is closed', async () => {
    for (const signUp of ['invite', 'closed'] as const) {
      await using own = await openApi({ signUp })
      const owner = await own.addPerson()
      const made = own.ask('/api/v1/invitations', { token: owner.token, body: { role: 'viewer' } })
      const { token } = await json<{ token: string }>(made)
      const body = { username: 'guest', password: 'correct horse battery', invitation: token }
      expect((await own.ask('/api/v1/sign-up', { body })).status).toBe(signUp === 'invite' ? 201 : 403)
      const uninvited = { username: 'stranger', password: 'correct horse battery' }
      expect(await refusalOf(await own.ask('/api/v1/sign-up', { body: uninvited }))).toBe('403 sign_up_closed')
    }
  })

  test('works once, of ten at the same moment for one', async () => {
    const owner = await api.addPerson()
    const { token } = await invite(owner, 'member')
    const people = await Promise.all(Array.from({ length: 10 }, () => api.addPerson()))
    const accept = ({ token: own }: { token: string }) =>
      v1('/invitations/accept', { token: own, body: { token } }).then(({ status }) => status)
    const statuses = await Promise.all(people.map(accept))
    expect(statuses.sort()).toEqual([200, ...Array.from({ length: 9 }, () => 410)])
    const { items } = await json<{ items: unknown[] }>(v1('/members', { token: owner.token }))
    expect(items).toHaveLength(2)
  })

  test('is not used up by looking at it, and says what it is for', async () => {
    const owner = await api.addPerson()
    const { token } = await invite(owner, 'admin', { email: 'guest@example.com' })
    const look = () => v1('/invitations/look', { body: { token } })
    for (let looks = 0; looks < 3; looks += 1)
      expect(await json(look())).toMatchObject({ role: 'admin', invitedBy: owner.username, email: 'guest@example.com' })
    await json(v1('/invitations/accept', { token: (await api.addPerson()).token, body: { token } }))
    expect(await refusalOf(await look())).toBe('410 gone')
  })

  test('is gone once it is taken back, and after a week', async () => {
    await using own = await openApi()
    const owner = await own.addPerson()
    const make = () =>
      json<{ id: string; token: string }>(
        own.ask('/api/v1/invitations', { token: owner.token, body: { role: 'viewer' } }),
      )
    const look = (token: string) => own.ask('/api/v1/invitations/look', { body: { token } })
    const taken = await make()
    await own.ask(`/api/v1/invitations/${taken.id}`, { token: owner.token, method: 'DELETE' })
    expect(await refusalOf(await look(taken.token))).toBe('410 gone')
    const late = await make()
    own.deps.clock.jump(7 * 86_400_000 + 1)
    expect(await refusalOf(await look(late.token))).toBe('410 gone')
  })

  test('has a link that begins with the public address, whatever Host says, and hides its token from servers', async () => {
    const owner = await api.addPerson()
    const headers = { host: '10.0.0.1', 'x-forwarded-host': 'evil.example' }
    const { url, token } = await json<{ url: string; token: string }>(
      v1('/invitations', { token: owner.token, body: { role: 'viewer' }, headers }),
    )
    expect(url).toBe(`https://uptime.example.com/join#${token}`)
  })

  test('is kept as a hash, and listed without its token', async () => {
    const owner = await api.addPerson()
    const { token } = await invite(owner, 'viewer')
    const listed = await (await v1('/invitations', { token: owner.token })).text()
    const stored = JSON.stringify((await api.deps.sql.execute('select i::text as row from invitation i')).rows)
    expect(listed).toContain('"role":"viewer"')
    expect([listed.includes(token), stored.includes(token)]).toEqual([false, false])
  })

  test('to more than its maker may is refused, and so is one too many', async () => {
    await using own = await openApi({
      limits: { monitors: 10, members: 2, checksPerMinute: 1_000, intervalFloorSeconds: 1 },
    })
    const owner = await own.addPerson()
    const make = () =>
      json<{ token: string }>(own.ask('/api/v1/invitations', { token: owner.token, body: { role: 'admin' } }))
    const [first, second] = [await make(), await make()]
    const accept = async (token: string) =>
      own.ask('/api/v1/invitations/accept', { token: (await own.addPerson()).token, body: { token } })
    expect((await accept(first.token)).status).toBe(200)
    expect(await refusalOf(await accept(second.token))).toBe('403 limit_reached')

    const admin = await addMember(await api.addPerson(), 'admin')
    const above = await v1('/invitations', { token: admin.token, body: { role: 'owner' } })
    expect(await refusalOf(above)).toBe('403 insufficient_role')
  })
})

describe('a member', () => {
  test('has the new role at once, in what is open as well', async () => {
    const owner = await api.addPerson()
    const member = await addMember(owner, 'member')
    const spec = { kind: 'http', url: 'https://example.com/' }
    const create = () => v1('/monitors', { token: member.token, body: { spec } })
    expect((await create()).status).toBe(201)
    expect((await setRole(owner, member, 'viewer')).status).toBe(200)
    expect(await refusalOf(await create())).toBe('403 insufficient_role')
  })

  test('who is removed sees nothing of the workspace any more, and their keys of it are dead', async () => {
    const owner = await api.addPerson()
    const admin = await addMember(owner, 'admin')
    const { key } = await json<{ key: string }>(
      v1('/keys', { token: admin.token, body: { name: 'CI', scopes: ['read'] } }),
    )
    expect((await v1('/monitors', { token: key })).status).toBe(200)
    expect((await remove(owner, admin)).status).toBe(204)
    expect(await refusalOf(await v1('/monitors', { token: key }))).toBe('401 unauthenticated')
    const headers = { 'x-workspace-id': owner.workspaceId }
    expect(await refusalOf(await v1('/monitors', { token: admin.token, headers }))).toBe('404 not_found')
    expect(await json(v1('/session', { token: admin.token }))).toMatchObject({ workspace: { id: admin.workspaceId } })
  })

  test('may leave, and nobody below an admin may send others away', async () => {
    const owner = await api.addPerson()
    const [member, viewer, admin] = [
      await addMember(owner, 'member'),
      await addMember(owner, 'viewer'),
      await addMember(owner, 'admin'),
    ]
    expect(await refusalOf(await remove(member, viewer))).toBe('403 insufficient_role')
    expect(await refusalOf(await remove(admin, owner))).toBe('403 insufficient_role')
    expect(await refusalOf(await setRole(admin, owner, 'viewer'))).toBe('403 insufficient_role')
    expect(await refusalOf(await setRole(admin, admin, 'owner'))).toBe('403 insufficient_role')
    expect((await remove(viewer, viewer)).status).toBe(204)
  })

  test('who is the last owner stays one, also where two step down at once', async () => {
    const first = await newPerson({ api })
    const stepDown = (who: Somebody) => setRole(who, who, 'admin', { password })
    expect(await refusalOf(await remove(first, first))).toBe('409 last_owner')
    expect(await refusalOf(await stepDown(first))).toBe('409 last_owner')
    const second = await addMember(first, 'owner', await newPerson({ api }))
    const statuses = await Promise.all([stepDown(first), stepDown(second)])
    expect(statuses.map(({ status }) => status).sort()).toEqual([200, 409])
  })

  test('changes their own role with their password alone, and by no key', async () => {
    const owner = await newPerson({ api })
    await addMember(owner, 'owner')
    const { key } = await json<{ key: string }>(
      v1('/keys', { token: owner.token, body: { name: 'CI', scopes: ['write'] } }),
    )
    expect(await refusalOf(await setRole(owner, owner, 'viewer'))).toBe('401 wrong_credentials')
    expect(await refusalOf(await setRole(owner, owner, 'viewer', { password: 'another' }))).toBe(
      '401 wrong_credentials',
    )
    expect(await refusalOf(await setRole({ token: key }, owner, 'viewer', { password }))).toBe('403 session_required')
    expect(await json(v1('/session', { token: owner.token }))).toMatchObject({ workspace: { role: 'owner' } })
    expect(await json(setRole(owner, owner, 'viewer', { password }))).toMatchObject({ role: 'viewer' })
  })

  test('of several workspaces acts in the one that the request names', async () => {
    const owner = await api.addPerson()
    const guest = await addMember(owner, 'viewer')
    const inWorkspace = (workspaceId: string) => ({ token: guest.token, headers: { 'x-workspace-id': workspaceId } })
    expect(await json(v1('/session', inWorkspace(guest.workspaceId)))).toMatchObject({ workspace: { role: 'owner' } })
    expect(await json(v1('/session', inWorkspace(owner.workspaceId)))).toMatchObject({ workspace: { role: 'viewer' } })
    expect(await refusalOf(await v1('/session', inWorkspace(crypto.randomUUID())))).toBe('404 not_found')
  })
})

describe('an API key', () => {
  test('is shown once, kept as a hash, and known by its beginning', async () => {
    const { token } = await api.addPerson()
    const made = await json<{ key: string; prefix: string }>(
      v1('/keys', { token, body: { name: 'CI', scopes: ['monitors:read'], expiresInDays: 30 } }),
    )
    expect(made.key).toStartWith(made.prefix)
    expect(made.key).toMatch(/^bu_[\w-]{43}$/)
    const stored = JSON.stringify((await api.deps.sql.execute('select k::text as row from api_key k')).rows)
    const listed = await (await v1('/keys', { token })).text()
    expect([stored.includes(made.key), listed.includes(made.key), listed.includes(made.prefix)]).toEqual([
      false,
      false,
      true,
    ])
  })

  test('tells when it was last used, and is dead once revoked', async () => {
    const { token } = await api.addPerson()
    const { key, id } = await json<{ key: string; id: string }>(
      v1('/keys', { token, body: { name: 'CI', scopes: ['read'] } }),
    )
    const lastUsed = async () =>
      (await json<{ items: { lastUsedAt: string | null }[] }>(v1('/keys', { token }))).items[0]?.lastUsedAt
    expect(await lastUsed()).toBeNull()
    expect((await v1('/monitors', { token: key })).status).toBe(200)
    // Nobody waits for that to be written down.
    await eventually('it is known when', async () => (await lastUsed()) !== null)
    expect(await lastUsed()).toBe(new Date(noonMs).toISOString())
    expect((await v1(`/keys/${id}`, { token, method: 'DELETE' })).status).toBe(204)
    expect(await refusalOf(await v1('/monitors', { token: key }))).toBe('401 unauthenticated')
  })

  test('cannot make one that may more than itself', async () => {
    const { token } = await api.addPerson()
    const { key } = await json<{ key: string }>(
      v1('/keys', { token, body: { name: 'keys', scopes: ['keys:write', 'monitors:read'] } }),
    )
    const make = (scopes: string[]) => v1('/keys', { token: key, body: { name: 'more', scopes } })
    for (const scopes of [['write'], ['read'], ['monitors:write'], ['keys:read', 'audit:read']])
      expect(await refusalOf(await make(scopes))).toBe('403 insufficient_scope')
    expect((await make(['keys:read', 'monitors:read'])).status).toBe(201)
  })
})

describe('the audit log', () => {
  test('says who did what, from where, with what differs, and holds no secret', async () => {
    const owner = await api.addPerson()
    const member = await addMember(owner, 'member')
    await setRole(owner, member, 'viewer')
    const { key } = await json<{ key: string }>(
      v1('/keys', { token: owner.token, body: { name: 'CI', scopes: ['audit:read'] } }),
    )
    const page = await json<{ items: Record<string, unknown>[] }>(v1('/audit', { token: key }))
    expect(page.items.map(({ action }) => action)).toEqual([
      'key.created',
      'member.role_changed',
      'member.joined',
      'invitation.created',
    ])
    expect(page.items[1]).toMatchObject({
      actor: { kind: 'person', id: owner.id, name: owner.username },
      subject: { type: 'member', id: member.id },
      before: { role: 'member' },
      after: { role: 'viewer' },
    })
    expect(JSON.stringify(page)).not.toContain(key.slice(11))
  })

  test('goes on page by page, and is narrowed by what is asked', async () => {
    const owner = await api.addPerson()
    for (let count = 0; count < 5; count += 1) await invite(owner, 'viewer')
    const seen: unknown[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { items: { id: string }[]; nextCursor: string | null } = await json(
        v1(`/audit?limit=2${cursor && `&cursor=${cursor}`}`, { token: owner.token }),
      )
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    }
    expect(new Set(seen).size).toBe(5)
    const none = await json<{ items: unknown[] }>(v1('/audit?action=key.created', { token: owner.token }))
    expect(none.items).toEqual([])
  })
})
