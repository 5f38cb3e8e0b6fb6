import { expect } from 'bun:test'
import { channelContext } from '@repo/contracts/alerts'
import { addChannel, addDelivery, addSchedule, makeRule } from '@repo/db/testing/alerting'
import { addIncident } from '@repo/db/testing/incidents'
import { addGroup, addWindow } from '@repo/db/testing/maintenance'
import { addMonitor, addUser } from '@repo/db/testing/populate'
import { parseChannelId } from '@repo/domain/ids'
import { writeAlertLink } from '@repo/notifiers/alert-link'
import { createMailer } from '@repo/notifiers/mailer'
import { openSmtpServer } from '@repo/notifiers/testing'
import { startReceiver } from '@repo/notifiers/testing/plain-webhook'
import { missingSecret } from '@repo/secrets/sealed-text'
import { URI } from 'otpauth'
import { offerReset } from '../src/accounts/password-reset.ts'
import { openOidcProvider } from '../testing/oidc-provider.ts'
import type { Ground } from './contract-ground.ts'
import { openApi, signIn } from './instance.ts'
import { backFrom, comeBack, cookiesOf, loginOf, someone } from './oidc-browser.ts'
import { type CreationOptions, createAuthenticator, type RequestOptions } from './software-authenticator.ts'

/** Ways through the API to answers that nobody comes upon by chance. */

const password = 'correct horse battery'

async function newPerson({ api }: Pick<Ground, 'api'>) {
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
  await ground.expect('PATCH /members/{userId}', 409, { token, id, body: { role: 'viewer' } })
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

async function monitors(ground: Ground): Promise<void> {
  const { token, workspaceId } = await newPerson(ground)
  const { id } = await addMonitor(ground.api.deps.sql, workspaceId)
  const { etag } = await ground.expect('GET /monitors', 200, { token })
  await ground.expect('GET /monitors', 304, { token, headers: { 'if-none-match': etag } })
  const stale = { token, id, headers: { 'if-match': '"9"' } }
  for (const list of ['audit', 'incidents', 'advisories']) await ground.expect(`GET /${list}`, 200, { token })
  await ground.expect('PATCH /monitors/{id}', 412, stale)
  await ground.expect('PATCH /monitors/{id}', 404, { token, id: crypto.randomUUID() })
  const span = { from: '2026-06-01T12:00:00Z', to: '2026-06-01T13:00:00Z' }
  await ground.expect('POST /monitors/{id}/replay', 200, { token, id, body: span })
  await ground.expect('POST /monitors/{id}/replay', 400, { token, id, body: { ...span, to: span.from } })
  await ground.expect('POST /monitors/{id}/replay', 404, { token, id: crypto.randomUUID(), body: span })
  await ground.expect('DELETE /monitors/{id}', 412, stale)
  for (const part of ['ticks', 'outages', 'series', 'uptime'])
    await ground.expect(`GET /monitors/{id}/${part}`, 200, { token, id })
  await ground.expect('POST /monitors/{id}/pause', 200, { token, id })
  await ground.expect('POST /monitors/{id}/check', 409, { token, id })
  const auth = { kind: 'bearer', token: missingSecret }
  const spec = { kind: 'http', url: 'https://shop.example/', auth }
  const { id: lacking } = await addMonitor(ground.api.deps.sql, workspaceId, { spec })
  await ground.expect('POST /monitors/{id}/pause', 200, { token, id: lacking })
  await ground.expect('POST /monitors/{id}/resume', 409, { token, id: lacking })
}

async function plans(ground: Ground): Promise<void> {
  const { token, workspaceId } = await newPerson(ground)
  const { sql } = ground.api.deps
  const [child, parent] = [await addMonitor(sql, workspaceId), await addMonitor(sql, workspaceId)]
  for (const [path, made] of [
    ['maintenance', await addWindow(sql, { workspaceId })],
    ['groups', await addGroup(sql, { workspaceId, members: [{ monitorId: child.id, weight: 2 }] })],
  ] as const) {
    const { id } = made
    await ground.expect(`GET /${path}`, 200, { token })
    await ground.expect(`GET /${path}/{id}`, 200, { token, id })
    if (path === 'groups') {
      await ground.expect('GET /groups/{id}/outages', 200, { token, id })
      await ground.expect('GET /groups/{id}/outages', 400, { token, id, query: '?limit=0' })
      await ground.expect('GET /groups/{id}/outages', 404, { token, id: crypto.randomUUID() })
    }
    const stale = { token, id, headers: { 'if-match': '"9"' } }
    await ground.expect(`PATCH /${path}/{id}`, 412, stale)
    await ground.expect(`DELETE /${path}/{id}`, 412, stale)
    await ground.expect(`PATCH /${path}/{id}`, 200, { token, id })
    await ground.expect(`PATCH /${path}/{id}`, 400, { token, id, body: {} })
    await ground.expect(`DELETE /${path}/{id}`, 204, { token, id })
  }
  const route = 'PUT /monitors/{id}/dependencies'
  await ground.expect(route, 200, { token, id: child.id, body: { parentIds: [parent.id] } })
  await ground.expect('GET /monitors/{id}/dependencies', 200, { token, id: parent.id })
  await ground.expect(route, 409, { token, id: parent.id, body: { parentIds: [child.id] } })
}

async function alerts(ground: Ground): Promise<void> {
  const { token, id: userId, workspaceId } = await newPerson(ground)
  const { sql } = ground.api.deps
  const monitor = await addMonitor(sql, workspaceId)
  const { json: channel } = await ground.expect('POST /channels', 201, { token })
  const channelId = String(channel.id)
  const rule = makeRule(channelId)
  const { json: policy } = await ground.expect('POST /alert-policies', 201, { token, body: { name: 'All', rule } })
  const bodies = bodiesFor(userId)
  const { json: schedule } = await ground.expect('POST /schedules', 201, { token, body: bodies['POST /schedules'] })
  const at = { monitorId: monitor.id, at: '2026-06-01T03:00:00Z' }
  await ground.expect('POST /alert-policies/simulate', 200, { token, body: at })
  await ground.expect('POST /alert-policies/simulate', 400, { token, body: { ...at, at: 'soon' } })
  const id = String(schedule.id)
  await ground.expect('GET /schedules/{id}/shifts', 200, { token, id })
  await ground.expect('GET /schedules/{id}/shifts', 400, {
    token,
    id,
    query: '?from=2026-06-02T00:00:00Z&to=2026-06-01T00:00:00Z',
  })
  await ground.expect('GET /schedules/{id}/ical', 200, { token, id })
  const span = bodies['POST /schedules/{id}/overrides']
  const { json: override } = await ground.expect('POST /schedules/{id}/overrides', 201, { token, id, body: span })
  await ground.expect('POST /schedules/{id}/overrides', 400, { token, id, body: {} })
  await ground.expect('POST /schedules/{id}/overrides', 404, { token, body: span })
  const route = routeOf(ground, 'DELETE /schedules/{id}/overrides/{overrideId}')
  const path = route.path.replace('{overrideId}', String(override.id))
  expect((await ground.ask({ ...route, path }, { token, id })).status).toBe(204)
  for (const [part, made] of [
    ['alert-policies', policy],
    ['channels', channel],
    ['schedules', schedule],
  ] as const) {
    const own = { token, id: String(made.id) }
    await ground.expect(`GET /${part}`, 200, { token })
    await ground.expect(`GET /${part}/{id}`, 200, own)
    const stale = { ...own, headers: { 'if-match': '"9"' } }
    await ground.expect(`PATCH /${part}/{id}`, 412, stale)
    await ground.expect(`DELETE /${part}/{id}`, 412, stale)
    await ground.expect(`PATCH /${part}/{id}`, 200, own)
    await ground.expect(`PATCH /${part}/{id}`, 400, { ...own, body: {} })
    await ground.expect(`DELETE /${part}/{id}`, 204, own)
  }
  await ground.expect('GET /alert-policies/coverage', 200, { token })
  const used = await addChannel(sql, { workspaceId })
  await ground.expect('GET /channels/{id}/uses', 200, { token, id: used })
  await using receiver = startReceiver()
  const receiving = parseChannelId(Bun.randomUUIDv7())
  const settings = ground.api.deps.keyring.seal(
    JSON.stringify({ url: receiver.urlOf('x') }),
    channelContext(workspaceId, receiving),
  )
  await addChannel(sql, { id: receiving, workspaceId, settings })
  await ground.expect('POST /channels/{id}/test', 200, { token, id: receiving })
  await ground.expect('POST /channels/{id}/test', 404, { token })
  // Its settings are sealed for nobody.
  await ground.expect('POST /channels/{id}/test', 400, { token, id: await addChannel(sql, { workspaceId }) })
  await ground.expect('GET /deliveries', 200, { token })
  await ground.expect('GET /deliveries', 400, { token, query: '?limit=0' })
}

async function alertLinks(ground: Ground): Promise<void> {
  const { id: userId, workspaceId } = await newPerson(ground)
  const { sql, keyring, clock } = ground.api.deps
  const channelId = await addChannel(sql, { workspaceId, userId })
  const incidentId = await addIncident(sql, await addMonitor(sql, workspaceId))
  const deliveryId = await addDelivery(sql, { workspaceId, channelId, incidentId })
  const link = { deed: 'acknowledge', deliveryId, nowMs: clock.nowMs() } as const
  const body = { token: writeAlertLink(keyring, link) }
  await ground.expect('POST /alert-links/look', 200, { body })
  await ground.expect('POST /alert-links/use', 200, { body })
  await ground.expect('POST /alert-links/look', 410, { body })
  await ground.expect('POST /alert-links/use', 410, { body })
}

async function incidents(ground: Ground): Promise<void> {
  const { token, workspaceId } = await newPerson(ground)
  const { sql } = ground.api.deps
  const monitor = await addMonitor(sql, workspaceId)
  const id = await addIncident(sql, monitor)
  await ground.expect('GET /incidents', 200, { token })
  await ground.expect('GET /incidents/{id}', 200, { token, id })
  await ground.expect('GET /incidents/{id}/timeline', 200, { token, id })
  await ground.expect('GET /incidents/{id}/timeline', 400, { token, id, query: '?limit=0' })
  const other = await addIncident(sql, await addMonitor(sql, workspaceId))
  const deeds: [name: string, body?: unknown][] = [
    ['POST /incidents/{id}/acknowledge'],
    ['DELETE /incidents/{id}/acknowledge'],
    ['PUT /incidents/{id}/assignee', { userId: null }],
    ['POST /incidents/{id}/comments', { text: '**seen**' }],
    ['PUT /incidents/{id}/postmortem', { text: 'why' }],
    ['POST /incidents/{id}/resolve'],
    ['POST /incidents/{id}/reopen'],
    ['POST /incidents/{id}/merge', { into: other }],
  ]
  for (const [name, body] of deeds) {
    const own = { token, id, ...(body !== undefined && { body }) }
    await ground.expect(name, 412, { ...own, headers: { 'if-match': '"99"' } })
    await ground.expect(name, name.endsWith('comments') ? 201 : 200, own)
    if (body !== undefined) await ground.expect(name, 400, { token, id, body: {} })
    await ground.expect(name, 404, { ...own, id: crypto.randomUUID() })
  }
  await ground.expect('POST /incidents/{id}/acknowledge', 409, { token, id })
  await ground.expect('POST /incidents/{id}/merge', 409, { token, id: other, body: { into: id } })
  await addIncident(sql, monitor)
  await ground.expect('POST /incidents/{id}/reopen', 409, { token, id })
}

async function heartbeats(ground: Ground): Promise<void> {
  const { token } = await newPerson(ground)
  const spec = { kind: 'heartbeat', schedule: { kind: 'period', seconds: 60 } }
  const { json } = await ground.expect('POST /monitors', 201, { token, body: { spec } })
  const id = String(json.id)
  const { json: heartbeat } = await ground.expect('GET /monitors/{id}/heartbeat', 200, { token, id })
  const path = new URL((heartbeat.urls as { ping: string }).ping).pathname
  await ground.api.ask(path, { body: 'done', headers: { 'content-type': 'text/plain' } })
  await ground.expect('GET /monitors/{id}/heartbeat/pings', 200, { token, id })
  await ground.expect('GET /monitors/{id}/heartbeat/pings', 400, { token, id, query: '?limit=0' })
  await ground.expect('GET /monitors/{id}/heartbeat/pings/{n}/body', 200, { token, id })
  await ground.expect('POST /monitors/{id}/heartbeat/rotate', 200, { token, id })
  await ground.expect('POST /monitors/{id}/check', 422, { token, id })
  await ground.expect('POST /monitors/test', 422, { token, body: { spec } })
}

async function idempotencyKeys(ground: Ground): Promise<void> {
  const { id: userId, workspaceId } = await newPerson(ground)
  const { sql } = ground.api.deps
  const token = await signIn(ground.api.deps, userId)
  const { json } = await ground.expect('GET /sessions', 200, { token })
  const current = json.items as { id: string; isThis?: boolean }[]
  const monitor = await addMonitor(sql, workspaceId)
  const incidentId = await addIncident(sql, monitor)
  const scheduleId = await addSchedule(sql, { workspaceId, userId })
  const idOf = (name: string) => {
    if (name.includes('/schedules/')) return scheduleId
    return name.includes('/incidents/') ? incidentId : monitor.id
  }
  for (const name of keyed) {
    // What names people names somebody who is there.
    const body = bodiesFor(userId)[name]
    const own = { token, id: idOf(name), ...(body !== undefined && { body }) }
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const first = await ground.ask(routeOf(ground, name), { ...own, headers })
    if (first.status >= 300) throw new Error(`${name} was refused`)
    await ground.expect(name, 422, { ...own, headers, query: '?other' })
    // Begun by another process of the API, which is at it still.
    const key = crypto.randomUUID()
    for (const { id: principalId } of current)
      await sql.execute(
        `insert into idempotency (workspace_id, principal_id, key, request_hash, created_at) select workspace_id, principal_id, '${key}', request_hash, created_at from idempotency where principal_id = '${principalId}' and key = '${headers['idempotency-key']}'`,
      )
    await ground.expect(name, 409, { ...own, headers: { 'idempotency-key': key } })
  }
}

const keyed = [
  'POST /monitors',
  'POST /monitors/bulk',
  'POST /monitors/{id}/clone',
  'POST /workspace/import',
  'POST /maintenance',
  'POST /groups',
  'POST /channels',
  'POST /alert-policies',
  'POST /schedules',
  'POST /schedules/{id}/overrides',
  'POST /incidents/{id}/comments',
]

const layerOf = (userId: string) => ({
  ...{ people: [userId], startsOn: '2026-01-01', turnDays: 1, handover: '09:00', timeZone: 'UTC', only: null },
})
const overrideOf = (userId: string) => ({ userId, from: '2026-06-01T12:00:00Z', to: '2026-06-01T13:00:00Z' })

const bodiesFor = (userId: string): Readonly<Record<string, unknown>> => ({
  'POST /schedules': { name: 'Rota', layers: [layerOf(userId)] },
  'POST /schedules/{id}/overrides': overrideOf(userId),
})

function routeOf({ routes }: Ground, name: string) {
  const route = routes.find((known) => known.name === name)
  if (!route) throw new Error(`there is no route ${name}`)
  return route
}

export const flows: Readonly<Record<string, (ground: Ground) => Promise<void>>> = {
  'somebody who forgot their password': forgottenPassword,
  'somebody with a second factor': secondFactor,
  'somebody with a passkey': passkeys,
  'somebody with a login of the organisation': identities,
  'somebody at several browsers': sessions,
  'people of a workspace': people,
  'weekly mails': weeklyMails,
  'the operator of the instance': operator,
  'what changed meanwhile, or did not': monitors,
  'plans, groups and what hangs on what': plans,
  'who is told of what, and who is on call': alerts,
  'links in messages': alertLinks,
  'what people do with incidents': incidents,
  'a job that tells of itself': heartbeats,
  'requests that are sent twice': idempotencyKeys,
}
