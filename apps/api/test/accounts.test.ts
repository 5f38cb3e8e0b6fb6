import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Entered } from '@repo/contracts/accounts'
import { URI } from 'otpauth'
import { type ApiInstance, type Asked, openApi, problemOf, refusalOf } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api[Symbol.asyncDispose]())

const password = 'correct horse battery'
const MINUTE_MS = 60_000

async function newcomer(of: ApiInstance = api) {
  const username = `person-${crypto.randomUUID()}`
  const { id } = await json<{ id: string }>(of.ask('/api/v1/sign-up', { body: { username, password } }))
  return { id, username, token: await enter(of, username) }
}

async function enter(of: ApiInstance, username: string, secret = password): Promise<string> {
  const entered = await json<Entered>(of.ask('/api/v1/sign-in', { body: { username, password: secret } }))
  if (entered.state !== 'signed_in') throw new Error(`not signed in but ${entered.state}`)
  return entered.token
}

async function json<Body>(answer: Promise<Response>): Promise<Body> {
  const answered = await answer
  if (answered.status >= 300) throw new Error(`${answered.status} ${await answered.text()}`)
  return answered.json() as Promise<Body>
}

const v1 = (path: string, asked: Asked = {}) => api.ask(`/api/v1${path}`, asked)
const isIn = async (token: string) => (await v1('/session', { token })).status === 200

describe('who comes first', () => {
  test.each([['open'], ['invite'], ['closed']] as const)(
    'is the operator, and of fifty at once one is (%s)',
    async (signUp) => {
      await using own = await openApi({ signUp })
      // The tries of one address are bounded; these come from fifty.
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, place) =>
          own.ask('/api/v1/sign-up', { body: { username: `first-${place}`, password: `${password} ${place}` } }),
        ),
      )
      const { rows } = await own.deps.sql.execute<{ operators: number; people: number }>(
        'select count(*) filter (where is_operator)::integer as operators, count(*)::integer as people from users',
      )
      const created = answers.filter(({ status }) => status === 201).length
      expect(rows).toEqual([{ operators: 1, people: created }])
      expect(created).toBe(signUp === 'open' ? 50 : 1)
      for (const answer of answers.filter(({ status }) => status !== 201))
        expect(await refusalOf(answer)).toBe('403 sign_up_closed')
    },
    60_000,
  )

  test('is told to the page of signing in', async () => {
    await using own = await openApi({ signUp: 'invite' })
    const methods = () => json(own.ask('/api/v1/sign-in/methods'))
    expect(await methods()).toMatchObject({ signUp: true, signUpMode: 'invite' })
    await newcomer(own)
    expect(await methods()).toMatchObject({ signUp: false, signUpMode: 'invite' })
  })
})

describe('signing in', () => {
  test('says the same to an unknown name and to a wrong password', async () => {
    const { username } = await newcomer()
    const said = async (name: string) =>
      problemOf(await v1('/sign-in', { body: { username: name, password: 'wrong' } }))
    expect(await said(username)).toEqual(await said(`nobody-${crypto.randomUUID()}`))
  })

  test('takes ten tries at an account in a quarter of an hour, whoever tries, and then says when to come again', async () => {
    const { username } = await newcomer()
    const wrong = () => v1('/sign-in', { body: { username: username.toUpperCase(), password: 'wrong' } })
    for (let tries = 0; tries < 10; tries += 1) expect(await refusalOf(await wrong())).toBe('401 wrong_credentials')
    const answer = await wrong()
    const seconds = Number(answer.headers.get('retry-after'))
    expect(seconds).toBeWithin(1, 15 * 60 + 1)
    expect(await refusalOf(answer)).toBe('429 too_many_requests')
    expect(await refusalOf(await v1('/sign-in', { body: { username, password } }))).toBe('429 too_many_requests')
  }, 20_000)

  test('rightly takes back the tries before', async () => {
    const { username } = await newcomer()
    for (let round = 0; round < 3; round += 1) {
      for (let tries = 0; tries < 6; tries += 1)
        expect((await v1('/sign-in', { body: { username, password: 'wrong' } })).status).toBe(401)
      expect(await isIn(await enter(api, username))).toBe(true)
    }
  }, 20_000)

  test('upgrades a password that the first version hashed with bcrypt', async () => {
    const { id, username } = await newcomer()
    const old = await Bun.password.hash(password, { algorithm: 'bcrypt', cost: 4 })
    await api.deps.sql.execute(`update users set password_hash = '${old}' where id = '${id}'`)
    const hash = async () =>
      (await api.deps.sql.execute<{ password_hash: string }>(`select password_hash from users where id = '${id}'`))
        .rows[0]?.password_hash
    await enter(api, username)
    expect(await hash()).toStartWith('$argon2id$')
    expect(await isIn(await enter(api, username))).toBe(true)
  })

  test('over TLS, as a declared proxy says, sets a cookie that stays on TLS', async () => {
    await using behind = await openApi({ trustedProxies: ['127.0.0.1/32'] })
    const { username } = await newcomer(behind)
    await using server = await behind.listen()
    const body = JSON.stringify({ username, password })
    const cookie = async (headers: Record<string, string>) =>
      (
        await fetch(`${server.url}/api/v1/sign-in`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body,
        })
      ).headers.get('set-cookie')
    expect(await cookie({ 'x-forwarded-proto': 'https' })).toContain('; Secure')
    expect(await cookie({})).not.toContain('Secure')
  })
})

describe('a session', () => {
  test('ends when its person signs out, for the token as for the cookie', async () => {
    const { token } = await newcomer()
    expect((await v1('/session', { token, method: 'DELETE' })).status).toBe(204)
    expect(await isIn(token)).toBe(false)
    expect((await v1('/session', { headers: { cookie: `betteruptime_session=${token}` } })).status).toBe(401)
  })

  test('is listed among the others, and each can be ended', async () => {
    const { username, token } = await newcomer()
    const second = await enter(api, username)
    const third = await enter(api, username)
    const { items } = await json<{ items: { id: string; isThis: boolean }[] }>(v1('/sessions', { token: second }))
    expect(items.filter(({ isThis }) => isThis)).toHaveLength(1)
    expect(items).toHaveLength(3)
    const [, other] = items.filter(({ isThis }) => !isThis)
    expect((await v1(`/sessions/${other?.id}`, { token: second, method: 'DELETE' })).status).toBe(204)
    expect([await isIn(token), await isIn(third)].filter(Boolean)).toHaveLength(1)
    expect((await v1('/sessions', { token: second, method: 'DELETE' })).status).toBe(204)
    expect([await isIn(token), await isIn(third), await isIn(second)]).toEqual([false, false, true])
  })

  test('of somebody else cannot be ended', async () => {
    const [mine, theirs] = [await newcomer(), await newcomer()]
    const { items } = await json<{ items: { id: string }[] }>(v1('/sessions', { token: theirs.token }))
    const answer = await v1(`/sessions/${items[0]?.id}`, { token: mine.token, method: 'DELETE' })
    expect(await refusalOf(answer)).toBe('404 not_found')
    expect(await isIn(theirs.token)).toBe(true)
  })

  test('ends with the password, but for the one that changed it', async () => {
    const { username, token } = await newcomer()
    const elsewhere = await enter(api, username)
    const change = (currentPassword: string) =>
      v1('/account/password', { token, method: 'PUT', body: { currentPassword, newPassword: `${password}!` } })
    expect(await refusalOf(await change('wrong'))).toBe('401 wrong_credentials')
    expect((await change(password)).status).toBe(204)
    expect([await isIn(token), await isIn(elsewhere)]).toEqual([true, false])
    expect(await isIn(await enter(api, username, `${password}!`))).toBe(true)
    expect((await v1('/sign-in', { body: { username, password } })).status).toBe(401)
  })

  test('is not valid after a week', async () => {
    await using own = await openApi()
    const { token } = await newcomer(own)
    own.deps.clock.jump(7 * 24 * 60 * MINUTE_MS)
    expect((await own.ask('/api/v1/session', { token })).status).toBe(401)
  })
})

describe('a second factor', () => {
  async function withSecondFactor() {
    const person = await newcomer()
    const { token } = person
    const { url, secret } = await json<{ url: string; secret: string }>(
      v1('/account/second-factor', { token, body: { password } }),
    )
    const codeAt = (atMs: number) => URI.parse(url).generate({ timestamp: atMs } as never)
    const code = codeAt(api.deps.clock.nowMs())
    const { recoveryCodes } = await json<{ recoveryCodes: string[] }>(
      v1('/account/second-factor/confirm', { token, body: { code } }),
    )
    return { ...person, codeAt, secret, recoveryCodes, firstCode: code }
  }

  async function challengeOf(username: string): Promise<string> {
    const entered = await json<Entered>(v1('/sign-in', { body: { username, password } }))
    if (entered.state !== 'second_factor') throw new Error('no second factor was asked for')
    return entered.challenge
  }

  const answer = (challenge: string, code: string) => v1('/sign-in/second-factor', { body: { challenge, code } })

  test('is asked for once it was confirmed, and its code signs in once', async () => {
    const { username, codeAt, firstCode } = await withSecondFactor()
    const challenge = await challengeOf(username)
    // The code that confirmed it was used by that.
    expect(await refusalOf(await answer(challenge, firstCode))).toBe('401 wrong_code')
    api.deps.clock.jump(30_000)
    const code = codeAt(api.deps.clock.nowMs())
    const { token } = await json<{ token: string }>(answer(challenge, code))
    expect(await isIn(token)).toBe(true)
    expect(await refusalOf(await answer(challenge, code))).toBe('401 wrong_code')
    expect(await refusalOf(await answer(await challengeOf(username), code))).toBe('401 wrong_code')
  })

  test('of two with the same code at once lets one in', async () => {
    const { username, codeAt } = await withSecondFactor()
    const challenges = [await challengeOf(username), await challengeOf(username)]
    api.deps.clock.jump(30_000)
    const code = codeAt(api.deps.clock.nowMs())
    const answers = await Promise.all(challenges.map((challenge) => answer(challenge, code)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401])
  })

  test('takes codes of the step before and after, and no others', async () => {
    const { username, codeAt } = await withSecondFactor()
    api.deps.clock.jump(10 * MINUTE_MS)
    const nowMs = api.deps.clock.nowMs()
    const challenge = await challengeOf(username)
    for (const offMs of [-90_000, -60_000, 60_000, 90_000])
      expect(await refusalOf(await answer(challenge, codeAt(nowMs + offMs)))).toBe('401 wrong_code')
    expect((await answer(challenge, codeAt(nowMs + 30_000))).status).toBe(200)
  })

  test('takes five tries, and then none for a while, also for a right code', async () => {
    const { username, codeAt } = await withSecondFactor()
    const challenge = await challengeOf(username)
    for (let tries = 0; tries < 5; tries += 1)
      expect(await refusalOf(await answer(challenge, '000000'))).toBe('401 wrong_code')
    api.deps.clock.jump(30_000)
    const right = codeAt(api.deps.clock.nowMs())
    expect(await refusalOf(await answer(challenge, right))).toBe('429 too_many_requests')
  })

  test('gives way to each recovery code, once', async () => {
    const { username, recoveryCodes } = await withSecondFactor()
    expect(new Set(recoveryCodes).size).toBe(10)
    const [code = ''] = recoveryCodes
    expect((await answer(await challengeOf(username), ` ${code.toUpperCase()} `)).status).toBe(200)
    expect(await refusalOf(await answer(await challengeOf(username), code))).toBe('401 wrong_code')
  })

  test('has a challenge that the server made, and that is over after five minutes', async () => {
    const { username, codeAt } = await withSecondFactor()
    const challenge = await challengeOf(username)
    api.deps.clock.jump(5 * MINUTE_MS + 1_000)
    const code = codeAt(api.deps.clock.nowMs())
    expect(await refusalOf(await answer(challenge, code))).toBe('401 wrong_code')
    expect(await refusalOf(await answer(crypto.randomUUID(), code))).toBe('401 wrong_code')
  })

  test('is not removed without the password, and with it ends every other session', async () => {
    const { username, token, recoveryCodes } = await withSecondFactor()
    const [code = ''] = recoveryCodes
    const { token: elsewhere } = await json<{ token: string }>(answer(await challengeOf(username), code))
    const remove = (body: object) => v1('/account/second-factor', { token, method: 'DELETE', body })
    expect(await refusalOf(await remove({}))).toBe('401 wrong_credentials')
    expect(await refusalOf(await remove({ password: 'wrong' }))).toBe('401 wrong_credentials')
    expect((await remove({ password })).status).toBe(204)
    expect([await isIn(token), await isIn(elsewhere)]).toEqual([true, false])
    expect(await isIn(await enter(api, username))).toBe(true)
  })

  test('is asked for by the first API too', async () => {
    const { username, codeAt } = await withSecondFactor()
    const signIn = (code?: string) => api.ask('/users/signin', { body: { username, password, code } })
    expect(await refusalOf(await signIn())).toBe('401 second_factor_required')
    api.deps.clock.jump(30_000)
    const { token } = await json<{ token: string }>(signIn(codeAt(api.deps.clock.nowMs())))
    expect(await isIn(token)).toBe(true)
  })

  test('lies sealed in the database, and a second one cannot take its place unasked', async () => {
    const { id, token, secret } = await withSecondFactor()
    const { rows } = await api.deps.sql.execute(`select u::text as row from users u where id = '${id}'`)
    expect(JSON.stringify(rows)).not.toContain(secret)
    const again = await v1('/account/second-factor', { token, body: { password } })
    expect(await refusalOf(again)).toBe('409 second_factor_set')
  })
})
