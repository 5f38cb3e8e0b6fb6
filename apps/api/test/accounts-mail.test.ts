import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createKey } from '@repo/db/queries/api-keys'
import { addUser } from '@repo/db/testing/populate'
import { parseApiKeyId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { createMailer } from '@repo/notifiers/mailer'
import { openSmtpServer, type ReceivedMail, type RecordingSmtpServer } from '@repo/notifiers/testing'
import { createLog } from '@repo/service/log'
import { eventually } from '@repo/streams/testing/eventually'
import { URI } from 'otpauth'
import { keyPrefix, makeToken } from '../src/access/link-tokens.ts'
import { offerReset } from '../src/accounts/password-reset.ts'
import { type OidcProvider, openOidcProvider } from '../testing/oidc-provider.ts'
import { type ApiInstance, openApi, signIn } from './instance.ts'
import { backFrom, comeBack, cookiesOf, loginOf, someone } from './oidc-browser.ts'
import { type CreationOptions, createAuthenticator } from './software-authenticator.ts'

let smtp: RecordingSmtpServer
let provider: OidcProvider
let api: ApiInstance
const mailerTo = ({ url }: { url: string }) => createMailer({ url, from: 'uptime@example.com' })

beforeAll(async () => {
  smtp = await openSmtpServer()
  provider = await openOidcProvider()
  const proxy = { trustedProxies: ['127.0.0.1/32'] }
  api = await openApi({ mailer: mailerTo(smtp), oidc: loginOf(provider), ...proxy })
}, 30_000)
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await smtp[Symbol.asyncDispose]()
  await provider[Symbol.asyncDispose]()
})

const password = 'correct horse battery'

async function addPerson(at: ApiInstance = api) {
  const passwordHash = await at.deps.passwords.hash(password)
  const email = `${crypto.randomUUID()}@example.com`
  const user = await addUser(at.deps.sql, { passwordHash, email })
  return { ...user, email, token: await signIn(at.deps, user.id), at }
}
type Person = Awaited<ReturnType<typeof addPerson>>

async function done(answer: Promise<Response>): Promise<Record<string, unknown>> {
  const answered = await answer
  if (answered.status >= 300) throw new Error(`${answered.status} ${await answered.text()}`)
  return answered.status === 204 ? {} : ((await answered.json()) as Record<string, unknown>)
}

const ask = ({ token, at }: Person, method: string, path: string, body: object) =>
  done(at.ask(`/api/v1${path}`, { token, method, body }))

const changePassword = (person: Person) =>
  ask(person, 'PUT', '/account/password', { currentPassword: password, newPassword: 'another horse battery' })
const changeEmail = (person: Person, email: string | null) => ask(person, 'PATCH', '/account', { email, password })
const redeem = async ({ id, at }: Person) => {
  const token = await offerReset(at.deps.sql, id, at.deps.clock.nowMs())
  return done(at.ask('/api/v1/password-resets/redeem', { body: { token, password: 'another horse battery' } }))
}

async function setSecondFactor(person: Person) {
  const offered = await ask(person, 'POST', '/account/second-factor', { password })
  const code = URI.parse(String(offered.url)).generate({ timestamp: person.at.deps.clock.nowMs() } as never)
  await ask(person, 'POST', '/account/second-factor/confirm', { code })
}

async function addPasskey(person: Person, name = 'Laptop'): Promise<string> {
  const { challenge, options } = await ask(person, 'POST', '/account/passkeys/options', { password })
  const credential = createAuthenticator('https://uptime.example.com').create(options as CreationOptions)
  return String((await ask(person, 'POST', '/account/passkeys', { challenge, name, credential })).id)
}

async function link(person: Person) {
  provider.person = someone()
  const { token, at } = person
  const begun = await at.ask('/api/v1/account/identities', { token, body: { password } })
  const { url } = (await begun.clone().json()) as { url: string }
  const cookie = `${cookiesOf(begun)}; betteruptime_session=${token}`
  expect((await comeBack(at, { callback: await backFrom(url), cookie })).status).toBe(302)
}

async function addKey({ id, workspaceId, at }: Person, expiresAtMs: number | null = null) {
  const rest = { name: 'CI', prefix: 'bu_', scopes: ['read'] as const, hash: makeToken(keyPrefix).hash, nowMs: noonMs }
  const keyId = parseApiKeyId(Bun.randomUUIDv7())
  await createKey(at.deps.sql, { id: keyId, workspaceId, createdBy: id, expiresAtMs, ...rest })
}

/** Less than a test may take: what it waits for is named then. */
const patienceMs = 3_000

const mailsTo = (email: string) => smtp.mails.filter(({ to }) => to.includes(email))

/** The mail to somebody about this, once it has come. */
async function mailAbout(subject: string, { email }: { email: string }): Promise<ReceivedMail> {
  const find = () => mailsTo(email).find(({ headers }) => headers.get('subject') === `BetterUptime: ${subject}`)
  await eventually(`a mail to ${email}: ${subject}`, () => find() !== undefined, patienceMs)
  const mail = find()
  if (!mail) throw new Error('it is gone again')
  return mail
}

describe('somebody is told by mail', () => {
  const changes: [string, string, (person: Person) => Promise<unknown>][] = [
    ['another password', 'Your password was changed', changePassword],
    ['a new password by a link', 'A new password was set', redeem],
    ['another address', 'Your e-mail address was changed', (person) => changeEmail(person, 'new@example.com')],
    ['no address any more', 'Your e-mail address was changed', (person) => changeEmail(person, null)],
    ['an authenticator app', 'Your authenticator app was set up', setSecondFactor],
    [
      'no authenticator app any more',
      'Your authenticator app was removed',
      (person) => ask(person, 'DELETE', '/account/second-factor', { password }),
    ],
    ['a passkey', 'A passkey was added', (person) => addPasskey(person)],
    [
      'a passkey that went',
      'A passkey was removed',
      async (person) => ask(person, 'DELETE', `/account/passkeys/${await addPasskey(person)}`, { password }),
    ],
    ['a login that was linked', 'A login was linked to your account', link],
    [
      'a login that was unlinked',
      'A login was unlinked from your account',
      async (person) => {
        await link(person)
        const { items } = await done(person.at.ask('/api/v1/account/identities', { token: person.token }))
        const [identity] = items as { id: string }[]
        await ask(person, 'DELETE', `/account/identities/${identity?.id}`, { password })
      },
    ],
  ]
  test.each(changes)('of %s', async (_what, subject, change) => {
    const person = await addPerson()
    await change(person)
    const { text } = await mailAbout(subject, person)
    expect(text).toContain(`Account: ${person.username}\nWhen: 2026-06-01 12:00:00 UTC\nFrom: an unknown address\n`)
    expect(text).toContain('If it was not:')
  })

  test('from which address it was done, behind a proxy too', async () => {
    await using server = await api.listen()
    const person = await addPerson()
    const headers = {
      authorization: `Bearer ${person.token}`,
      'content-type': 'application/json',
      'x-forwarded-for': '203.0.113.9',
    }
    const body = JSON.stringify({ currentPassword: password, newPassword: 'another horse battery' })
    const answer = await fetch(`${server.url}/api/v1/account/password`, { method: 'PUT', headers, body })
    expect(answer.status).toBe(204)
    expect((await mailAbout('Your password was changed', person)).text).toContain('From: 203.0.113.9\n')
  })

  test('of another address at the old one, and not at the new one', async () => {
    const person = await addPerson()
    const email = `${crypto.randomUUID()}@example.com`
    await changeEmail(person, email)
    expect((await mailAbout('Your e-mail address was changed', person)).text).toContain(email)
    expect(mailsTo(email)).toEqual([])
  })

  test('which keys and passkeys a new password by a link leaves, and where they end', async () => {
    const [person, colleague] = [await addPerson(), await addPerson()]
    await addKey(person)
    await addKey(person, noonMs + 1)
    await addKey(person, noonMs)
    await addKey(colleague)
    await addPasskey(person)
    await redeem(person)
    const { text } = await mailAbout('A new password was set', person)
    expect(text).toContain('Still valid: 2 API keys made by you and 1 passkey of yours.')
    expect(text).toContain('https://uptime.example.com/settings/keys\n')
    expect(text).toContain('https://uptime.example.com/settings/security\n')
  })

  test('of nothing that did not happen', async () => {
    const person = await addPerson()
    const wrong = { currentPassword: 'wrong', newPassword: 'another horse battery' }
    await expect(ask(person, 'PUT', '/account/password', wrong)).rejects.toThrow('401')
    await changeEmail(person, person.email)
    // What is sent in between is sent in order.
    await addPasskey(person)
    await mailAbout('A passkey was added', person)
    expect(mailsTo(person.email)).toHaveLength(1)
  })

  test('twenty times an hour, and then no more: an address need not be theirs', async () => {
    const sent: string[] = []
    await using own = await openApi({ mailer: { send: async ({ subject }) => void sent.push(subject) } })
    const person = await addPerson(own)
    for (let times = 0; times < 25; times += 1) await changeEmail(person, `${times}@example.com`)
    await eventually('twenty mails are sent', () => sent.length === 20, patienceMs)
    expect(sent).toHaveLength(20)
  })
})

describe('a mail that cannot be sent', () => {
  test('fails nothing, and is written down without a secret', async () => {
    const lines: string[] = []
    const log = createLog('api', 'trace', { write: (line) => void lines.push(line) })
    await using refusing = await openSmtpServer({ refuses: true })
    const mailer = mailerTo({ url: refusing.url.replace('//', '//us:canary-of-smtp@') })
    await using own = await openApi({ log, mailer })
    const person = await addPerson(own)
    await changePassword(person)
    const said = () => lines.find((line) => line.includes('what was changed about an account could not be told'))
    await eventually('the failure is in the log', () => said() !== undefined, patienceMs)
    expect(JSON.parse(said() ?? '{}')).toMatchObject({ change: 'password_changed', userId: person.id })
    for (const kept of ['canary-of-smtp', password, 'another horse battery', person.email, person.token])
      expect(lines.filter((line) => line.includes(kept))).toEqual([])
  })

  test('is not waited for', async () => {
    const never = Promise.withResolvers<void>()
    const asked: string[] = []
    const send = ({ to }: { to: string }) => {
      asked.push(to)
      return never.promise
    }
    await using own = await openApi({ mailer: { send } })
    const person = await addPerson(own)
    await changePassword(person)
    await eventually('the mail is being sent', () => asked.length === 1, patienceMs)
    never.resolve()
  })
})

test('where mail is not set up, or there is no address, everything goes on without', async () => {
  await using bare = await openApi()
  await changePassword(await addPerson(bare))
  const person = await addPerson()
  await api.deps.sql.execute(`update users set email = null, email_key = null where id = '${person.id}'`)
  await changePassword(person)
  expect(mailsTo(person.email)).toEqual([])
})
