import { describe, expect, test } from 'bun:test'
import { bindIdentity } from '@repo/db/queries/oidc-identities'
import type { UserId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import type { ApiInstance } from './instance.ts'
import { refusalOf, signIn } from './instance.ts'
import {
  type Begun,
  backFrom,
  begin,
  comeBack,
  cookiesOf,
  countUsers,
  placeOf,
  signIn as signInThere,
} from './oidc-browser.ts'
import { openOidcGround } from './oidc-ground.ts'
import { type CreationOptions, createAuthenticator } from './software-authenticator.ts'

const oidc = openOidcGround()
const password = 'correct horse battery'
const settings = '/settings/security'

interface Somebody {
  readonly id: UserId
  readonly token: string
}

async function newcomer(): Promise<Somebody> {
  const { api } = oidc
  const person = await api.addPerson()
  const hash = await api.deps.passwords.hash(password)
  await api.deps.sql.execute(`update users set password_hash = '${hash}' where id = '${person.id}'`)
  return person
}

const sessionCookie = ({ token }: { token: string }) => `betteruptime_session=${token}`
const start = ({ token }: { token: string }, body: object = { password }, api: ApiInstance = oidc.api) =>
  api.ask('/api/v1/account/identities', { token, body })

/** Somebody's browser, which was at the provider for linking and is about to come back with both of its cookies. */
async function beginLink(person: Somebody): Promise<Begun> {
  const begun = await start(person)
  expect(begun.status).toBe(200)
  const { url } = (await begun.json()) as { url: string }
  return { callback: await backFrom(url), cookie: `${cookiesOf(begun)}; ${sessionCookie(person)}` }
}

async function link(person: Somebody): Promise<string> {
  return placeOf(await comeBack(oidc.api, await beginLink(person)))
}

async function identitiesOf({ token }: { token: string }) {
  const answer = await oidc.api.ask('/api/v1/account/identities', { token })
  return ((await answer.json()) as { items: { id: string; issuer: string; createdAt: string }[] }).items
}

const unlink = (person: { token: string }, id: string, body: object = { password }) =>
  oidc.api.ask(`/api/v1/account/identities/${id}`, { token: person.token, method: 'DELETE', body })

async function onlyIdOf(person: { token: string }): Promise<string> {
  const [identity, ...others] = await identitiesOf(person)
  expect(others).toEqual([])
  return identity?.id ?? ''
}

async function whoIs(answer: Response): Promise<string> {
  const account = await oidc.api.ask('/api/v1/account', { headers: { cookie: cookiesOf(answer) } })
  return ((await account.json()) as { id: string }).id
}

/** Somebody who came by the organisation's login, and has neither a password nor a passkey. */
async function whoCameByIt() {
  const cookies = cookiesOf(await signInThere(oidc.api))
  const token = /betteruptime_session=([^;]+)/.exec(cookies)?.[1] ?? ''
  return { token }
}

const passkeys = '/api/v1/account/passkeys'

async function addPasskey({ token }: { token: string }, api: ApiInstance = oidc.api): Promise<string> {
  const offered = await api.ask(`${passkeys}/options`, { token, body: {} })
  const { challenge, options } = (await offered.json()) as { challenge: string; options: CreationOptions }
  const credential = createAuthenticator('https://uptime.example.com').create(options)
  const made = await api.ask(passkeys, { token, body: { challenge, name: 'Laptop', credential } })
  return ((await made.json()) as { id: string }).id
}

const removePasskey = ({ token }: { token: string }, id: string, body: object = {}) =>
  oidc.api.ask(`${passkeys}/${id}`, { token, method: 'DELETE', body })

describe('linking a login of the organisation', () => {
  test('opens the account by it from then on, and makes nobody new', async () => {
    const person = await newcomer()
    const before = await countUsers(oidc.api)
    expect(await link(person)).toBe(settings)
    expect(await whoIs(await signInThere(oidc.api))).toBe(person.id)
    expect(await countUsers(oidc.api)).toBe(before)
  })

  test('is shown with its issuer, and not with what the provider calls the person', async () => {
    const person = await newcomer()
    await link(person)
    const identities = await identitiesOf(person)
    expect(identities).toEqual([
      {
        id: expect.stringMatching(/^[\da-f]{32}$/),
        issuer: oidc.provider.issuer,
        createdAt: '2026-06-01T12:00:00.000Z',
      },
    ])
    expect(JSON.stringify(identities)).not.toContain(oidc.provider.person.sub)
  })

  test('takes the password: a session alone is not enough', async () => {
    const person = await newcomer()
    for (const body of [{}, { password: 'wrong' }])
      expect(await refusalOf(await start(person, body))).toBe('401 wrong_credentials')
    expect(await identitiesOf(person)).toEqual([])
  })

  test('is written down, and says which issuer', async () => {
    const person = await newcomer()
    await link(person)
    await unlink(person, await onlyIdOf(person))
    const { rows } = await oidc.api.deps.sql.execute(
      `select action, before, after from audit_entry where actor_id = '${person.id}' order by id`,
    )
    const { issuer } = oidc.provider
    expect(rows).toEqual([
      { action: 'account.identity_linked', before: null, after: { issuer } },
      { action: 'account.identity_unlinked', before: { issuer }, after: null },
    ])
  })

  test('twice to the same account changes nothing', async () => {
    const person = await newcomer()
    expect([await link(person), await link(person)]).toEqual([settings, settings])
    expect(await identitiesOf(person)).toHaveLength(1)
  })

  test('gives nobody a session', async () => {
    const answer = await comeBack(oidc.api, await beginLink(await newcomer()))
    expect(cookiesOf(answer)).toBe('betteruptime_login=')
  })
})

describe('linking is refused', () => {
  test('of what belongs to another account, and it stays theirs', async () => {
    const [theirs, mine] = [await newcomer(), await newcomer()]
    await link(theirs)
    expect(await link(mine)).toBe(`${settings}?error=identity_taken`)
    expect(await identitiesOf(mine)).toEqual([])
    expect(await whoIs(await signInThere(oidc.api))).toBe(theirs.id)
  })

  test('of a second login of the same organisation, also where two come back at once', async () => {
    const person = await newcomer()
    const first = await beginLink(person)
    oidc.provider.person = { ...oidc.provider.person, sub: crypto.randomUUID() }
    const second = await beginLink(person)
    const places = (await Promise.all([first, second].map((begun) => comeBack(oidc.api, begun)))).map(placeOf)
    expect(places.sort()).toEqual([settings, `${settings}?error=identity_set`])
    expect(await identitiesOf(person)).toHaveLength(1)
  })

  test('to the session of somebody else, which uses up nothing', async () => {
    const [mine, theirs] = [await newcomer(), await newcomer()]
    const begun = await beginLink(mine)
    const byThem = { ...begun, cookie: begun.cookie.replace(mine.token, theirs.token) }
    expect(placeOf(await comeBack(oidc.api, byThem))).toBe(`${settings}?error=gone`)
    expect(await identitiesOf(theirs)).toEqual([])
    expect(placeOf(await comeBack(oidc.api, begun))).toBe(settings)
    expect(await identitiesOf(mine)).toHaveLength(1)
  })

  test('to another session of the same person', async () => {
    const person = await newcomer()
    const begun = await beginLink(person)
    const other = await signIn(oidc.api.deps, person.id)
    const elsewhere = { ...begun, cookie: begun.cookie.replace(person.token, other) }
    expect(placeOf(await comeBack(oidc.api, elsewhere))).toBe(`${settings}?error=gone`)
  })

  test('to a browser without a session, and to one whose session has ended', async () => {
    const person = await newcomer()
    const begun = await beginLink(person)
    const signedOut = { ...begun, cookie: begun.cookie.split(';')[0] ?? '' }
    expect(placeOf(await comeBack(oidc.api, signedOut))).toBe(`${settings}?error=unauthenticated`)
    await oidc.api.ask('/api/v1/session', { token: person.token, method: 'DELETE' })
    expect(placeOf(await comeBack(oidc.api, begun))).toBe(`${settings}?error=unauthenticated`)
  })

  test('to what was begun for signing in, and signing in by what was begun for linking', async () => {
    const person = await newcomer()
    const entering = await begin(oidc.api)
    const both = { ...entering, cookie: `${entering.cookie}; ${sessionCookie(person)}` }
    expect(placeOf(await comeBack(oidc.api, both))).toBe('/')
    expect(await identitiesOf(person)).toEqual([])
    const linking = await beginLink(await newcomer())
    const signingIn = { ...linking, cookie: linking.cookie.split(';')[0] ?? '' }
    expect(cookiesOf(await comeBack(oidc.api, signingIn))).not.toContain('betteruptime_session')
  })

  test('the second time, and after ten minutes', async () => {
    const person = await newcomer()
    const begun = await beginLink(person)
    await comeBack(oidc.api, begun)
    expect(placeOf(await comeBack(oidc.api, begun))).toBe('/signin?error=gone')
    const late = await beginLink(person)
    oidc.api.deps.clock.jump(600_000)
    expect(placeOf(await comeBack(oidc.api, late))).toBe('/signin?error=gone')
  })

  test('of what the provider did not sign', async () => {
    const person = await newcomer()
    const begun = await beginLink(person)
    oidc.provider.lies = { signature: 'another-key' }
    expect(placeOf(await comeBack(oidc.api, begun))).toBe(`${settings}?error=wrong_credentials`)
    expect(await identitiesOf(person)).toEqual([])
  })
})

describe('unlinking', () => {
  test('ends what the login opens, and every other session', async () => {
    const person = await newcomer()
    await link(person)
    const other = await signIn(oidc.api.deps, person.id)
    expect((await unlink(person, await onlyIdOf(person))).status).toBe(204)
    expect(await whoIs(await signInThere(oidc.api))).not.toBe(person.id)
    const sessions = [person.token, other].map((token) => oidc.api.ask('/api/v1/account', { token }))
    expect((await Promise.all(sessions)).map(({ status }) => status)).toEqual([200, 401])
  })

  test('takes the password', async () => {
    const person = await newcomer()
    await link(person)
    expect(await refusalOf(await unlink(person, await onlyIdOf(person), {}))).toBe('401 wrong_credentials')
  })

  test('finds nothing of other people', async () => {
    const [theirs, mine] = [await newcomer(), await newcomer()]
    await link(theirs)
    expect(await refusalOf(await unlink(mine, await onlyIdOf(theirs)))).toBe('404 not_found')
    expect(await identitiesOf(theirs)).toHaveLength(1)
  })

  test('is refused where nothing else opens the account, and works once there is a password', async () => {
    const person = await whoCameByIt()
    const id = await onlyIdOf(person)
    expect(await refusalOf(await unlink(person, id, {}))).toBe('409 last_way_in')
    const body = { newPassword: password }
    expect((await oidc.api.ask('/api/v1/account/password', { ...person, method: 'PUT', body })).status).toBe(204)
    expect((await unlink(person, id)).status).toBe(204)
  })

  test('works where a passkey opens the account, which then is the last one, and stays', async () => {
    const person = await whoCameByIt()
    const id = await addPasskey(person)
    expect((await unlink(person, await onlyIdOf(person), {})).status).toBe(204)
    expect(await refusalOf(await removePasskey(person, id))).toBe('409 last_way_in')
    const body = { newPassword: password }
    await oidc.api.ask('/api/v1/account/password', { ...person, method: 'PUT', body })
    expect((await removePasskey(person, id, { password })).status).toBe(204)
  })

  test('and removing the last passkey at the same moment leave one of the two', async () => {
    const person = await whoCameByIt()
    const id = await addPasskey(person)
    const [identity] = await identitiesOf(person)
    const answers = await Promise.all([unlink(person, identity?.id ?? '', {}), removePasskey(person, id)])
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409])
  })
})

test('a linked login is no way in where the instance has no login of an organisation any more', async () => {
  await using bare = await oidc.openWithLogin({ oidc: undefined })
  const person = await bare.addPerson()
  await bare.deps.sql.execute(`update users set password_hash = null where id = '${person.id}'`)
  const identity = { issuer: oidc.provider.issuer, subject: 'once' }
  await bare.deps.sql.transaction((tx) => bindIdentity(tx, identity, { userId: person.id, nowMs: noonMs }))
  const id = await addPasskey(person, bare)
  const removed = await bare.ask(`${passkeys}/${id}`, { token: person.token, method: 'DELETE', body: {} })
  expect(await refusalOf(removed)).toBe('409 last_way_in')
})

test('where there is no login of the organisation there is nothing to link', async () => {
  await using bare = await oidc.openWithLogin({ oidc: undefined })
  const person = await bare.addPerson()
  expect(await refusalOf(await start(person, { password }, bare))).toBe('501 not_configured')
})
