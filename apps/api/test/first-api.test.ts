import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { websiteStatusSchema } from '@repo/contracts/first-api'
import { findMonitorByTarget } from '@repo/db/queries/monitors'
import { findCredentials } from '@repo/db/queries/users'
import { addTicks, reread } from '@repo/db/testing/populate'
import type { MonitorId, WorkspaceId } from '@repo/domain/ids'
import type { OutcomeVerdict } from '@repo/domain/outcome'
import { makeTick, noonMs } from '@repo/domain/testing'
import { type ApiInstance, openApi, problemOf, refusalOf } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api[Symbol.asyncDispose]())

const password = 'correct horse battery'
const signUp = (body: unknown) => api.ask('/users/signup', { body })
const signIn = (body: unknown) => api.ask('/users/signin', { body })
const create = (token: string, body: unknown) => api.ask('/website/create', { token, body })
const statusOf = (token: string, url: string) => api.ask(`/users/status/${encodeURIComponent(url)}`, { token })

describe('GET /test', () => {
  test('answers that all is well, to anybody', async () => {
    const answer = await api.ask('/test')
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ status: 'ok' })
  })
})

describe('POST /users/signup', () => {
  test('answers 201 with the id of the user', async () => {
    const answer = await signUp({ username: 'ada', password, email: 'ada@example.com', phone: '+49 30 1' })
    expect(answer.status).toBe(201)
    expect(await answer.json()).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/) })
  })

  const refused: [string, unknown, string][] = [
    ['without anything', undefined, 'username'],
    ['without a name', { password }, 'username'],
    ['without a password', { username: 'x' }, 'password'],
    ['with a name that is no text', { username: 7, password }, 'username'],
    ['with a short password', { username: 'x', password: 'short' }, 'password'],
    ['with an e-mail address that is none', { username: 'x', password, email: 'x' }, 'email'],
    ['with a phone number that is none', { username: 'x', password, phone: 'x' }, 'phone'],
  ]
  test.each(refused)('%s answers 400 and names the field', async (_what, body, field) => {
    const problem = await problemOf(await api.ask('/users/signup', { method: 'POST', body }))
    expect(problem).toMatchObject({ status: 400, code: 'invalid_body' })
    expect(problem.errors?.map((error) => error.field)).toContain(field)
    expect(problem.detail).not.toContain(password)
  })

  test.each([['taken'], ['TAKEN'], ['  Taken '], ['ｔａｋｅｎ']])(
    'answers 409 where the name is taken, also as %p',
    async (username) => {
      await signUp({ username: 'taken', password })
      expect(await refusalOf(await signUp({ username, password }))).toBe('409 username_taken')
    },
  )

  test('makes one user of several that ask for one name at once', async () => {
    const answers = await Promise.all([0, 1, 2, 3].map(() => signUp({ username: 'race', password })))
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409, 409])
  })

  test('stores a password as an argon2id hash alone', async () => {
    await signUp({ username: 'secretive', password })
    const stored = await findCredentials(api.deps.sql, 'secretive')
    expect(stored?.passwordHash).toStartWith('$argon2id$')
  })
})

describe('POST /users/signin', () => {
  beforeAll(() => signUp({ username: 'Grace', password }))

  test.each([['Grace'], ['grace'], ['GRACE'], [' grace ']])('answers 200 with a token to %p', async (username) => {
    const answer = await signIn({ username, password })
    expect(answer.status).toBe(200)
    const body = (await answer.json()) as { token: string; jwt: string }
    expect(Object.keys(body)).toEqual(['token', 'jwt'])
    expect(body.token.split('.')).toHaveLength(3)
    expect(body.jwt).toBe(body.token)
  })

  const refused: [string, unknown][] = [
    ['without anything', undefined],
    ['without a name', { password }],
    ['without a password', { username: 'grace' }],
    ['with an empty password', { username: 'grace', password: '' }],
    ['with a password that is no text', { username: 'grace', password: [password] }],
    ['with an endless password', { username: 'grace', password: 'x'.repeat(2_000) }],
  ]
  test.each(refused)('%s answers 400', async (_what, body) => {
    expect(await refusalOf(await api.ask('/users/signin', { method: 'POST', body }))).toBe('400 invalid_body')
  })

  test('answers 401, word for word the same, to an unknown user and to a wrong password', async () => {
    const unknown = await signIn({ username: 'nobody', password })
    const wrong = await signIn({ username: 'grace', password: `${password}!` })
    expect(unknown.status).toBe(401)
    for (const answer of [unknown, wrong]) answer.headers.delete('x-request-id')
    expect(Object.fromEntries(unknown.headers)).toEqual(Object.fromEntries(wrong.headers))
    const text = await unknown.text()
    expect(await wrong.text()).toBe(text)
    expect(JSON.parse(text)).toMatchObject({ code: 'wrong_credentials' })
  })
})

describe('POST /website/create', () => {
  test('answers 201 with the id and the URL as it was given', async () => {
    const { token, workspaceId } = await api.addPerson()
    const answer = await create(token, { url: ' https://Example.com/a#b ' })
    expect(answer.status).toBe(201)
    const body = (await answer.json()) as { id: MonitorId; url: string }
    expect(body).toEqual({ id: expect.any(String), url: 'https://Example.com/a#b' } as never)
    const monitor = await reread(api.deps.sql, { workspaceId, id: body.id })
    expect(monitor).toMatchObject({ intervalMs: 180_000, scheduleFromMs: noonMs, regions: api.deps.regions })
    expect(monitor.spec).toMatchObject({ expectedStatus: [{ from: 100, to: 399 }] })
  })

  test('tells the publishers and whoever watches at once', async () => {
    const { token, workspaceId } = await api.addPerson()
    const { id } = (await (await create(token, { url: 'https://told.example' })).json()) as { id: MonitorId }
    expect(api.changes).toContainEqual({ monitorIds: [id] })
    expect(api.live).toContainEqual({ workspaceId, events: [{ type: 'monitor.changed', monitorId: id }] })
  })

  const refused: [string, unknown][] = [
    ['without anything', undefined],
    ['without a URL', {}],
    ['with an empty URL', { url: '' }],
    ['with a URL that is no text', { url: 1 }],
    ['with a name instead of a URL', { url: 'example.com' }],
    ['with a URL of another scheme', { url: 'ftp://example.com' }],
    ['with a script', { url: 'javascript:alert(1)' }],
    ['with credentials in the URL', { url: 'https://a:b@example.com' }],
    ['with a NUL character in the URL', { url: 'https://example.com/\0' }],
  ]
  test.each(refused)('%s answers 400 and names the field', async (_what, body) => {
    const { token } = await api.addPerson()
    const problem = await problemOf(await api.ask('/website/create', { method: 'POST', token, body }))
    expect(problem).toMatchObject({ status: 400, code: 'invalid_body', errors: [{ field: 'url' }] })
  })

  test('without a token answers 401', async () => {
    const body = { url: 'https://example.com' }
    expect(await refusalOf(await api.ask('/website/create', { body }))).toBe('401 unauthenticated')
  })

  test.each([['https://twice.example/'], ['https://twice.example'], ['HTTPS://TWICE.example:443/#top']])(
    'answers 409 to whoever watches it already, also as %s',
    async (url) => {
      const { token } = await api.addPerson()
      await create(token, { url: 'https://twice.example/' })
      expect(await refusalOf(await create(token, { url }))).toBe('409 already_watched')
    },
  )

  test('answers 201 to two users for one URL', async () => {
    const [one, other] = [await api.addPerson(), await api.addPerson()]
    const answers = [one, other].map(({ token }) => create(token, { url: 'https://shared.example' }))
    expect((await Promise.all(answers)).map((answer) => answer.status)).toEqual([201, 201])
  })

  test('makes one website of several that ask for it at once', async () => {
    const { token } = await api.addPerson()
    const answers = await Promise.all([0, 1, 2, 3].map(() => create(token, { url: 'https://race.example' })))
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409, 409])
  })
})

describe('GET /users/status/:websiteUrl', () => {
  const url = 'https://status.example/päge?a=1&b=%20'

  async function watched(verdicts: readonly OutcomeVerdict[]) {
    const person = await api.addPerson()
    await create(person.token, { url })
    const monitor = await storedOf(person.workspaceId)
    const ticks = verdicts.map((verdict, index) => makeTick('b', noonMs + index * 1_000, verdict))
    await addTicks(api.deps.sql, monitor, ticks)
    return person
  }

  async function storedOf(workspaceId: WorkspaceId) {
    const monitor = await findMonitorByTarget(api.deps.sql, { workspaceId, target: new URL(url).href })
    if (!monitor) throw new Error('it is watched')
    return monitor
  }

  const words: [string, OutcomeVerdict[], string, number | null][] = [
    ['passes', ['down', 'up'], 'UP', 12],
    ['is degraded', ['down', 'degraded'], 'UP', 12],
    ['fails', ['up', 'down'], 'Down', 12],
    ['could not be looked at', ['up', 'unknown'], 'Unknown', null],
  ]
  test.each(words)('of one that %s tells so from the latest tick', async (_what, verdicts, status, responseTime) => {
    const { token } = await watched(verdicts)
    const answer = await statusOf(token, url)
    expect(answer.status).toBe(200)
    const body = await answer.json()
    expect(body).toEqual({ url, status, responseTime, region: 'b', checkedAt: '2026-06-01T12:00:01.003Z' })
    expect(websiteStatusSchema.parse(body)).toEqual(body as never)
  })

  test('of one that was not looked at yet is Unknown', async () => {
    const { token } = await watched([])
    const body = await (await statusOf(token, url)).json()
    expect(body).toEqual({ url, status: 'Unknown', responseTime: null, region: null, checkedAt: null })
  })

  test.each([
    ['in another spelling', 'HTTPS://STATUS.example:443/p%C3%A4ge?a=1&b=%20#part'],
    ['with its umlaut spelled out', 'https://status.example/päge?a=1&b=%20'],
  ])('finds it %s', async (_how, spelling) => {
    const { token } = await watched(['up'])
    expect(await (await statusOf(token, spelling)).json()).toMatchObject({ url: spelling, status: 'UP' })
  })

  test('without a token answers 401', async () => {
    const answer = await api.ask(`/users/status/${encodeURIComponent(url)}`)
    expect(await refusalOf(answer)).toBe('401 unauthenticated')
  })

  test.each([
    ['is not watched', 'https://elsewhere.example/'],
    ['is not a URL', 'nonsense'],
    ['is a NUL character', 'https://status.example/\0'],
  ])('answers 404 to what %s', async (_what, asked) => {
    const { token } = await watched(['up'])
    expect(await refusalOf(await statusOf(token, asked))).toBe('404 not_found')
  })

  test('answers 404 to what is another user’s', async () => {
    await watched(['up'])
    const { token } = await api.addPerson()
    expect(await refusalOf(await statusOf(token, url))).toBe('404 not_found')
  })

  test.each([['%'], ['%E0%A4%A'], ['https%3A%2F%2Fstatus.example%2F%ZZ']])(
    'answers a problem to the malformed path %s',
    async (path) => {
      const { token } = await watched(['up'])
      expect(await refusalOf(await api.ask(`/users/status/${path}`, { token }))).toBe('404 not_found')
    },
  )
})

describe('a way from sign-up to status', () => {
  test.each([['Bearer '], [''], ['bearer ']])('with the token behind %p in Authorization', async (prefix) => {
    const username = `walker${prefix.length}${prefix.charCodeAt(0)}`
    await signUp({ username, password })
    const { jwt } = (await (await signIn({ username, password })).json()) as { jwt: string }
    const headers = { authorization: `${prefix}${jwt}` }
    const created = await api.ask('/website/create', { headers, body: { url: 'https://way.example' } })
    expect(created.status).toBe(201)
    const status = await api.ask(`/users/status/${encodeURIComponent('https://way.example')}`, { headers })
    expect(await status.json()).toMatchObject({ status: 'Unknown' })
  })
})
