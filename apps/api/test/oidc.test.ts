import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { confirmTotp, offerTotp } from '@repo/db/queries/second-factors'
import { addUser } from '@repo/db/testing/populate'
import type { UserId } from '@repo/domain/ids'
import { createOidcLogin } from '../src/accounts/oidc.ts'
import type { ApiDeps } from '../src/deps.ts'
import { ownPath } from '../src/routes/oidc.ts'
import { type ApiInstance, openApi } from './instance.ts'
import { clientId, clientSecret, type Lies, type OidcProvider, openOidcProvider } from './oidc-provider.ts'

let provider: OidcProvider
let api: ApiInstance

const loginOf = (allowedDomains: readonly string[] = []) =>
  createOidcLogin({ issuer: provider.issuer, clientId, clientSecret, name: 'Acme', allowedDomains })

const openWithLogin = (changed: Partial<Omit<ApiDeps, 'clock'>> = {}) => openApi({ oidc: loginOf(), ...changed })

beforeAll(async () => {
  provider = await openOidcProvider()
  api = await openWithLogin()
}, 30_000)
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await provider[Symbol.asyncDispose]()
})
beforeEach(() => {
  provider.person = someone()
})
afterEach(() => {
  provider.lies = {}
})

function someone(claims: Record<string, unknown> = {}) {
  const sub = crypto.randomUUID()
  return { sub, email: `${sub}@acme.example`, email_verified: true, preferred_username: `p-${sub}`, ...claims }
}

const placeOf = (answer: Response) => answer.headers.get('location') ?? ''
const cookiesOf = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0] ?? '')
    .join('; ')

interface Begun {
  /** Of our API, with what the provider sent along. */
  readonly callback: string
  readonly cookie: string
}

/** A browser that goes to the provider, signs in there, and is about to come back. */
async function begin(at = api, next = ''): Promise<Begun> {
  const begun = await at.ask(`/api/v1/sign-in/oidc${next && `?next=${encodeURIComponent(next)}`}`)
  expect(begun.status).toBe(302)
  const there = await fetch(placeOf(begun), { redirect: 'manual' })
  const back = new URL(placeOf(there))
  expect(back.origin).toBe('https://uptime.example.com')
  return { callback: back.pathname + back.search, cookie: cookiesOf(begun) }
}

const comeBack = ({ callback, cookie }: Begun, at = api) => at.ask(callback, { headers: { cookie } })

const signIn = async (at = api) => comeBack(await begin(at), at)

async function accountOf(answer: Response, at = api) {
  const account = await at.ask('/api/v1/account', { headers: { cookie: cookiesOf(answer) } })
  return (await account.json()) as { id: UserId; username: string; email: string | null; isOperator: boolean }
}

/** What went wrong; nobody was signed in. */
function refusalOf(answer: Response): string {
  expect(answer.status).toBe(302)
  expect(cookiesOf(answer)).not.toContain('betteruptime_session=ey')
  return placeOf(answer)
}

const countUsers = async (at = api) => (await at.deps.sql.execute('select id from users')).rows.length

describe('the login of an organisation', () => {
  test('sends a browser to the provider with state, nonce and a PKCE challenge, and a cookie of its own', async () => {
    const answer = await api.ask('/api/v1/sign-in/oidc')
    expect(answer.status).toBe(302)
    const url = new URL(placeOf(answer))
    expect(url.origin + url.pathname).toBe(`${provider.issuer}/authorize`)
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: clientId,
      response_type: 'code',
      redirect_uri: 'https://uptime.example.com/api/v1/sign-in/oidc/callback',
      scope: 'openid email profile',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    })
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^betteruptime_login=[\w-]{36}; Path=\/api\/v1\/sign-in\/oidc; HttpOnly; SameSite=Lax; Max-Age=600$/,
      ),
    ])
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test('signs a new person up, and the same person in from then on', async () => {
    const first = await signIn()
    expect([first.status, placeOf(first)]).toEqual([302, '/'])
    const cookies = first.headers.getSetCookie()
    expect(cookies[0]).toStartWith('betteruptime_login=; ')
    expect(cookies[1]).toMatch(/^betteruptime_session=\S+; Path=\/; HttpOnly; SameSite=Lax/)
    const account = await accountOf(first)
    expect(account).toMatchObject({ username: provider.person.preferred_username, email: provider.person.email })
    const again = await accountOf(await signIn())
    expect(again.id).toBe(account.id)
    const sessions = await api.ask('/api/v1/sessions', { headers: { cookie: cookiesOf(first) } })
    const { items } = (await sessions.json()) as { items: { method: string }[] }
    expect(items.map(({ method }) => method)).toEqual(['oidc', 'oidc'])
  })

  test('knows people by the issuer’s subject, whatever else of them changes', async () => {
    const { id } = await accountOf(await signIn())
    provider.person = { ...provider.person, email: 'changed@acme.example', preferred_username: 'changed' }
    expect((await accountOf(await signIn())).id).toBe(id)
  })

  test('writes down that somebody joined', async () => {
    const account = await accountOf(await signIn())
    const { rows } = await api.deps.sql.execute(
      `select action, actor_id from audit_entry where subject_id = '${account.id}'`,
    )
    expect(rows).toEqual([{ action: 'member.joined', actor_id: account.id }])
  })

  test('asks for the second factor of whoever has one here', async () => {
    const { id } = await accountOf(await signIn())
    const sealed = api.deps.keyring.seal('JBSWY3DPEHPK3PXP', `user:${id}:totp`)
    await offerTotp(api.deps.sql, id, sealed)
    await confirmTotp(api.deps.sql, id, { sealed, step: 1, nowMs: api.deps.clock.nowMs() })
    const answer = await comeBack(await begin(api, '/monitors?id=1'))
    expect(refusalOf(answer)).toMatch(/^\/signin\?next=%2Fmonitors%3Fid%3D1#second-factor=[\w-]{36}$/)
    const challenge = placeOf(answer).split('second-factor=')[1]
    const tried = await api.ask('/api/v1/sign-in/second-factor', { body: { challenge, code: '000000' } })
    expect(tried.status).toBe(401)
  })

  test('makes one person of two that are the same at once', async () => {
    const [first, second] = [await begin(), await begin()]
    const answers = await Promise.all([comeBack(first), comeBack(second)])
    const accounts = await Promise.all(answers.map((answer) => accountOf(answer)))
    expect(accounts[0]?.id ?? '').toBe(accounts[1]?.id as UserId)
  })

  test('reads the address from the userinfo endpoint where the token has none', async () => {
    provider.lies = { userinfoOnly: true }
    expect(await accountOf(await signIn())).toMatchObject({ email: provider.person.email })
  })

  test('is offered by its name', async () => {
    const methods = await api.ask('/api/v1/sign-in/methods')
    expect(await methods.json()).toMatchObject({ oidc: { name: 'Acme' } })
  })

  test('shows its secret in the way that the provider takes', async () => {
    provider.lies = { discovery: { token_endpoint_auth_methods_supported: ['client_secret_post'] } }
    await using posting = await openWithLogin()
    await signIn(posting)
    expect(provider.exchanges.at(-1)?.get('client_secret')).toBe(clientSecret)
  })
})

describe('a new person', () => {
  test('is not who has the same address here already', async () => {
    const known = await addUser(api.deps.sql, { email: `${crypto.randomUUID()}@acme.example`, username: 'victim' })
    provider.person = someone({ email: known.email, preferred_username: 'victim' })
    const account = await accountOf(await signIn())
    expect(account.id).not.toBe(known.id)
    expect(account.username).toBe('victim-2')
  })

  test('keeps an address only where the provider has verified it', async () => {
    for (const email_verified of [false, undefined, 'true', 1]) {
      provider.person = someone({ email_verified })
      expect(await accountOf(await signIn())).toMatchObject({ email: null })
    }
  })

  test('gets a name that nobody has, whatever the provider calls them', async () => {
    const names = ['', 'a\r\nb', 'x'.repeat(300), '\u0000', 7, null, '  ']
    for (const preferred_username of names) {
      provider.person = someone({ preferred_username, email: undefined })
      const { username } = await accountOf(await signIn())
      expect([preferred_username, username]).toEqual([
        preferred_username,
        expect.stringMatching(/^(?:user|x+)(?:-\w+)?$/),
      ])
    }
  })
})

describe('who may come', () => {
  test('anybody, with a workspace of their own, where signing up is open', async () => {
    const before = await countUsers()
    const answer = await signIn()
    const workspaces = await api.ask('/api/v1/workspaces', { headers: { cookie: cookiesOf(answer) } })
    expect(((await workspaces.json()) as { items: { role: string }[] }).items).toMatchObject([{ role: 'owner' }])
    expect(await countUsers()).toBe(before + 1)
  })

  test('the very first, who becomes the operator, where it takes an invitation; and whoever came before', async () => {
    await using invited = await openWithLogin({ signUp: 'invite' })
    const first = provider.person
    expect(await accountOf(await signIn(invited), invited)).toMatchObject({ isOperator: true })
    provider.person = someone()
    expect(refusalOf(await signIn(invited))).toBe('/signin?error=sign_up_closed')
    expect(await countUsers(invited)).toBe(1)
    provider.person = first
    expect(placeOf(await signIn(invited))).toBe('/')
  })

  test('whoever has a verified address of a domain that the operator named, where it takes an invitation', async () => {
    await using invited = await openWithLogin({ signUp: 'invite', oidc: loginOf(['acme.example']) })
    await addUser(invited.deps.sql)
    const cases: [Record<string, unknown>, string][] = [
      [{}, '/'],
      [{ email: 'ada@ACME.example' }, '/'],
      [{ email_verified: false }, '/signin?error=sign_up_closed'],
      [{ email: 'ada@evil.example' }, '/signin?error=sign_up_closed'],
      [{ email: 'ada@evil-acme.example' }, '/signin?error=sign_up_closed'],
      [{ email: 'ada@sub.acme.example' }, '/signin?error=sign_up_closed'],
      [{ email: 'ada@acme.example@evil.example' }, '/signin?error=sign_up_closed'],
      [{ email: 'ada@acme.example.evil.example' }, '/signin?error=sign_up_closed'],
      [{ email: undefined }, '/signin?error=sign_up_closed'],
    ]
    for (const [claims, place] of cases) {
      provider.person = someone(claims)
      const answer = await signIn(invited)
      expect([claims, placeOf(answer)]).toEqual([claims, place])
    }
  })

  test('nobody new where it is closed, not even the first or those of the domain', async () => {
    await using closed = await openWithLogin({ signUp: 'closed', oidc: loginOf(['acme.example']) })
    expect(refusalOf(await signIn(closed))).toBe('/signin?error=sign_up_closed')
    expect(await countUsers(closed)).toBe(0)
  })

  test('one operator, where many first people come at once', async () => {
    await using invited = await openWithLogin({ signUp: 'invite' })
    const begun: Begun[] = []
    for (let count = 0; count < 8; count += 1) {
      provider.person = someone()
      begun.push(await begin(invited))
    }
    const places = (await Promise.all(begun.map((one) => comeBack(one, invited)))).map(placeOf)
    expect(places.filter((place) => place === '/')).toHaveLength(1)
    expect(await countUsers(invited)).toBe(1)
  })
})

describe('an answer is refused', () => {
  const nowSeconds = Math.floor(Date.now() / 1_000)
  const lies: [string, Lies][] = [
    ['with the nonce of another login', { claims: { nonce: 'another' } }],
    ['without a nonce', { claims: { nonce: undefined } }],
    ['for another client', { claims: { aud: 'somebody-else' } }],
    ['for several clients, of which another one asked', { claims: { aud: [clientId, 'other'], azp: 'other' } }],
    ['of another issuer', { claims: { iss: 'https://evil.example' } }],
    ['that is over', { claims: { iat: nowSeconds - 700, exp: nowSeconds - 600 } }],
    ['that is not yet', { claims: { nbf: nowSeconds + 600 } }],
    ['without a subject', { claims: { sub: undefined } }],
    ['that is not signed', { signature: 'none' }],
    ['that is signed with our own secret', { signature: 'hmac-with-secret' }],
    ['that is signed with the public key as a secret', { signature: 'hmac-with-public-key' }],
    ['that is signed with another key', { signature: 'another-key' }],
    ['whose signature was changed', { signature: 'broken' }],
    ['without an ID token', { withoutIdToken: true }],
  ]
  test.each(lies)('%s', async (_, told) => {
    const before = await countUsers()
    const begun = await begin()
    provider.lies = told
    expect(refusalOf(await comeBack(begun))).toBe('/signin?error=wrong_credentials')
    expect(await countUsers()).toBe(before)
  })

  test('that is not signed, also where the provider says that it signs nothing', async () => {
    provider.lies = { signature: 'none', discovery: { id_token_signing_alg_values_supported: ['none', 'RS256'] } }
    await using trusting = await openWithLogin()
    expect(refusalOf(await signIn(trusting))).toBe('/signin?error=wrong_credentials')
  })

  test('with another state, which leaves the login that was begun', async () => {
    const { callback, cookie } = await begin()
    const forged = callback.replace(/state=[\w-]+/, 'state=forged')
    expect(refusalOf(await comeBack({ callback: forged, cookie }))).toBe('/signin?error=gone')
    expect(refusalOf(await comeBack({ callback: forged.replace(/&?state=forged/, ''), cookie }))).toBe(
      '/signin?error=gone',
    )
    expect(placeOf(await comeBack({ callback, cookie }))).toBe('/')
  })

  test('in a browser that did not begin', async () => {
    const [mine, theirs] = [await begin(), await begin()]
    for (const cookie of [
      '',
      theirs.cookie,
      `betteruptime_login=${crypto.randomUUID()}`,
      "betteruptime_login=' or 1=1",
    ])
      expect(refusalOf(await comeBack({ callback: mine.callback, cookie }))).toBe('/signin?error=gone')
  })

  test('for the second time', async () => {
    const begun = await begin()
    const exchanges = provider.exchanges.length
    expect(placeOf(await comeBack(begun))).toBe('/')
    expect(refusalOf(await comeBack(begun))).toBe('/signin?error=gone')
    expect(provider.exchanges.length).toBe(exchanges + 1)
  })

  test('with a code that was used in another login', async () => {
    const [first, second] = [await begin(), await begin()]
    const codeOf = ({ callback }: Begun) => new URL(callback, 'http://localhost').searchParams.get('code') ?? ''
    const replayed = { ...second, callback: second.callback.replace(codeOf(second), codeOf(first)) }
    // The code is good, but was given for another PKCE challenge.
    expect(refusalOf(await comeBack(replayed))).toBe('/signin?error=wrong_credentials')
  })

  test('after ten minutes', async () => {
    await using slow = await openWithLogin()
    const begun = await begin(slow)
    await slow.deps.clock.advance(600_000)
    expect(refusalOf(await comeBack(begun, slow))).toBe('/signin?error=gone')
  })

  test('that is a refusal itself', async () => {
    const { callback, cookie } = await begin()
    const state = new URL(callback, 'http://localhost').searchParams.get('state') ?? ''
    const query = new URLSearchParams({ error: 'access_denied', error_description: '<script>', state })
    const refused = callback.replace(/\?.*/, `?${query}`)
    expect(refusalOf(await comeBack({ callback: refused, cookie }))).toBe('/signin?error=wrong_credentials')
  })
})

describe('the provider', () => {
  test('may be away: that is said, and the next login asks anew', async () => {
    await using unlucky = await openWithLogin()
    provider.lies = { instead: { '/.well-known/openid-configuration': () => new Response('', { status: 503 }) } }
    expect(refusalOf(await unlucky.ask('/api/v1/sign-in/oidc'))).toBe('/signin?error=unavailable')
    provider.lies = {}
    const begun = await begin(unlucky)
    provider.lies = { instead: { '/token': () => new Response('', { status: 502 }) } }
    expect(refusalOf(await comeBack(begun, unlucky))).toBe('/signin?error=unavailable')
  })

  test('is not followed to elsewhere', async () => {
    await using other = await openOidcProvider()
    const elsewhere = (path: string) => () => Response.redirect(`${other.issuer}${path}`, 307)
    for (const path of ['/.well-known/openid-configuration', '/token', '/jwks']) {
      await using led = await openWithLogin()
      provider.lies = { instead: { [path]: elsewhere(path) } }
      const begun = await led.ask('/api/v1/sign-in/oidc')
      if (path.startsWith('/.well')) expect(refusalOf(begun)).toBe('/signin?error=unavailable')
      else expect(refusalOf(await comeBack(await begin(led), led))).toStartWith('/signin?error=')
    }
    expect(other.asked).toEqual([])
  })

  test('cannot make us read without end', async () => {
    await using flooded = await openWithLogin()
    const endless = () =>
      new Response(new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(65_536).fill(32)) }))
    provider.lies = { instead: { '/.well-known/openid-configuration': endless } }
    expect(refusalOf(await flooded.ask('/api/v1/sign-in/oidc'))).toBe('/signin?error=unavailable')
  })

  test('must be the issuer that was configured', async () => {
    provider.lies = { discovery: { issuer: 'https://evil.example' } }
    await using deceived = await openWithLogin()
    expect(refusalOf(await deceived.ask('/api/v1/sign-in/oidc'))).toBe('/signin?error=unavailable')
  })

  test('is asked for its own description once', async () => {
    await using busy = await openWithLogin()
    const before = provider.asked.length
    await Promise.all([1, 2, 3].map(() => busy.ask('/api/v1/sign-in/oidc')))
    await busy.ask('/api/v1/sign-in/oidc')
    expect(provider.asked.slice(before)).toEqual(['/.well-known/openid-configuration'])
  })
})

describe('the address', () => {
  test('to come back to is the configured one, whatever a request says', async () => {
    for (const headers of [{ host: 'localhost:9999' }, { 'x-forwarded-host': 'evil.example' }, { host: '127.0.0.1' }]) {
      const answer = await api.ask('/api/v1/sign-in/oidc', { headers })
      const redirectUri = new URL(placeOf(answer)).searchParams.get('redirect_uri')
      expect(redirectUri).toBe('https://uptime.example.com/api/v1/sign-in/oidc/callback')
    }
  })

  test('is that of localhost where none was configured, and of nothing else', async () => {
    await using local = await openWithLogin({ publicUrl: undefined })
    const at = async (host: string) => placeOf(await local.ask('/api/v1/sign-in/oidc', { headers: { host } }))
    expect(await at('localhost:3000')).toContain(encodeURIComponent('http://localhost:3000/api/v1/'))
    for (const host of ['uptime.example.com', '127.0.0.1:3000'])
      expect(await at(host)).toBe('/signin?error=not_configured')
  })

  test('of nothing is gone to where there is no such login', async () => {
    await using bare = await openApi()
    for (const path of ['/api/v1/sign-in/oidc', '/api/v1/sign-in/oidc/callback?code=a&state=b'])
      expect(refusalOf(await bare.ask(path))).toBe('/signin?error=not_configured')
  })

  test('to go on to is the one that was asked for at the start', async () => {
    expect(placeOf(await comeBack(await begin(api, '/monitors?status=down')))).toBe('/monitors?status=down')
  })

  test('to go on to stays on our own origin', async () => {
    expect(placeOf(await comeBack(await begin(api, '//evil.example')))).toBe('/')
    const { callback, cookie } = await begin()
    expect(placeOf(await comeBack({ callback: `${callback}&next=//evil.example`, cookie }))).toBe('/')
  })

  const origin = 'https://uptime.example.com'
  const paths: [string, string][] = [
    ['/monitors', '/monitors'],
    ['/monitor?id=1&x=%2F', '/monitor?id=1&x=%2F'],
    ['/a/../b#c', '/b'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['\\\\evil.example', '/'],
    ['/\t/evil.example', '/'],
    ['/\n/evil.example', '/'],
    ['/.//evil.example', '/'],
    ['/a/..//evil.example', '/'],
    ['/%2e//evil.example', '/'],
    ['https://evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['data:text/html,x', '/'],
    [' /monitors', '/'],
    ['monitors', '/'],
    ['', '/'],
    ['/@evil.example', '/@evil.example'],
    ['/\r\nSet-Cookie: a=b', '/Set-Cookie:%20a=b'],
  ]
  test.each(paths)('%p leads to %p', (wanted, place) => {
    expect(ownPath(wanted, origin)).toBe(place)
    expect(new URL(place, origin).origin).toBe(origin)
  })
})
