import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { isoTime } from '@repo/contracts/ticks'
import { confirmTotp, offerTotp } from '@repo/db/queries/second-factors'
import { addUser } from '@repo/db/testing/populate'
import { noonMs } from '@repo/domain/testing'
import { type ApiInstance, openApi, refusalOf, signIn } from './instance.ts'
import {
  type Changed,
  type CreationOptions,
  type Credential,
  createAuthenticator,
  type RequestOptions,
} from './software-authenticator.ts'

const origin = 'https://uptime.example.com'
const password = 'correct horse'
let api: ApiInstance
let passwordHash: string

/** One for each chapter: from one address there are a hundred tries in a quarter of an hour. */
function withFreshApi() {
  beforeAll(async () => {
    api = await openApi()
    passwordHash = await api.deps.passwords.hash(password)
  }, 30_000)
  afterAll(() => api[Symbol.asyncDispose]())
}

async function addPerson() {
  const user = await addUser(api.deps.sql, { passwordHash })
  return { ...user, token: await signIn(api.deps, user.id) }
}
type Person = Awaited<ReturnType<typeof addPerson>>

interface Offer<Options> {
  readonly challenge: string
  readonly options: Options
}

const post = (path: string, body: unknown, token?: string) =>
  api.ask(`/api/v1${path}`, { method: 'POST', body, ...(token !== undefined && { token }) })

async function offerTo({ token }: Person): Promise<Offer<CreationOptions>> {
  const answer = await post('/account/passkeys/options', { password }, token)
  expect(answer.status).toBe(200)
  return (await answer.json()) as Offer<CreationOptions>
}

const add = ({ token }: Person, challenge: string, credential: Credential) =>
  post('/account/passkeys', { challenge, name: 'Laptop', credential }, token)

async function addPasskey(person: Person, authenticator = createAuthenticator(origin)) {
  const { challenge, options } = await offerTo(person)
  expect((await add(person, challenge, authenticator.create(options))).status).toBe(201)
  return authenticator
}

async function ask(): Promise<Offer<RequestOptions>> {
  const answer = await post('/sign-in/passkey/options', undefined)
  expect(answer.status).toBe(200)
  return (await answer.json()) as Offer<RequestOptions>
}

const enter = (challenge: string, credential: unknown) => post('/sign-in/passkey', { challenge, credential })

describe('a passkey', () => {
  withFreshApi()

  test('signs in whoever made it, without a name and without a password', async () => {
    const person = await addPerson()
    const authenticator = await addPasskey(person)
    const { challenge, options } = await ask()
    expect(options).toMatchObject({ rpId: 'uptime.example.com', userVerification: 'required' })
    expect(options).not.toHaveProperty('allowCredentials')
    const answer = await enter(challenge, authenticator.get(options))
    expect(answer.status).toBe(200)
    expect(answer.headers.get('set-cookie')).toContain('HttpOnly')
    const { state, token } = (await answer.json()) as { state: string; token: string }
    expect(state).toBe('signed_in')
    const account = await api.ask('/api/v1/account', { token })
    expect(await account.json()).toMatchObject({ id: person.id })
    const sessions = (await (await api.ask('/api/v1/sessions', { token })).json()) as { items: { method: string }[] }
    expect(sessions.items.map(({ method }) => method).sort()).toEqual(['passkey', 'password'])
  })

  test('is both factors at once', async () => {
    const person = await addPerson()
    const authenticator = await addPasskey(person)
    const sealed = api.deps.keyring.seal('JBSWY3DPEHPK3PXP', `user:${person.id}:totp`)
    await offerTotp(api.deps.sql, person.id, sealed)
    await confirmTotp(api.deps.sql, person.id, { sealed, step: 1, nowMs: noonMs })
    const { challenge, options } = await ask()
    expect(await (await enter(challenge, authenticator.get(options))).json()).toMatchObject({ state: 'signed_in' })
  })

  test('is made to be found without a name, and to be unlocked, and never twice in one authenticator', async () => {
    const person = await addPerson()
    const authenticator = await addPasskey(person)
    const { options } = await offerTo(person)
    expect(options).toMatchObject({
      rp: { id: 'uptime.example.com' },
      user: { id: Buffer.from(person.id).toString('base64url'), name: person.username },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: [{ id: authenticator.credentialId, transports: ['hybrid', 'internal'] }],
    })
  })

  test('is listed with its name and when it was used', async () => {
    const person = await addPerson()
    const authenticator = await addPasskey(person)
    const createdAtMs = api.deps.clock.nowMs()
    await api.deps.clock.advance(1_000)
    const { challenge, options } = await ask()
    await enter(challenge, authenticator.get(options))
    const listed = await api.ask('/api/v1/account/passkeys', { token: person.token })
    const times = { createdAt: isoTime(createdAtMs), lastUsedAt: isoTime(createdAtMs + 1_000) }
    expect(await listed.json()).toEqual({ items: [{ id: authenticator.credentialId, name: 'Laptop', ...times }] })
  })

  test('works on an instance that is opened as localhost, where none other was configured', async () => {
    await using local = await openApi({ publicUrl: undefined, hosts: [] })
    const headers = { host: 'localhost:3000' }
    const answer = await local.ask('/api/v1/sign-in/passkey/options', { method: 'POST', headers })
    expect(await answer.json()).toMatchObject({ options: { rpId: 'localhost' } })
    for (const host of ['127.0.0.1:3000', '[::1]:3000'])
      expect(
        await refusalOf(await local.ask('/api/v1/sign-in/passkey/options', { method: 'POST', headers: { host } })),
      ).toBe('501 not_configured')
  })

  test('is bound to the configured name, whatever a request says', async () => {
    for (const headers of [{ host: 'localhost' }, { 'x-forwarded-host': 'evil.example' }, { host: '127.0.0.1' }]) {
      const answer = await api.ask('/api/v1/sign-in/passkey/options', { method: 'POST', headers })
      expect(await answer.json()).toMatchObject({ options: { rpId: 'uptime.example.com' } })
    }
  })

  test('is not for an instance whose name is an address', async () => {
    await using numbered = await openApi({ publicUrl: 'https://192.0.2.7' })
    const answer = await numbered.ask('/api/v1/sign-in/passkey/options', { method: 'POST' })
    expect(await refusalOf(answer)).toBe('501 not_configured')
  })
})

describe('making a passkey', () => {
  withFreshApi()

  test('takes the password: a session alone is not enough', async () => {
    const { token } = await addPerson()
    for (const body of [{}, { password: 'wrong' }])
      expect(await refusalOf(await post('/account/passkeys/options', body, token))).toBe('401 wrong_credentials')
  })

  const lies: [string, Changed][] = [
    ['from another origin', { origin: 'https://evil.example' }],
    ['from another port', { origin: `${origin}:8443` }],
    ['without TLS', { origin: origin.replace('https', 'http') }],
    ['from a subdomain', { origin: 'https://evil.uptime.example.com' }],
    ['for another relying party', { rpId: 'example.com' }],
    ['for another challenge', { challenge: Buffer.alloc(32).toString('base64url') }],
    ['of the other kind', { type: 'webauthn.get' }],
    ['in a frame of another site', { crossOrigin: true }],
    ['without having been unlocked', { userVerified: false }],
    ['without anybody there', { userPresent: false }],
    ['with an attestation that we do not know', { attestation: { fmt: 'own', attStmt: new Map() } }],
    ['with certificates', { attestation: { fmt: 'packed', attStmt: new Map([['x5c', [Buffer.alloc(64)]]]) } }],
    ['with one that fetches', { attestation: { fmt: 'android-safetynet', attStmt: new Map([['ver', '1']]) } }],
  ]
  test.each(lies)('is refused %s', async (_, changed) => {
    const person = await addPerson()
    const { challenge, options } = await offerTo(person)
    const credential = createAuthenticator(origin).create(options, changed)
    expect(await refusalOf(await add(person, challenge, credential))).toBe('400 invalid_body')
    expect(await (await api.ask('/api/v1/account/passkeys', { token: person.token })).json()).toEqual({ items: [] })
  })

  test('is refused for a challenge that the client brought along', async () => {
    const person = await addPerson()
    const { options } = await offerTo(person)
    const credential = createAuthenticator(origin).create(options)
    expect(await refusalOf(await add(person, crypto.randomUUID(), credential))).toBe('400 invalid_body')
  })

  test('is refused with the offer to somebody else', async () => {
    const [ada, eve] = [await addPerson(), await addPerson()]
    const { challenge, options } = await offerTo(ada)
    expect(await refusalOf(await add(eve, challenge, createAuthenticator(origin).create(options)))).toBe(
      '400 invalid_body',
    )
  })

  test('is refused with a challenge of signing in', async () => {
    const person = await addPerson()
    const { options } = await offerTo(person)
    const other = await ask()
    const credential = createAuthenticator(origin).create({ ...options, challenge: other.options.challenge })
    expect(await refusalOf(await add(person, other.challenge, credential))).toBe('400 invalid_body')
  })

  test('is refused for the second time, and after five minutes', async () => {
    const person = await addPerson()
    const { challenge, options } = await offerTo(person)
    const late = await offerTo(person)
    expect((await add(person, challenge, createAuthenticator(origin).create(options))).status).toBe(201)
    expect(await refusalOf(await add(person, challenge, createAuthenticator(origin).create(options)))).toBe(
      '400 invalid_body',
    )
    await api.deps.clock.advance(300_000)
    expect(await refusalOf(await add(person, late.challenge, createAuthenticator(origin).create(late.options)))).toBe(
      '400 invalid_body',
    )
  })

  test('is refused where it is somebody else’s already, which stays theirs', async () => {
    const [ada, eve] = [await addPerson(), await addPerson()]
    const authenticator = await addPasskey(ada)
    const forEve = await offerTo(eve)
    expect(await refusalOf(await add(eve, forEve.challenge, authenticator.create(forEve.options)))).toBe(
      '400 invalid_body',
    )
    const { rows } = await api.deps.sql.execute(
      `select user_id from passkey where credential_id = '${authenticator.credentialId}'`,
    )
    expect(rows).toEqual([{ user_id: ada.id }])
  })

  test('is refused for nonsense of every shape', async () => {
    const person = await addPerson()
    const good = createAuthenticator(origin).create((await offerTo(person)).options)
    const shapes: unknown[] = [
      { id: 'x', type: 'public-key' },
      { ...good, response: null },
      { ...good, response: [] },
      { ...good, response: { ...good.response, clientDataJSON: 7 } },
      { ...good, response: { ...good.response, clientDataJSON: Buffer.from('[1').toString('base64url') } },
      { ...good, response: { ...good.response, attestationObject: 'AAAA' } },
      { ...good, response: { ...good.response, attestationObject: Buffer.alloc(50_000, 0x81).toString('base64url') } },
      { ...good, rawId: 'AAAA' },
    ]
    for (const shape of shapes) {
      const { challenge } = await offerTo(person)
      expect(await refusalOf(await add(person, challenge, shape as Credential))).toBe('400 invalid_body')
    }
  }, 20_000)

  test('ends at twenty', async () => {
    const person = await addPerson()
    for (let made = 0; made < 20; made += 1) {
      const { challenge, options } = await offerTo(person)
      await add(person, challenge, createAuthenticator(origin).create(options))
    }
    const answer = await post('/account/passkeys/options', { password }, person.token)
    expect(await refusalOf(answer)).toBe('403 limit_reached')
  }, 20_000)
})

describe('signing in by a passkey', () => {
  withFreshApi()

  const lies: [string, Changed][] = [
    ['from another origin', { origin: 'https://evil.example' }],
    ['for another relying party', { rpId: 'example.com' }],
    ['for a challenge that the client chose', { challenge: Buffer.alloc(32).toString('base64url') }],
    ['of the other kind', { type: 'webauthn.create' }],
    ['in a frame of another site', { crossOrigin: true }],
    ['without having been unlocked', { userVerified: false }],
    ['without anybody there', { userPresent: false }],
    ['without saying who', { userHandle: null }],
    ['as nobody', { userHandle: '' }],
    ['as somebody else', { userHandle: Buffer.from(crypto.randomUUID()).toString('base64url') }],
  ]
  test.each(lies)('is refused %s', async (_, changed) => {
    const authenticator = await addPasskey(await addPerson())
    const { challenge, options } = await ask()
    const answer = await enter(challenge, authenticator.get(options, changed))
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(await refusalOf(answer)).toBe('401 wrong_credentials')
  })

  test('is refused for an answer that was given before', async () => {
    const authenticator = await addPasskey(await addPerson())
    const { challenge, options } = await ask()
    const credential = authenticator.get(options)
    expect((await enter(challenge, credential)).status).toBe(200)
    expect(await refusalOf(await enter(challenge, credential))).toBe('401 wrong_credentials')
    const next = await ask()
    expect(await refusalOf(await enter(next.challenge, credential))).toBe('401 wrong_credentials')
  })

  test('lets one of several in who send the same answer at once', async () => {
    const authenticator = await addPasskey(await addPerson())
    const { challenge, options } = await ask()
    const credential = authenticator.get(options)
    const answers = await Promise.all(Array.from({ length: 8 }, () => enter(challenge, credential)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  test('uses the challenge up, also by a wrong answer, and after five minutes', async () => {
    const authenticator = await addPasskey(await addPerson())
    const first = await ask()
    await enter(first.challenge, authenticator.get(first.options, { origin: 'https://evil.example' }))
    expect(await refusalOf(await enter(first.challenge, authenticator.get(first.options)))).toBe(
      '401 wrong_credentials',
    )
    const second = await ask()
    await api.deps.clock.advance(300_000)
    expect(await refusalOf(await enter(second.challenge, authenticator.get(second.options)))).toBe(
      '401 wrong_credentials',
    )
  })

  test('is refused for a challenge that we never gave, or gave for something else', async () => {
    const person = await addPerson()
    const authenticator = await addPasskey(person)
    const own = { challenge: Buffer.alloc(32, 1).toString('base64url'), rpId: 'uptime.example.com' }
    expect(await refusalOf(await enter(crypto.randomUUID(), authenticator.get(own)))).toBe('401 wrong_credentials')
    const offered = await offerTo(person)
    const answer = authenticator.get({ challenge: offered.options.challenge, rpId: 'uptime.example.com' })
    expect(await refusalOf(await enter(offered.challenge, answer))).toBe('401 wrong_credentials')
  })

  test('is refused with a passkey that nobody registered, or with the id of somebody else’s', async () => {
    const theirs = await addPasskey(await addPerson())
    const stranger = createAuthenticator(origin)
    const first = await ask()
    expect(await refusalOf(await enter(first.challenge, stranger.get(first.options)))).toBe('401 wrong_credentials')
    const second = await ask()
    const { userHandle } = theirs.get(second.options).response as { userHandle: string }
    const forged = stranger.get(second.options, { userHandle })
    const ids = { id: theirs.credentialId, rawId: theirs.credentialId }
    expect(await refusalOf(await enter(second.challenge, { ...forged, ...ids }))).toBe('401 wrong_credentials')
  })

  test('is refused where the counter does not go forward: there are two of it', async () => {
    const authenticator = await addPasskey(await addPerson())
    const first = await ask()
    expect((await enter(first.challenge, authenticator.get(first.options))).status).toBe(200)
    authenticator.counter = 1
    const second = await ask()
    expect(await refusalOf(await enter(second.challenge, authenticator.get(second.options)))).toBe(
      '401 wrong_credentials',
    )
  })

  test('goes on with authenticators that do not count', async () => {
    const authenticator = createAuthenticator(origin)
    authenticator.counter = 0
    await addPasskey(await addPerson(), authenticator)
    for (const _ of [1, 2]) {
      const { challenge, options } = await ask()
      expect((await enter(challenge, authenticator.get(options))).status).toBe(200)
    }
  })

  test('is refused for nonsense of every shape', async () => {
    const authenticator = await addPasskey(await addPerson())
    const { response, ...rest } = authenticator.get((await ask()).options)
    const shapes: unknown[] = [
      rest,
      { ...rest, response: null },
      { ...rest, response: { ...response, signature: 1 } },
      { ...rest, response: { ...response, authenticatorData: '' } },
      { ...rest, response: { ...response, clientDataJSON: '!' } },
      { ...rest, rawId: 'other', response },
      { ...rest, id: '\0', rawId: '\0', response },
      { ...rest, id: '', rawId: '', response },
    ]
    for (const shape of shapes)
      expect(await refusalOf(await enter((await ask()).challenge, shape))).toBe('401 wrong_credentials')
  })

  test('cannot be begun at will', async () => {
    await using other = await openApi()
    const begin = () => other.ask('/api/v1/sign-in/passkey/options', { method: 'POST' })
    for (let tries = 0; tries < 300; tries += 1) expect((await begin()).status).toBe(200)
    expect(await refusalOf(await begin())).toBe('429 too_many_requests')
  })
})

describe('removing a passkey', () => {
  withFreshApi()

  const remove = ({ token }: Person, id: string, body: unknown) =>
    api.ask(`/api/v1/account/passkeys/${id}`, { method: 'DELETE', body, token })

  test('takes the password, and ends every other session', async () => {
    const person = await addPerson()
    const authenticator = await addPasskey(person)
    const { challenge, options } = await ask()
    const { token } = (await (await enter(challenge, authenticator.get(options))).json()) as { token: string }
    expect(await refusalOf(await remove(person, authenticator.credentialId, {}))).toBe('401 wrong_credentials')
    expect((await api.ask('/api/v1/account', { token })).status).toBe(200)
    expect((await remove(person, authenticator.credentialId, { password })).status).toBe(204)
    expect(await refusalOf(await api.ask('/api/v1/account', { token }))).toBe('401 unauthenticated')
    expect((await api.ask('/api/v1/account', { token: person.token })).status).toBe(200)
    const next = await ask()
    expect(await refusalOf(await enter(next.challenge, authenticator.get(next.options)))).toBe('401 wrong_credentials')
  })

  test('finds nothing of somebody else’s', async () => {
    const [ada, eve] = [await addPerson(), await addPerson()]
    const { credentialId } = await addPasskey(ada)
    for (const id of [credentialId, 'never-was', '%00', '..%2f', 'ä'])
      expect([id, await refusalOf(await remove(eve, id, { password }))]).toEqual([id, '404 not_found'])
    expect(await (await api.ask('/api/v1/account/passkeys', { token: eve.token })).json()).toEqual({ items: [] })
    const mine = (await (await api.ask('/api/v1/account/passkeys', { token: ada.token })).json()) as { items: [] }
    expect(mine.items).toHaveLength(1)
  })
})
