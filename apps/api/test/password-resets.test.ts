import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { createKey } from '@repo/db/queries/api-keys'
import { confirmTotp, offerTotp } from '@repo/db/queries/second-factors'
import { addUser } from '@repo/db/testing/populate'
import { parseApiKeyId, type UserId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { createMailer } from '@repo/notifiers/mailer'
import { openSmtpServer, type RecordingSmtpServer } from '@repo/notifiers/testing'
import { eventually } from '@repo/streams/testing/eventually'
import { keyPrefix, makeToken } from '../src/access/link-tokens.ts'
import { offerReset } from '../src/accounts/password-reset.ts'
import { type ApiInstance, openApi, problemOf, refusalOf } from './instance.ts'

let smtp: RecordingSmtpServer
let api: ApiInstance
beforeAll(async () => {
  smtp = await openSmtpServer()
  // The database server starts with the first one, and takes its time.
  await (await openApi())[Symbol.asyncDispose]()
}, 30_000)
afterAll(() => smtp[Symbol.asyncDispose]())
// One for each test: of one address there are twenty tries an hour.
beforeEach(async () => {
  api = await openApi({ mailer: createMailer({ url: smtp.url, from: 'uptime@example.com' }) })
})
afterEach(() => api[Symbol.asyncDispose]())

const oldPassword = 'the old password'
const newPassword = 'a new password'

async function addPerson({ email = `${crypto.randomUUID()}@example.com` } = {}) {
  const passwordHash = await api.deps.passwords.hash(oldPassword)
  return { ...(await addUser(api.deps.sql, { passwordHash, email })), email }
}

const ask = (body: unknown, headers?: Record<string, string>) =>
  api.ask('/api/v1/password-resets', { body, ...(headers && { headers }) })
const redeem = (token: string, password = newPassword) =>
  api.ask('/api/v1/password-resets/redeem', { body: { token, password } })
const signIn = (username: string, password: string) => api.ask('/api/v1/sign-in', { body: { username, password } })

async function mailTo(email: string) {
  await eventually(`a mail to ${email}`, () => smtp.mails.some(({ to }) => to.includes(email)))
  const mail = smtp.mails.find(({ to }) => to.includes(email))
  return mail?.text ?? ''
}

const linkIn = (text: string) => /^https?:\S+$/m.exec(text)?.[0] ?? ''
const tokenIn = (text: string) => linkIn(text).split('#')[1] ?? ''
const tokenOf = (userId: UserId) => offerReset(api.deps.sql, userId, api.deps.clock.nowMs())

describe('somebody who forgot their password', () => {
  test('is sent a link by which they set another', async () => {
    const { email, username } = await addPerson()
    expect((await ask({ email })).status).toBe(202)
    const text = await mailTo(email)
    expect(text).toContain(username)
    expect(linkIn(text)).toMatch(/^https:\/\/uptime\.example\.com\/reset#[\w-]{43}$/)
    const answer = await redeem(tokenIn(text))
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([204, null])
    expect((await signIn(username, newPassword)).status).toBe(200)
    expect(await refusalOf(await signIn(username, oldPassword))).toBe('401 wrong_credentials')
  })

  test('is found whatever the case of the address, and the mail goes to the one that they gave', async () => {
    const { email } = await addPerson({ email: `Ada.${crypto.randomUUID()}@example.com` })
    await ask({ email: email.toUpperCase() })
    expect(linkIn(await mailTo(email))).toContain('/reset#')
  })

  test('is told to sign in as always where they have no password', async () => {
    const { email } = await addUser(api.deps.sql, { passwordHash: null, email: `${crypto.randomUUID()}@example.com` })
    await ask({ email })
    const text = await mailTo(email ?? '')
    expect(text).toContain('has none')
    expect(text).not.toContain('#')
  })
})

describe('whoever asks', () => {
  test('gets the same answer for an address that nobody has, and no mail goes out', async () => {
    const { email } = await addPerson()
    const [known, unknown] = [await ask({ email }), await ask({ email: 'nobody@example.com' })]
    for (const answer of [known, unknown]) expect([answer.status, await answer.text()]).toEqual([202, ''])
    const headersOf = (answer: Response) => [...answer.headers].filter(([name]) => name !== 'x-request-id')
    expect(headersOf(known)).toEqual(headersOf(unknown))
    await mailTo(email)
    expect(smtp.mails.flatMap(({ to }) => to)).not.toContain('nobody@example.com')
  })

  test('gets the answer before anybody is looked up, and before the mail server was asked', async () => {
    const never = Promise.withResolvers<void>()
    const asked: string[] = []
    const send = ({ to }: { to: string }) => {
      asked.push(to)
      return never.promise
    }
    await using slow = await openApi({ mailer: { send } })
    const email = 'ada@example.com'
    await addUser(slow.deps.sql, { email })
    const answer = await slow.ask('/api/v1/password-resets', { body: { email } })
    expect([answer.status, asked]).toEqual([202, []])
    await eventually('the mail is being sent', () => asked.length === 1)
    never.resolve()
  })

  test('has no say in the address of the link', async () => {
    for (const headers of [
      { host: 'uptime.example.com:8443' },
      { 'x-forwarded-host': 'evil.example' },
      { forwarded: 'host=evil.example;proto=http' },
      { origin: 'http://localhost', host: 'localhost' },
    ]) {
      const { email } = await addPerson()
      expect((await ask({ email }, headers)).status).toBe(202)
      expect(linkIn(await mailTo(email))).toStartWith('https://uptime.example.com/reset#')
    }
  })

  test('is refused after three times for one address, known or not', async () => {
    await addUser(api.deps.sql, { email: 'known@example.com' })
    for (const email of ['known@example.com', 'unknown@example.com']) {
      const body = { email }
      for (const _ of [1, 2, 3]) expect((await api.ask('/api/v1/password-resets', { body })).status).toBe(202)
      const refused = await api.ask('/api/v1/password-resets', { body: { email: email.toUpperCase() } })
      expect(refused.headers.get('retry-after')).toBe('3600')
      expect(await refusalOf(refused)).toBe('429 too_many_requests')
    }
  })

  const bodies: unknown[] = [
    {},
    { email: 'ada' },
    { email: 'a@example.com\r\nBcc: b@example.com' },
    { email: 'a@example.com', userId: 'x' },
  ]
  test.each(bodies)('is refused a body such as %p', async (body) => {
    expect(await refusalOf(await ask(body))).toBe('400 invalid_body')
  })

  test('is told where mail is not set up, or where the instance does not know its address', async () => {
    const settings = [{}, { mailer: api.deps.mailer, publicUrl: undefined }]
    for (const changed of settings) {
      await using bare = await openApi(changed)
      const answer = await bare.ask('/api/v1/password-resets', { body: { email: 'ada@example.com' } })
      expect(await refusalOf(answer)).toBe('501 not_configured')
    }
  })
})

describe('a link', () => {
  test('works once, however many try at the same moment', async () => {
    const { id } = await addPerson()
    const token = await tokenOf(id)
    const answers = await Promise.all([1, 2, 3].map((index) => redeem(token, `password of try ${index}`)))
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 410, 410])
  })

  test('works for thirty minutes', async () => {
    const { id } = await addPerson()
    const [first, second] = [await tokenOf(id), await tokenOf((await addPerson()).id)]
    await api.deps.clock.advance(30 * 60_000 - 1)
    expect((await redeem(first)).status).toBe(204)
    await api.deps.clock.advance(1)
    expect(await refusalOf(await redeem(second))).toBe('410 gone')
  })

  test('says nothing about why it works no more', async () => {
    const { id } = await addPerson()
    const [used, over] = [await tokenOf(id), await tokenOf((await addPerson()).id)]
    await redeem(used)
    await api.deps.clock.advance(3_600_000)
    const documents = await Promise.all(
      [used, over, makeToken().token].map(async (token) => problemOf(await redeem(token))),
    )
    expect(documents).toEqual([documents[0] as never, documents[0] as never, documents[0] as never])
  })

  test('ends with the others of the same person as soon as one was used', async () => {
    const { id } = await addPerson()
    const [first, second] = [await tokenOf(id), await tokenOf(id)]
    expect((await redeem(second)).status).toBe(204)
    expect(await refusalOf(await redeem(first))).toBe('410 gone')
  })

  test('stays good where the new password is none', async () => {
    const { id } = await addPerson()
    const token = await tokenOf(id)
    expect(await refusalOf(await redeem(token, 'short'))).toBe('400 invalid_body')
    expect((await redeem(token)).status).toBe(204)
  })

  test('is not used up by being looked at', async () => {
    const { id } = await addPerson()
    const token = await tokenOf(id)
    for (const path of [`/reset`, `/api/v1/password-resets/redeem`, `/api/v1/password-resets/redeem?token=${token}`])
      for (const method of ['GET', 'HEAD']) await api.ask(path, { method })
    expect((await redeem(token)).status).toBe(204)
  })

  test('is kept as a hash', async () => {
    const token = await tokenOf((await addPerson()).id)
    const { rows } = await api.deps.sql.execute('select r::text as row from password_reset r')
    expect(JSON.stringify(rows)).not.toContain(token)
    expect(JSON.stringify(rows)).not.toContain(Buffer.from(token, 'base64url').toString('hex'))
  })

  test('cannot be tried at will', async () => {
    const tryOne = () =>
      api.ask('/api/v1/password-resets/redeem', { body: { token: makeToken().token, password: newPassword } })
    const statuses: number[] = []
    for (let tries = 0; tries < 21; tries += 1) statuses.push((await tryOne()).status)
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 410), 429])
  })
})

describe('with the new password', () => {
  test('every session ends', async () => {
    const person = await addPerson()
    const token = ((await (await signIn(person.username, oldPassword)).json()) as { token: string }).token
    expect((await api.ask('/api/v1/account', { token })).status).toBe(200)
    await redeem(await tokenOf(person.id))
    expect(await refusalOf(await api.ask('/api/v1/account', { token }))).toBe('401 unauthenticated')
  })

  test('the second factor is asked for as before', async () => {
    const { id, username } = await addPerson()
    const sealed = api.deps.keyring.seal('JBSWY3DPEHPK3PXP', `user:${id}:totp`)
    await offerTotp(api.deps.sql, id, sealed)
    await confirmTotp(api.deps.sql, id, { sealed, step: 1, nowMs: noonMs })
    const answer = await redeem(await tokenOf(id))
    expect([answer.status, await answer.text(), answer.headers.get('set-cookie')]).toEqual([204, '', null])
    const entered = await signIn(username, newPassword)
    expect(await entered.json()).toMatchObject({ state: 'second_factor' })
    expect(entered.headers.get('set-cookie')).toBeNull()
  })

  test('API keys, which were no part of it, go on', async () => {
    const { id, workspaceId } = await addPerson()
    const { token, hash } = makeToken(keyPrefix)
    const rest = { name: 'CI', prefix: 'bu_', scopes: ['read'] as const, expiresAtMs: null }
    await createKey(api.deps.sql, {
      ...{ id: parseApiKeyId(Bun.randomUUIDv7()), workspaceId, createdBy: id, hash, nowMs: noonMs },
      ...rest,
    })
    await redeem(await tokenOf(id))
    expect((await api.ask('/api/v1/monitors', { token })).status).toBe(200)
  })
})

describe('the log', () => {
  test('holds no token and no password, whatever goes well or wrong', async () => {
    const program = Bun.spawn([process.execPath, new URL('reset-log-program.ts', import.meta.url).pathname], {
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const [code, secrets, log] = await Promise.all([
      program.exited,
      new Response(program.stdout).json() as Promise<string[]>,
      new Response(program.stderr).text(),
    ])
    expect([code, secrets.length]).toEqual([0, 5])
    // What it does write down shows that this is the log.
    expect(log).toContain('a link for a new password could not be sent')
    expect(log).toContain('request failed')
    for (const secret of secrets) expect(log).not.toContain(secret)
  }, 20_000)
})
