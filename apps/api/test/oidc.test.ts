import { describe, expect, test } from 'bun:test'
import { confirmTotp, offerTotp } from '@repo/db/queries/second-factors'
import { addUser } from '@repo/db/testing/populate'
import type { UserId } from '@repo/domain/ids'
import { clientId, clientSecret } from '../testing/oidc-provider.ts'
import {
  type Begun,
  begin,
  comeBack,
  cookiesOf,
  countUsers,
  loginOf,
  placeOf,
  refusalOf,
  signIn,
  someone,
} from './oidc-browser.ts'
import { openOidcGround } from './oidc-ground.ts'

const oidc = openOidcGround()

async function accountOf(answer: Response, at = oidc.api) {
  const account = await at.ask('/api/v1/account', { headers: { cookie: cookiesOf(answer) } })
  return (await account.json()) as { id: UserId; username: string; email: string | null; isOperator: boolean }
}

describe('the login of an organisation', () => {
  test('sends a browser to the provider with state, nonce and a PKCE challenge, and a cookie of its own', async () => {
    const answer = await oidc.api.ask('/api/v1/sign-in/oidc')
    expect(answer.status).toBe(302)
    const url = new URL(placeOf(answer))
    expect(url.origin + url.pathname).toBe(`${oidc.provider.issuer}/authorize`)
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
    const first = await signIn(oidc.api)
    expect([first.status, placeOf(first)]).toEqual([302, '/'])
    const cookies = first.headers.getSetCookie()
    expect(cookies[0]).toStartWith('betteruptime_login=; ')
    expect(cookies[1]).toMatch(/^betteruptime_session=\S+; Path=\/; HttpOnly; SameSite=Lax/)
    const account = await accountOf(first)
    expect(account).toMatchObject({
      username: oidc.provider.person.preferred_username,
      email: oidc.provider.person.email,
    })
    const again = await accountOf(await signIn(oidc.api))
    expect(again.id).toBe(account.id)
    const sessions = await oidc.api.ask('/api/v1/sessions', { headers: { cookie: cookiesOf(first) } })
    const { items } = (await sessions.json()) as { items: { method: string }[] }
    expect(items.map(({ method }) => method)).toEqual(['oidc', 'oidc'])
  })

  test('knows people by the issuer’s subject, whatever else of them changes', async () => {
    const { id } = await accountOf(await signIn(oidc.api))
    oidc.provider.person = { ...oidc.provider.person, email: 'changed@acme.example', preferred_username: 'changed' }
    expect((await accountOf(await signIn(oidc.api))).id).toBe(id)
  })

  test('writes down that somebody joined', async () => {
    const account = await accountOf(await signIn(oidc.api))
    const { rows } = await oidc.api.deps.sql.execute(
      `select action, actor_id from audit_entry where subject_id = '${account.id}'`,
    )
    expect(rows).toEqual([{ action: 'member.joined', actor_id: account.id }])
  })

  test('asks for the second factor of whoever has one here', async () => {
    const { id } = await accountOf(await signIn(oidc.api))
    const sealed = oidc.api.deps.keyring.seal('JBSWY3DPEHPK3PXP', `user:${id}:totp`)
    await offerTotp(oidc.api.deps.sql, id, sealed)
    await confirmTotp(oidc.api.deps.sql, id, { sealed, step: 1, nowMs: oidc.api.deps.clock.nowMs() })
    const answer = await comeBack(oidc.api, await begin(oidc.api, '/monitors?id=1'))
    expect(refusalOf(answer)).toMatch(/^\/signin\?next=%2Fmonitors%3Fid%3D1#second-factor=[\w-]{36}$/)
    const challenge = placeOf(answer).split('second-factor=')[1]
    const tried = await oidc.api.ask('/api/v1/sign-in/second-factor', { body: { challenge, code: '000000' } })
    expect(tried.status).toBe(401)
  })

  test('makes one person of two that are the same at once', async () => {
    const [first, second] = [await begin(oidc.api), await begin(oidc.api)]
    const answers = await Promise.all([comeBack(oidc.api, first), comeBack(oidc.api, second)])
    const accounts = await Promise.all(answers.map((answer) => accountOf(answer)))
    expect(accounts[0]?.id ?? '').toBe(accounts[1]?.id as UserId)
  })

  test('reads the address from the userinfo endpoint where the token has none', async () => {
    oidc.provider.lies = { userinfoOnly: true }
    expect(await accountOf(await signIn(oidc.api))).toMatchObject({ email: oidc.provider.person.email })
  })

  test('is offered by its name', async () => {
    const methods = await oidc.api.ask('/api/v1/sign-in/methods')
    expect(await methods.json()).toMatchObject({ oidc: { name: 'Acme' } })
  })

  test('shows its secret in the way that the provider takes', async () => {
    oidc.provider.lies = { discovery: { token_endpoint_auth_methods_supported: ['client_secret_post'] } }
    await using posting = await oidc.openWithLogin()
    await signIn(posting)
    expect(oidc.provider.exchanges.at(-1)?.get('client_secret')).toBe(clientSecret)
  })
})

describe('a new person', () => {
  test('is not who has the same address here already', async () => {
    const known = await addUser(oidc.api.deps.sql, { email: `${crypto.randomUUID()}@acme.example`, username: 'victim' })
    oidc.provider.person = someone({ email: known.email, preferred_username: 'victim' })
    const account = await accountOf(await signIn(oidc.api))
    expect(account.id).not.toBe(known.id)
    expect(account.username).toBe('victim-2')
  })

  test('keeps an address only where the provider has verified it', async () => {
    for (const email_verified of [false, undefined, 'true', 1]) {
      oidc.provider.person = someone({ email_verified })
      expect(await accountOf(await signIn(oidc.api))).toMatchObject({ email: null })
    }
  })

  test('gets a name that nobody has, whatever the provider calls them', async () => {
    const names = ['', 'a\r\nb', 'x'.repeat(300), '\u0000', 7, null, '  ']
    for (const preferred_username of names) {
      oidc.provider.person = someone({ preferred_username, email: undefined })
      const { username } = await accountOf(await signIn(oidc.api))
      expect([preferred_username, username]).toEqual([
        preferred_username,
        expect.stringMatching(/^(?:user|x+)(?:-\w+)?$/),
      ])
    }
  })
})

describe('who may come', () => {
  test('anybody, with a workspace of their own, where signing up is open', async () => {
    const before = await countUsers(oidc.api)
    const answer = await signIn(oidc.api)
    const workspaces = await oidc.api.ask('/api/v1/workspaces', { headers: { cookie: cookiesOf(answer) } })
    expect(((await workspaces.json()) as { items: { role: string }[] }).items).toMatchObject([{ role: 'owner' }])
    expect(await countUsers(oidc.api)).toBe(before + 1)
  })

  test('the very first, who becomes the operator, where it takes an invitation; and whoever came before', async () => {
    await using invited = await oidc.openWithLogin({ signUp: 'invite' })
    const first = oidc.provider.person
    expect(await accountOf(await signIn(invited), invited)).toMatchObject({ isOperator: true })
    oidc.provider.person = someone()
    expect(refusalOf(await signIn(invited))).toBe('/signin?error=sign_up_closed')
    expect(await countUsers(invited)).toBe(1)
    oidc.provider.person = first
    expect(placeOf(await signIn(invited))).toBe('/')
  })

  test('whoever has a verified address of a domain that the operator named, where it takes an invitation', async () => {
    await using invited = await oidc.openWithLogin({ signUp: 'invite', oidc: loginOf(oidc.provider, ['acme.example']) })
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
      [{ email: 'ada@evil.example@acme.example' }, '/signin?error=sign_up_closed'],
      [{ email: 'ada@evil.example\n@acme.example' }, '/signin?error=sign_up_closed'],
      [{ email: ['ada@acme.example'] }, '/signin?error=sign_up_closed'],
      [{ email: undefined }, '/signin?error=sign_up_closed'],
    ]
    for (const [claims, place] of cases) {
      oidc.provider.person = someone(claims)
      const answer = await signIn(invited)
      expect([claims, placeOf(answer)]).toEqual([claims, place])
    }
  })

  test('nobody new where it is closed, not even the first or those of the domain', async () => {
    await using closed = await oidc.openWithLogin({ signUp: 'closed', oidc: loginOf(oidc.provider, ['acme.example']) })
    expect(refusalOf(await signIn(closed))).toBe('/signin?error=sign_up_closed')
    expect(await countUsers(closed)).toBe(0)
  })

  test('one operator, where many first people come at once', async () => {
    await using invited = await oidc.openWithLogin({ signUp: 'invite' })
    const begun: Begun[] = []
    for (let count = 0; count < 8; count += 1) {
      oidc.provider.person = someone()
      begun.push(await begin(invited))
    }
    const places = (await Promise.all(begun.map((one) => comeBack(invited, one)))).map(placeOf)
    expect(places.filter((place) => place === '/')).toHaveLength(1)
    expect(await countUsers(invited)).toBe(1)
  })
})
