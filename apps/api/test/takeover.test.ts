import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Entered } from '@repo/contracts/accounts'
import { findUserByEmail } from '@repo/db/queries/users'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import type { RateLimits } from '@repo/streams/rate-limits'
import { createAuthenticator } from '../src/access/authenticator.ts'
import { guessRules, takeGuess } from '../src/access/rate-limits.ts'
import { type ApiInstance, type Asked, openApi, refusalOf, signIn } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api[Symbol.asyncDispose]())

const password = 'correct horse battery'
const MINUTE_MS = 60_000
const v1 = (path: string, asked: Asked = {}) => api.ask(`/api/v1${path}`, asked)

async function newcomer(of: ApiInstance = api) {
  const username = `person-${crypto.randomUUID()}`
  const { id } = (await (await of.ask('/api/v1/sign-up', { body: { username, password } })).json()) as { id: string }
  const entered = (await (await of.ask('/api/v1/sign-in', { body: { username, password } })).json()) as Entered
  if (entered.state !== 'signed_in') throw new Error('not signed in')
  return { id, username, token: entered.token }
}

/** Somebody who has no password: they come by the login of the organisation. */
async function withoutPassword() {
  const person = await api.addPerson()
  await api.deps.sql.execute(`update users set password_hash = null where id = '${person.id}'`)
  return person
}

describe('whoever has a session of somebody, and nothing else', () => {
  const mailTo = (token: string, body: object) => v1('/account', { token, method: 'PATCH', body })

  test('cannot lead the mail of a reset to themselves', async () => {
    const { token } = await newcomer()
    const email = `${crypto.randomUUID()}@example.com`
    expect(await refusalOf(await mailTo(token, { email }))).toBe('401 wrong_credentials')
    expect(await refusalOf(await mailTo(token, { email, password: 'wrong' }))).toBe('401 wrong_credentials')
    expect((await mailTo(token, { email, password })).status).toBe(200)
    expect(await refusalOf(await mailTo(token, { email: null }))).toBe('401 wrong_credentials')
    expect((await findUserByEmail(api.deps.sql, email))?.email).toBe(email)
  })

  test('is not asked where nothing changes', async () => {
    const { token } = await newcomer()
    const email = `${crypto.randomUUID()}@example.com`
    await mailTo(token, { email, password })
    expect((await mailTo(token, { email })).status).toBe(200)
  })

  test('cannot give a first password to somebody who signed in long ago by the login of the organisation', async () => {
    const { id } = await withoutPassword()
    const setPassword = (token: string) =>
      v1('/account/password', { token, method: 'PUT', body: { newPassword: password } })
    const old = await signIn(api.deps, id)
    api.deps.clock.jump(16 * MINUTE_MS)
    expect(await refusalOf(await setPassword(old))).toBe('401 wrong_credentials')
    expect((await setPassword(await signIn(api.deps, id))).status).toBe(204)
  })
})

test('whoever changes their address is not told whether somebody else has it, and does not come to be found by it', async () => {
  const [theirs, mine] = [await newcomer(), await newcomer()]
  const email = `${crypto.randomUUID()}@example.com`
  const change = ({ token }: { token: string }, address: string) =>
    v1('/account', { token, method: 'PATCH', body: { email: address, password } })
  expect((await change(theirs, email)).status).toBe(200)
  const answer = await change(mine, email.toUpperCase())
  expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ email: email.toUpperCase() })])
  expect((await findUserByEmail(api.deps.sql, email))?.userId).toBe(theirs.id as never)
})

describe('a page of another site', () => {
  const body = { username: 'victim', password }
  const doors: [string, object][] = [
    ['/api/v1/sign-up', body],
    ['/api/v1/sign-in', body],
    ['/api/v1/sign-in/second-factor', { challenge: crypto.randomUUID(), code: '123456' }],
    ['/api/v1/sign-in/passkey/options', {}],
    ['/api/v1/sign-in/passkey', { challenge: crypto.randomUUID(), credential: { id: 'x', type: 'public-key' } }],
    ['/api/v1/password-resets', { email: 'victim@example.com' }],
    ['/api/v1/password-resets/redeem', { token: 'x'.repeat(43), password }],
    ['/api/v1/invitations/look', { token: 'x'.repeat(43) }],
  ]
  test.each(doors)('does not come in at %s by sending a token of no worth along', async (path, sent) => {
    const headers = { origin: 'https://evil.example', authorization: 'Bearer nothing' }
    expect(await refusalOf(await api.ask(path, { body: sent, headers }))).toBe('403 forbidden_origin')
  })

  test('makes nobody a user of an instance that only this machine reaches, also by the first API', async () => {
    await using own = await openApi()
    const signUp = (origin: string) => own.ask('/users/signup', { body, headers: { origin } })
    for (const origin of [
      'https://evil.example',
      'null',
      'http://localhost.evil.example',
      'http://127.0.0.1.evil.example',
    ])
      expect(await refusalOf(await signUp(origin))).toBe('403 forbidden_origin')
    expect((await signUp('http://localhost:5173')).status).toBe(201)
  })
})

describe('the tries of one address', () => {
  const caller = (address: string) => ({ requestId: 'r', atMs: 0, address, userAgent: '', isSecure: false })
  const spend = async (times: number, work: (place: number) => Promise<unknown>) => {
    for (let place = 0; place < times; place += 1) await work(place).catch(() => {})
  }

  test('do not keep the person out who comes from another', async () => {
    const deps = { ...api.deps, rateLimits: createMemoryBackend(() => {}).rateLimits }
    const from = (address: string) => takeGuess(deps, 'signIn', { account: 'ada', caller: caller(address) })
    await spend(50, () => from('203.0.113.9'))
    await expect(from('203.0.113.9')).rejects.toThrow('too many tries')
    expect(await from('198.51.100.7')).toBeFunction()
  })

  test('at one account are bounded over all addresses together', async () => {
    const deps = { ...api.deps, rateLimits: createMemoryBackend(() => {}).rateLimits }
    const from = (address: string) => takeGuess(deps, 'signIn', { account: 'ada', caller: caller(address) })
    await spend(guessRules.signIn.everywhere, (place) => from(`198.51.${place}.7`))
    await expect(from('203.0.113.9')).rejects.toThrow('too many tries')
  })

  test('leave no trace once there are too many: what is counted is bounded, however many names they try', async () => {
    const { rateLimits } = createMemoryBackend(() => {})
    const keys = new Set<string>()
    const counted: RateLimits = {
      ...rateLimits,
      take(key, rate, cost) {
        keys.add(key)
        return rateLimits.take(key, rate, cost)
      },
    }
    const deps = { ...api.deps, rateLimits: counted }
    const guess = (place: number) =>
      takeGuess(deps, 'signIn', { account: `name-${place}`, caller: caller('203.0.113.9') })
    await spend(guessRules.signIn.address, guess)
    const before = keys.size
    await spend(500, (place) => guess(1_000 + place))
    expect(keys.size).toBe(before)
  })
})

test('a session that is ended while a request is looked up is not remembered', async () => {
  const { token, id } = await api.addPerson()
  const isAsked = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const sql = new Proxy(api.deps.sql, {
    get: (real, name) =>
      name !== 'execute'
        ? Reflect.get(real, name)
        : async (statement: never) => {
            const found = await real.execute(statement)
            isAsked.resolve()
            await goOn.promise
            return found
          },
  })
  const authenticator = createAuthenticator({ ...api.deps, sql })
  const request = () => new Request('http://localhost/', { headers: { authorization: `Bearer ${token}` } })
  const inFlight = authenticator.authenticate(request())
  await isAsked.promise
  await api.deps.sql.execute(`update session set revoked_at = now() where user_id = '${id}'`)
  authenticator.forget({ userIds: [id] })
  goOn.resolve()
  await inFlight.catch(() => {})
  await expect(authenticator.authenticate(request())).rejects.toThrow('not valid')
})

test('a session more than a hundred ends the oldest one', async () => {
  const person = await api.addPerson()
  const tokens: string[] = [person.token]
  for (let more = 0; more < 100; more += 1) tokens.push(await signIn(api.deps, person.id))
  const { items } = (await (await v1('/sessions', { token: tokens.at(-1) ?? '' })).json()) as { items: unknown[] }
  expect(items).toHaveLength(100)
  expect((await v1('/session', { token: person.token })).status).toBe(401)
  expect((await v1('/session', { token: tokens[1] ?? '' })).status).toBe(200)
})

describe('the audit log of somebody’s account', () => {
  async function deedsOf({ token, id }: { token: string; id: string }) {
    const answer = await v1(`/audit?subjectId=${id}`, { token })
    const { items } = (await answer.json()) as { items: { action: string; after: unknown; before: unknown }[] }
    return items.filter(({ action }) => action.startsWith('account.'))
  }

  test('has another password, another address, and the sessions that were ended, without a secret', async () => {
    const person = await newcomer()
    const { token } = person
    const email = `${crypto.randomUUID()}@example.com`
    await v1('/account', { token, method: 'PATCH', body: { email, password } })
    await v1('/sessions', { token, method: 'DELETE' })
    await v1('/account/password', {
      token,
      method: 'PUT',
      body: { currentPassword: password, newPassword: `${password}!` },
    })
    const deeds = await deedsOf(person)
    expect(deeds.map(({ action }) => action)).toEqual([
      'account.password_changed',
      'account.sessions_ended',
      'account.email_changed',
    ])
    expect(deeds.at(-1)).toMatchObject({ before: { email: null }, after: { email } })
    expect(JSON.stringify(deeds)).not.toContain(password)
  })

  test('has the second factor coming, its codes being renewed, and it going', async () => {
    const person = await newcomer()
    const { token } = person
    const { URI } = await import('otpauth')
    const offered = await v1('/account/second-factor', { token, body: { password } })
    const { url, secret } = (await offered.json()) as { url: string; secret: string }
    const code = URI.parse(url).generate({ timestamp: api.deps.clock.nowMs() } as never)
    const confirmed = await v1('/account/second-factor/confirm', { token, body: { code } })
    const { recoveryCodes } = (await confirmed.json()) as { recoveryCodes: string[] }
    await v1('/account/second-factor/recovery-codes', { token, body: { password } })
    await v1('/account/second-factor', { token, method: 'DELETE', body: { password } })
    const deeds = await deedsOf(person)
    expect(deeds.map(({ action }) => action)).toEqual([
      'account.second_factor_removed',
      'account.recovery_codes_renewed',
      'account.second_factor_set',
    ])
    for (const kept of [secret, ...recoveryCodes]) expect(JSON.stringify(deeds)).not.toContain(kept)
  })
})

test.each([['['], ['a b'], ['%'], ['localhost:99999']])(
  'a Host that is no name (%p) is refused, and is no fault of ours',
  async (host) => {
    await using server = await api.listen()
    const { port, hostname } = new URL(server.url)
    const answer = Promise.withResolvers<string>()
    const socket = await Bun.connect({
      hostname,
      port: Number(port),
      socket: { data: (_socket, data) => answer.resolve(data.toString()), close: () => answer.resolve('') },
    })
    socket.write(`GET /api/v1/session HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
    expect(await answer.promise).toStartWith('HTTP/1.1 421 ')
    socket.end()
  },
)
