import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createKey } from '@repo/db/queries/api-keys'
import { createInvitation } from '@repo/db/queries/invitations'
import { removeMember } from '@repo/db/queries/members'
import { createSession, revokeSession } from '@repo/db/queries/sessions'
import { addAlertPolicy, addChannel, addSchedule, makeRule } from '@repo/db/testing/alerting'
import { addIncident } from '@repo/db/testing/incidents'
import { addGroup, addWindow } from '@repo/db/testing/maintenance'
import { addMonitor, addUser } from '@repo/db/testing/populate'
import { addStatusPage } from '@repo/db/testing/status-pages'
import { parseApiKeyId, parseInvitationId, parseSessionId, type UserId, type WorkspaceId } from '@repo/domain/ids'
import { type Role, roles } from '@repo/domain/role'
import { type Access, type Resource, resources, type Scope } from '@repo/domain/scope'
import { noonMs } from '@repo/domain/testing'
import { keyPrefix, makeToken } from '../src/access/link-tokens.ts'
import { createApp } from '../src/app.ts'
import { closedFrontDoor } from '../src/front-door.ts'
import { addHeartbeat } from './heartbeat-ground.ts'
import { type ApiInstance, openApi, refusalOf } from './instance.ts'
import type { MatrixRow } from './matrix-row.ts'
import { matrix } from './matrix-rows.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api[Symbol.asyncDispose]())

const HOUR_MS = 3_600_000

/** As the matrix writes them: `:id` and `{id}` are one way to say the same. */
const nameOf = ({ method, path }: { method: string; path: string }) =>
  `${method} ${path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}')}`

describe('the matrix', () => {
  test('has every route of the instance, and no other', () => {
    const routes = createApp(api.deps, { frontDoor: closedFrontDoor }).routes.filter(({ method }) => method !== 'ALL')
    expect([...new Set(routes.map(nameOf))].sort()).toEqual(Object.keys(matrix).sort())
  })

  test('says of each what its description says', async () => {
    const document = (await (await api.ask('/api/v1/openapi.json')).json()) as {
      paths: Record<string, Record<string, { 'x-needs'?: Record<string, unknown> }>>
    }
    const said = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, route]) => [`${method.toUpperCase()} /api/v1${path}`, lowestOf(route)]),
    )
    const written = Object.entries(matrix)
      .filter(([name]) => name.includes(' /api/v1/') && !name.endsWith('/openapi.json'))
      .map(([name, { lowest }]) => [name, JSON.stringify(name === leave ? ['viewer', 'members', 'write'] : lowest)])
    expect(Object.fromEntries(said)).toEqual(Object.fromEntries(written))
  })
})

const leave = 'DELETE /api/v1/members/{userId}'

function lowestOf({ 'x-needs': needs }: { 'x-needs'?: Record<string, unknown> }): string {
  if (!needs) return '"public"'
  if ('operator' in needs) return '"operator"'
  return JSON.stringify('person' in needs ? 'person' : [needs.role, needs.resource, needs.access])
}

interface Team {
  readonly workspaceId: WorkspaceId
  readonly owner: UserId
  readonly people: Readonly<Record<Role, { readonly userId: UserId; readonly token: string }>>
}

/** A workspace with somebody of each role in it. */
async function team(): Promise<Team> {
  const { id, workspaceId } = await addUser(api.deps.sql)
  const people = {} as Record<Role, { userId: UserId; token: string }>
  for (const role of roles) {
    const userId = role === 'owner' ? id : (await addUser(api.deps.sql)).id
    if (role !== 'owner') await addMember(workspaceId, userId, role)
    people[role] = { userId, token: (await session(userId, workspaceId)).token }
  }
  return { workspaceId, owner: id, people }
}

async function addMember(workspaceId: WorkspaceId, userId: UserId, role: Role): Promise<void> {
  await api.deps.sql.execute(
    `insert into membership (workspace_id, user_id, role) values ('${workspaceId}', '${userId}', '${role}')`,
  )
}

async function session(userId: UserId, workspaceId: WorkspaceId, expiresInMs = HOUR_MS) {
  const { sql, tokens } = api.deps
  const id = parseSessionId(Bun.randomUUIDv7())
  const rest = {
    method: 'password',
    nowMs: noonMs,
    expiresAtMs: noonMs + expiresInMs,
    userAgent: '',
    address: '',
  } as const
  await createSession(sql, { id, userId, workspaceId, ...rest })
  return { id, token: await tokens.sign({ sessionId: id, userId }, noonMs) }
}

async function key({ workspaceId, owner }: Team, scopes: readonly Scope[], expiresInMs: number | null = null) {
  const { token, hash } = makeToken(keyPrefix)
  const id = parseApiKeyId(Bun.randomUUIDv7())
  const expiresAtMs = expiresInMs === null ? null : noonMs + expiresInMs
  const made = {
    id,
    workspaceId,
    createdBy: owner,
    name: 'key',
    prefix: 'bu_',
    hash,
    scopes,
    nowMs: noonMs,
    expiresAtMs,
  }
  await createKey(api.deps.sql, made)
  return { id, token }
}

/** A thing of the team for the id in a path, and its row, which must stay as it is. */
const things: Record<NonNullable<MatrixRow['of']>, { make(of: Team, mine: UserId): Promise<string>; table: string }> = {
  monitor: { table: 'monitor', make: async (of) => (await addMonitor(api.deps.sql, of.workspaceId)).id },
  window: {
    table: 'maintenance_window',
    make: async ({ workspaceId }) => (await addWindow(api.deps.sql, { workspaceId })).id,
  },
  group: {
    table: 'monitor_group',
    make: async ({ workspaceId }) => (await addGroup(api.deps.sql, { workspaceId })).id,
  },
  page: {
    table: 'status_page',
    make: async ({ workspaceId }) => (await addStatusPage(api.deps.sql, { workspaceId })).id,
  },
  channel: {
    table: 'channel',
    make: ({ workspaceId }) => addChannel(api.deps.sql, { workspaceId }),
  },
  policy: {
    table: 'alert_policy',
    make: async ({ workspaceId }) =>
      (await addAlertPolicy(api.deps.sql, { workspaceId, rule: makeRule(crypto.randomUUID()) })).id,
  },
  schedule: {
    table: 'on_call_schedule',
    make: ({ workspaceId, owner }) => addSchedule(api.deps.sql, { workspaceId, userId: owner }),
  },
  incident: {
    table: 'incident',
    make: async (of) => addIncident(api.deps.sql, await addMonitor(api.deps.sql, of.workspaceId)),
  },
  heartbeat: {
    table: 'monitor',
    make: async (of) => (await addHeartbeat(api.deps.sql, of.workspaceId, api.deps.keyring)).id,
  },
  session: { table: 'session', make: async (of, mine) => (await session(mine, of.workspaceId)).id },
  key: { table: 'api_key', make: async (of) => (await key(of, ['read'])).id },
  member: {
    table: 'users',
    async make({ workspaceId }) {
      const { id } = await addUser(api.deps.sql)
      await addMember(workspaceId, id, 'member')
      return id
    },
  },
  invitation: {
    table: 'invitation',
    async make({ workspaceId, owner }) {
      const id = parseInvitationId(Bun.randomUUIDv7())
      const { hash } = makeToken()
      const times = { nowMs: noonMs, expiresAtMs: noonMs + HOUR_MS }
      const rest = { email: null, role: 'viewer', tokenHash: hash, invitedBy: owner } as const
      await createInvitation(api.deps.sql, { id, workspaceId, ...rest, ...times })
      return id
    },
  },
}

interface Asking {
  readonly row: MatrixRow
  readonly token?: string | undefined
  readonly headers?: Record<string, string>
  readonly id?: string | undefined
}

function ask(name: string, { row, token, headers, id = Bun.randomUUIDv7() }: Asking): Promise<Response> {
  const [method = '', path = ''] = name.split(' ')
  return api.ask(path.replace(/\{\w+\}/, id), {
    method,
    ...(token !== undefined && { token }),
    ...(headers && { headers }),
    ...(row.body !== undefined && { body: row.body }),
  })
}

const makeThing = async ({ of }: MatrixRow, whose: Team, mine = whose.owner) =>
  of === undefined ? undefined : things[of].make(whose, mine)

const rows = Object.entries(matrix)
const locked = rows.filter(([, { lowest }]) => lowest !== 'public')
const ofWorkspace = rows.filter(([, { lowest }]) => Array.isArray(lowest))
const ofPerson = rows.filter(([, { lowest }]) => lowest === 'person')
const ofOperator = rows.filter(([, { lowest }]) => lowest === 'operator')
const ofThing = rows.filter(([, { of }]) => of !== undefined)

describe('without what opens it', () => {
  test.each(locked)('%s is refused', async (name, row) => {
    const of = await team()
    const { workspaceId, owner } = of
    const expired = await session(owner, workspaceId, -1)
    const revoked = await session(owner, workspaceId)
    await revokeSession(api.deps.sql, { userId: owner, sessionId: revoked.id, nowMs: noonMs })
    const good = (await session(owner, workspaceId)).token
    const tokens: [string, string | undefined][] = [
      ['no token', undefined],
      ['an expired session', expired.token],
      ['a revoked session', revoked.token],
      ['another signature', `${good.slice(0, -6)}AAAAAA`],
      ['an expired key', (await key(of, ['write'], -1)).token],
      ['a key that never was', makeToken(keyPrefix).token],
    ]
    const id = await makeThing(row, of)
    for (const [what, token] of tokens)
      expect([what, await refusalOf(await ask(name, { row, token, id }))]).toEqual([what, '401 unauthenticated'])
  })

  test.each(ofWorkspace)('%s is refused to a key whose maker is no member any more', async (name, row) => {
    const of = await team()
    const second = { ...of, owner: of.people.admin.userId }
    const { token } = await key(second, ['read', 'write'])
    await removeMember(api.deps.sql, { workspaceId: of.workspaceId, userId: second.owner, nowMs: noonMs })
    expect(await refusalOf(await ask(name, { row, token, id: await makeThing(row, of) }))).toBe('401 unauthenticated')
  })
})

describe('by a role', () => {
  test.each(ofWorkspace.flatMap(([name, row]) => roles.map((role) => [name, role, row] as const)))(
    '%s as %s',
    async (name, role, row) => {
      const [lowest] = row.lowest as [Role, Resource, Access]
      const of = await team()
      const answer = await ask(name, { row, token: of.people[role].token, id: await makeThing(row, of) })
      if (roles.indexOf(role) >= roles.indexOf(lowest)) expect(answer.status).toBe(row.works)
      else expect(await refusalOf(answer)).toBe('403 insufficient_role')
    },
  )

  test.each(ofPerson)('%s is for everybody who has signed in', async (name, row) => {
    const of = await team()
    const { token, userId } = of.people.viewer
    expect((await ask(name, { row, token, id: await makeThing(row, of, userId) })).status).toBe(row.works)
  })
})

describe('by the operator', () => {
  test.each(ofOperator)(
    '%s is for whoever operates the instance, and for no owner of a workspace',
    async (name, row) => {
      const of = await team()
      const { token, userId } = of.people.owner
      expect(await refusalOf(await ask(name, { row, token }))).toBe('403 insufficient_role')
      await api.deps.sql.execute(`update users set is_operator = true where id = '${userId}'`)
      expect((await ask(name, { row, token: (await session(userId, of.workspaceId)).token })).status).toBe(row.works)
    },
  )
})

describe('by an API key', () => {
  test.each(ofWorkspace)('%s takes the scope, and no other', async (name, row) => {
    const [, resource, access] = row.lowest as [Role, Resource, Access]
    const of = await team()
    const others = resources.filter((other) => other !== resource).map((other): Scope => `${other}:write`)
    const refused: Scope[][] = access === 'write' ? [others, ['read'], [`${resource}:read`]] : [others]
    for (const scopes of refused) {
      const { token } = await key(of, scopes)
      expect([scopes, await refusalOf(await ask(name, { row, token, id: await makeThing(row, of) }))]).toEqual([
        scopes,
        '403 insufficient_scope',
      ])
    }
    const enough = await key(of, [`${resource}:${access}`])
    expect((await ask(name, { row, token: enough.token, id: await makeThing(row, of) })).status).toBe(row.works)
  })

  test.each([...ofPerson, ...ofOperator])('%s is refused, for a key is nobody', async (name, row) => {
    const of = await team()
    const { token } = await key(of, ['read', 'write'])
    expect(await refusalOf(await ask(name, { row, token, id: await makeThing(row, of) }))).toBe('403 session_required')
  })
})

describe('from another workspace', () => {
  test.each(ofThing)('%s finds nothing, and nothing is changed', async (name, row) => {
    const [theirs, mine] = [await team(), await team()]
    const id = await makeThing(row, theirs)
    const { table } = things[row.of ?? 'monitor']
    const rowText = async () => (await api.deps.sql.execute(`select t::text from ${table} t where id = '${id}'`)).rows
    const before = await rowText()
    expect(before).toHaveLength(1)
    for (const token of [mine.people.owner.token, (await key(mine, ['read', 'write'])).token]) {
      const refusal = await refusalOf(await ask(name, { row, token, id }))
      expect(refusal).toBe(
        row.lowest === 'person' && token.startsWith(keyPrefix) ? '403 session_required' : '404 not_found',
      )
    }
    expect(await rowText()).toEqual(before)
  })

  test.each(ofThing)('%s finds nothing by an id that is none, or never was', async (name, row) => {
    const { token } = (await team()).people.owner
    for (const id of ['nonsense', '%00', "'%20or%201=1", '..%2f..%2fetc%2fpasswd', Bun.randomUUIDv7()])
      expect([id, await refusalOf(await ask(name, { row, token, id }))]).toEqual([id, '404 not_found'])
  })

  test.each(ofWorkspace)('%s cannot be had by asking for it', async (name, row) => {
    const [theirs, mine] = [await team(), await team()]
    const id = await makeThing(row, theirs)
    const headers = { 'x-workspace-id': theirs.workspaceId }
    for (const token of [mine.people.owner.token, (await key(mine, ['read', 'write'])).token])
      expect(await refusalOf(await ask(name, { row, token, id, headers }))).toBe('404 not_found')
  })
})

describe('by a page of another site, with the cookie of whoever looks at it', () => {
  const changing = rows.filter(([name]) => !name.startsWith('GET ') && name.includes('/api/v1/'))

  test.each(changing)('%s is refused', async (name, row) => {
    const of = await team()
    const cookie = `betteruptime_session=${of.people.owner.token}`
    const id = await makeThing(row, of)
    const pages = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'http://localhost:3000', host: 'localhost', 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'cross-site' },
    ]
    for (const page of pages)
      expect(await refusalOf(await ask(name, { row, id, headers: { cookie, ...page } }))).toBe('403 forbidden_origin')
  })
})
