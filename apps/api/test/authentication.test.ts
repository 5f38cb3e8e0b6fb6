import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { parseSessionId } from '@repo/domain/ids'
import { makeUserId, noonMs } from '@repo/domain/testing'
import { decodeJwt, SignJWT, UnsecuredJWT } from 'jose'
import { createPasswords } from '../src/passwords.ts'
import { createTokens, sessionSeconds } from '../src/tokens.ts'
import {
  type ApiInstance,
  type Asked,
  instanceSecret,
  type Listening,
  openApi,
  refusalOf,
  requestOf,
} from './instance.ts'

let api: ApiInstance
let server: Listening
beforeAll(async () => {
  api = await openApi()
  server = await api.listen()
})
afterAll(async () => {
  await server.stop()
  await api[Symbol.asyncDispose]()
})

const nowSeconds = noonMs / 1_000
const key = new TextEncoder().encode(instanceSecret)
const session = (authorization: string) => api.ask('/api/v1/session', { headers: { authorization } })

interface Known {
  readonly id: string
  readonly sessionId: string
}

/** Somebody with a session, as the token of their own tells. */
async function known(): Promise<Known> {
  const { id, token } = await api.addPerson()
  return { id, sessionId: String(decodeJwt(token).sid) }
}

/** Claims as this instance makes them, but for what is changed. */
function claims({ id, sessionId }: Known, changed: Record<string, unknown> = {}) {
  const own = {
    sub: id,
    sid: sessionId,
    iss: 'betteruptime',
    aud: 'betteruptime:user',
    iat: nowSeconds,
    exp: nowSeconds + 60,
  }
  return { ...own, ...changed }
}
const signed = (payload: Record<string, unknown>, { alg = 'HS256', typ = 'JWT', secret = key, header = {} } = {}) =>
  new SignJWT(payload).setProtectedHeader({ alg, typ, ...header }).sign(secret)

describe('a token', () => {
  test.each([['Bearer '], ['bearer '], ['BEARER   '], ['']])('behind %p tells who asks', async (prefix) => {
    const { token, id, username } = await api.addPerson()
    const answer = await session(`${prefix}${token}`)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ user: { id, username } })
  })

  const forgeries: [string, (known: Known) => Promise<string> | string][] = [
    ['is empty', () => 'Bearer '],
    ['is no token', () => 'Bearer nonsense'],
    ['is of another scheme', () => 'Basic YWRhOmFkYQ=='],
    [
      'was signed with another secret',
      (id) => signed(claims(id), { secret: new TextEncoder().encode('x'.repeat(40)) }),
    ],
    ['was signed with an empty secret', (id) => signed(claims(id), { secret: new Uint8Array(1) })],
    ['was signed by another algorithm', (id) => signed(claims(id), { alg: 'HS512' })],
    ['claims to need no signature', (id) => new UnsecuredJWT(claims(id)).encode()],
    ['has lost its signature', async (id) => (await signed(claims(id))).replace(/[^.]+$/, '')],
    ['has expired', (id) => signed(claims(id, { exp: nowSeconds - 1 }))],
    ['expires just now', (id) => signed(claims(id, { exp: nowSeconds }))],
    ['never expires', (id) => signed(claims(id, { exp: undefined }))],
    ['is not valid yet', (id) => signed(claims(id, { nbf: nowSeconds + 60 }))],
    ['was issued by somebody else', (id) => signed(claims(id, { iss: 'elsewhere' }))],
    ['was issued by nobody', (id) => signed(claims(id, { iss: undefined }))],
    ['was issued for something else', (id) => signed(claims(id, { aud: 'betteruptime:invitation' }))],
    ['speaks for nobody', (id) => signed(claims(id, { sub: undefined }))],
    ['speaks for something that is no user', (id) => signed(claims({ ...id, id: 'admin' }))],
    ['speaks for a user that is gone', (id) => signed(claims({ ...id, id: makeUserId() }))],
    ['is of no session', (id) => signed(claims(id, { sid: undefined }))],
    ['is of a session that never was', (id) => signed(claims(id, { sid: makeUserId() }))],
    ['is of a session of somebody else', async (id) => signed(claims(id, { sid: (await known()).sessionId }))],
    ['is of another type', async (id) => signed(claims(id), { typ: 'at+jwt' })],
    [
      'brings its own key',
      async (id) => signed(claims(id), { header: { jwk: { kty: 'oct', k: 'AAAA' } }, secret: new Uint8Array(32) }),
    ],
    [
      'says where its key is',
      async (id) =>
        signed(claims(id), {
          header: { jku: 'https://evil.example/keys', kid: '../../dev/null' },
          secret: new Uint8Array(32),
        }),
    ],
    ['was tampered with', async (id) => tamper(await signed(claims(id)), { sub: makeUserId() })],
  ]
  test.each(forgeries)('that %s is refused with 401', async (_what, forge) => {
    const answer = await session(await forge(await known()))
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    expect(await refusalOf(answer)).toBe('401 unauthenticated')
  })

  test('made like these, but as it should be, is taken', async () => {
    expect((await session(await signed(claims(await known())))).status).toBe(200)
  })

  test('is valid for a week, by the clock of the instance', async () => {
    const tokens = createTokens(instanceSecret)
    const facts = { userId: makeUserId(), sessionId: parseSessionId(makeUserId()) }
    const token = await tokens.sign(facts, noonMs)
    expect(await tokens.verify(token, noonMs + sessionSeconds * 1_000 - 1_000)).toEqual(facts)
    expect(await tokens.verify(token, noonMs + sessionSeconds * 1_000)).toBeUndefined()
  })

  function tamper(token: string, changed: Record<string, unknown>): string {
    const [head = '', payload = '', signature = ''] = token.split('.')
    const read = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>
    return [head, Buffer.from(JSON.stringify({ ...read, ...changed })).toString('base64url'), signature].join('.')
  }
})

describe('a password', () => {
  test('matches its own hash, and none where nobody is known', async () => {
    const passwords = await createPasswords()
    const hash = await passwords.hash('right')
    expect(await passwords.verify('right', hash)).toBe(true)
    expect(await passwords.verify('wrong', hash)).toBe(false)
    expect(await passwords.verify('right', undefined)).toBe(false)
  })

  test('of the first version, hashed by bcrypt, still matches', async () => {
    const passwords = await createPasswords()
    expect(await passwords.verify('old', await Bun.password.hash('old', { algorithm: 'bcrypt', cost: 4 }))).toBe(true)
  })
})

describe('the session of a browser', () => {
  const fetchFrom = (path: string, asked: Asked) => fetch(`${server.url}${path}`, requestOf(asked))

  async function browser() {
    const body = { username: `browser-${crypto.randomUUID()}`, password: 'a long secret' }
    await fetchFrom('/users/signup', { body })
    const cookie = (await fetchFrom('/users/signin', { body })).headers.get('set-cookie') ?? ''
    return { cookie, sent: cookie.split(';')[0] ?? '' }
  }

  test('is a cookie that no script reads and no other site sends along', async () => {
    const { cookie } = await browser()
    expect(cookie.split('; ').slice(1).sort()).toEqual([
      'HttpOnly',
      `Max-Age=${sessionSeconds}`,
      'Path=/',
      'SameSite=Lax',
    ])
  })

  test('signs its person in, among other cookies', async () => {
    const { sent } = await browser()
    const answer = await fetchFrom('/api/v1/session', { headers: { cookie: `theme=dark; ${sent}; x=y` } })
    expect(answer.status).toBe(200)
  })

  test('ends when the person signs out', async () => {
    const { sent } = await browser()
    const answer = await fetchFrom('/api/v1/session', { method: 'DELETE', headers: { cookie: sent } })
    expect(answer.status).toBe(204)
    expect(answer.headers.get('set-cookie')).toContain(
      'betteruptime_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0',
    )
  })

  test.each([
    ['a page of ours', () => ({ origin: server.url }), 201],
    ['no page at all', () => ({}), 201],
    ['a page of another site', () => ({ origin: 'https://evil.example' }), 403],
    ['a page of the same host on another port', () => ({ origin: 'http://127.0.0.1:1' }), 403],
    ['a page without an origin of its own', () => ({ origin: 'null' }), 403],
    ['a page whose browser calls it foreign', () => ({ 'sec-fetch-site': 'cross-site' }), 403],
  ])(
    'that is asked to change something from %s answers with the status it should',
    async (_whence, makeHeaders, status) => {
      const { sent } = await browser()
      const body = { spec: { kind: 'http', url: 'https://example.com' } }
      const headers: Record<string, string> = { cookie: sent, ...makeHeaders() }
      const answer = await fetchFrom('/api/v1/monitors', { body, headers })
      if (status === 403) expect(await refusalOf(answer)).toBe('403 forbidden_origin')
      else expect(answer.status).toBe(status)
    },
  )

  test('is not looked at where a token is given', async () => {
    const { sent } = await browser()
    const { token } = await api.addPerson()
    const headers = { cookie: sent, origin: 'https://evil.example' }
    const body = { spec: { kind: 'http', url: 'https://example.com' } }
    expect((await fetchFrom('/api/v1/monitors', { token, body, headers })).status).toBe(201)
    const forged = await fetchFrom('/api/v1/session', { token: 'forged', headers: { cookie: sent } })
    expect(await refusalOf(forged)).toBe('401 unauthenticated')
  })
})
