import { addUser } from '@repo/db/testing/populate'
import { createMailer } from '@repo/notifiers/mailer'
import { openSmtpServer } from '@repo/notifiers/testing'
import { URI } from 'otpauth'
import { offerReset } from '../src/accounts/password-reset.ts'
import { openOidcProvider } from '../testing/oidc-provider.ts'
import { type Ground, routeOf } from './contract-ground.ts'
import { openApi, signIn } from './instance.ts'
import { backFrom, comeBack, cookiesOf, loginOf, someone } from './oidc-browser.ts'
import { type CreationOptions, createAuthenticator, type RequestOptions } from './software-authenticator.ts'

/** Ways of people into the instance, and with each other: see contract-flows.ts. */

export const password = 'correct horse battery'

/** Somebody with a workspace and a password, signed in. */
export async function newPerson({ api }: Pick<Ground, 'api'>) {
  const user = await addUser(api.deps.sql, { passwordHash: await api.deps.passwords.hash(password) })
  return { ...user, token: await signIn(api.deps, user.id) }
}

async function forgottenPassword(ground: Ground): Promise<void> {
  await using smtp = await openSmtpServer()
  await using mailing = await openApi({ mailer: createMailer({ url: smtp.url, from: 'uptime@example.com' }) })
  const body = { email: 'nobody@example.com' }
  await ground.expect('POST /password-resets', 202, { at: mailing, body })
  for (let time = 0; time < 2; time += 1) await ground.expect('POST /password-resets', 202, { at: mailing, body })
  await ground.expect('POST /password-resets', 429, { at: mailing, body })
  const { id } = await newPerson(ground)
  const token = await offerReset(ground.api.deps.sql, id, ground.api.deps.clock.nowMs())
  await ground.expect('POST /password-resets/redeem', 204, { body: { token, password: 'another password' } })
}

async function secondFactor(ground: Ground): Promise<void> {
  const { token, username } = await newPerson(ground)
  const { json: offer } = await ground.expect('POST /account/second-factor', 200, { token, body: { password } })
  const codeNow = () => URI.parse(String(offer.url)).generate({ timestamp: ground.api.deps.clock.nowMs() } as never)
  await ground.expect('POST /account/second-factor/confirm', 200, { token, body: { code: codeNow() } })
  await ground.api.deps.clock.advance(30_000)
  const entered = await ground.expect('POST /sign-in', 200, { body: { username, password } })
  const challenge = entered.json.challenge
  await ground.expect('POST /sign-in/second-factor', 200, { body: { challenge, code: codeNow() } })
  await ground.api.deps.clock.advance(30_000)
  const proof = { password, code: codeNow() }
  await ground.expect('POST /account/second-factor', 409, { token, body: proof })
  const again = await ground.expect('POST /sign-in', 200, { body: { username, password } })
  const guess = { body: { challenge: again.json.challenge, code: '000000' } }
  let status = 401
  while (status === 401) ({ status } = await ground.ask(routeOf(ground, 'POST /sign-in/second-factor'), guess))
  await ground.expect('POST /sign-in/second-factor', 429, guess)
}

async function passkeys(ground: Ground): Promise<void> {
  const { token } = await newPerson(ground)
  const { json: offer } = await ground.expect('POST /account/passkeys/options', 200, { token, body: { password } })
  const authenticator = createAuthenticator('https://uptime.example.com')
  const credential = authenticator.create(offer.options as CreationOptions)
  const body = { challenge: offer.challenge, name: 'Laptop', credential }
  const { json: made } = await ground.expect('POST /account/passkeys', 201, { token, body })
  const { json: asked } = await ground.expect('POST /sign-in/passkey/options', 200)
  const answer = authenticator.get(asked.options as RequestOptions)
  await ground.expect('POST /sign-in/passkey', 200, { body: { challenge: asked.challenge, credential: answer } })
  await ground.expect('DELETE /account/passkeys/{id}', 204, { token, id: String(made.id), body: { password } })

  await using unnamed = await openApi({ publicUrl: undefined })
  const own = { at: unnamed, token: (await unnamed.addPerson()).token }
  await ground.expect('POST /sign-in/passkey/options', 501, own)
  await ground.expect('POST /sign-in/passkey', 501, {
    ...own,
    body: { challenge: asked.challenge, credential: answer },
  })
  await ground.expect('POST /account/passkeys/options', 501, { ...own, body: { password } })
  await ground.expect('POST /account/passkeys', 501, { ...own, body })
}

async function identities(ground: Ground): Promise<void> {
  await using provider = await openOidcProvider()
  await using at = await openApi({ oidc: loginOf(provider) })
  provider.person = someone()
  const begun = await at.ask('/api/v1/sign-in/oidc')
  const callback = await backFrom(begun.headers.get('location') ?? '')
  const entered = cookiesOf(await comeBack(at, { callback, cookie: cookiesOf(begun) }))
  const token = /betteruptime_session=([^;]+)/.exec(entered)?.[1] ?? ''
  const own = { at, token, body: {} }
  const first = async (path: string) => {
    const { json } = await ground.expect(`GET /account/${path}`, 200, { at, token })
    return (json.items as { id: string }[])[0]?.id ?? ''
  }
  const id = await first('identities')
  await ground.expect('DELETE /account/identities/{id}', 409, { ...own, id })
  const { json: offer } = await ground.expect('POST /account/passkeys/options', 200, own)
  const credential = createAuthenticator('https://uptime.example.com').create(offer.options as CreationOptions)
  const made = { challenge: offer.challenge, name: 'Laptop', credential }
  await ground.expect('POST /account/passkeys', 201, { at, token, body: made })
  await ground.expect('POST /account/identities', 200, own)
  await ground.expect('DELETE /account/identities/{id}', 204, { ...own, id })
  await ground.expect('DELETE /account/passkeys/{id}', 409, { ...own, id: await first('passkeys') })

  provider.lies = { instead: { '/.well-known/openid-configuration': () => new Response('', { status: 503 }) } }
  await using away = await openApi({ oidc: loginOf(provider) })
  const { token: theirs } = await newPerson({ api: away })
  await ground.expect('POST /account/identities', 503, { at: away, token: theirs, body: { password } })
}

async function sessions(ground: Ground): Promise<void> {
  const { token, id, workspaceId } = await newPerson(ground)
  await ground.expect('PUT /session/workspace', 204, { token, body: { workspaceId } })
  const second = await signIn(ground.api.deps, id)
  const { json } = await ground.expect('GET /sessions', 200, { token: second })
  const other = (json.items as { id: string; isThis?: boolean }[]).find(({ isThis }) => !isThis)
  await ground.expect('DELETE /sessions/{id}', 204, { token: second, id: `${other?.id}` })
  const body = { currentPassword: password, newPassword: 'another password' }
  await ground.expect('PUT /account/password', 204, { token: second, body })
}

async function people(ground: Ground): Promise<void> {
  const { token, id } = await newPerson(ground)
  const guest = await newPerson(ground)
  await ground.expect('PATCH /members/{userId}', 409, { token, id, body: { role: 'viewer', password } })
  await ground.expect('DELETE /members/{userId}', 409, { token, id })
  const { json: made } = await ground.expect('POST /invitations', 201, { token, body: { role: 'member' } })
  const body = { token: made.token }
  await ground.expect('POST /invitations/look', 200, { body })
  await ground.expect('POST /invitations/accept', 409, { token, body })
  await ground.expect('POST /invitations/accept', 200, { token: guest.token, body })
  await ground.expect('PATCH /members/{userId}', 200, { token, id: guest.id, body: { role: 'viewer' } })
  await ground.expect('DELETE /members/{userId}', 204, { token, id: guest.id })
  const { json: unused } = await ground.expect('POST /invitations', 201, { token, body: { role: 'member' } })
  await ground.expect('DELETE /invitations/{id}', 204, { token, id: String(unused.id) })
  const { json: key } = await ground.expect('POST /keys', 201, { token, body: { name: 'CI', scopes: ['read'] } })
  await ground.expect('DELETE /keys/{id}', 204, { token, id: String(key.id) })
}

async function weeklyMails(ground: Ground): Promise<void> {
  await using smtp = await openSmtpServer()
  await using mailing = await openApi({ mailer: createMailer({ url: smtp.url, from: 'uptime@example.com' }) })
  const own = { at: mailing, token: (await mailing.addPerson()).token }
  await ground.expect('GET /digest', 200, own)
  await ground.expect('PATCH /digest', 200, { ...own, body: { enabled: false } })
  await ground.expect('PATCH /digest', 400, { ...own, body: {} })
  await ground.expect('POST /digest/test', 200, own)
  await ground.expect('DELETE /workspace', 204, own)
  for (const route of ['GET /digest', 'PATCH /digest', 'POST /digest/test']) await ground.expect(route, 404, own)
  await ground.expect('POST /digest/test', 501, { token: (await newPerson(ground)).token })
}

async function savedViews(ground: Ground): Promise<void> {
  const own = { token: (await newPerson(ground)).token }
  const body = { name: 'Down', search: 'status=down' }
  const { json: view } = await ground.expect('POST /views', 201, { ...own, body })
  const id = String(view.id)
  await ground.expect('POST /views', 409, { ...own, body: { ...body, name: 'DOWN' } })
  await ground.expect('POST /views', 400, { ...own, body: {} })
  await ground.expect('POST /views', 201, { ...own, body: { ...body, name: 'Other' } })
  await ground.expect('GET /views', 200, own)
  await ground.expect('PATCH /views/{id}', 200, { ...own, id, body: { name: 'down' } })
  await ground.expect('PATCH /views/{id}', 409, { ...own, id, body: { name: 'other' } })
  await ground.expect('PATCH /views/{id}', 400, { ...own, id, body: {} })
  await ground.expect('PATCH /views/{id}', 404, { ...own, body: { name: 'x' } })
  await ground.expect('DELETE /views/{id}', 204, { ...own, id })
  await ground.expect('DELETE /views/{id}', 404, { ...own, id })
  await ground.expect('DELETE /workspace', 204, own)
  await ground.expect('GET /views', 404, own)
  await ground.expect('POST /views', 404, { ...own, body })
}

async function workspaceBroughtBack(ground: Ground): Promise<void> {
  const { token, workspaceId: id } = await newPerson(ground)
  await ground.expect('DELETE /workspace', 204, { token })
  await ground.expect('GET /workspaces/deleted', 200, { token })
  await ground.expect('POST /workspaces/deleted/{id}/restore', 400, { token, id: 'none' })
  await ground.expect('POST /workspaces/deleted/{id}/restore', 200, { token, id })
  await ground.expect('POST /workspaces/deleted/{id}/restore', 404, { token, id })
}

async function operator(ground: Ground): Promise<void> {
  const { token, id, workspaceId } = await newPerson(ground)
  await ground.api.deps.sql.execute(`update users set is_operator = true where id = '${id}'`)
  const limits = { monitors: 10, members: null, checksPerMinute: null, intervalFloorSeconds: null }
  await ground.expect('GET /instance/workspaces', 200, { token })
  await ground.expect('GET /instance/workspaces', 400, { token, query: '?limit=0' })
  await ground.expect('PUT /instance/workspaces/{id}/limits', 200, { token, id: workspaceId, body: limits })
  await ground.expect('PUT /instance/workspaces/{id}/limits', 400, { token, id: workspaceId, body: { monitors: -1 } })
  await ground.expect('PUT /instance/workspaces/{id}/limits', 404, { token, body: limits })
}

export const accountFlows: Readonly<Record<string, (ground: Ground) => Promise<void>>> = {
  'somebody who forgot their password': forgottenPassword,
  'somebody with a second factor': secondFactor,
  'somebody with a passkey': passkeys,
  'somebody with a login of the organisation': identities,
  'somebody at several browsers': sessions,
  'people of a workspace': people,
  'a workspace that is deleted and brought back': workspaceBroughtBack,
  'weekly mails': weeklyMails,
  'saved views': savedViews,
  'the operator of the instance': operator,
}
