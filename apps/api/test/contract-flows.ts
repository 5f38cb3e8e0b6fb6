import { expect } from 'bun:test'
import { channelContext } from '@repo/contracts/alerts'
import { addChannel, addDelivery, addSchedule, makeRule } from '@repo/db/testing/alerting'
import { addIncident } from '@repo/db/testing/incidents'
import { addGroup, addWindow } from '@repo/db/testing/maintenance'
import { addSubscriber } from '@repo/db/testing/page-subscribers'
import { addMonitor } from '@repo/db/testing/populate'
import { addPageIncident, addPublishedPage, addStatusPage } from '@repo/db/testing/status-pages'
import { parseChannelId } from '@repo/domain/ids'
import { writeAlertLink } from '@repo/notifiers/alert-link'
import { startReceiver } from '@repo/notifiers/testing/plain-webhook'
import { missingSecret } from '@repo/secrets/sealed-text'
import { accountFlows, newPerson } from './contract-account-flows.ts'
import { type Ground, routeOf } from './contract-ground.ts'
import { pageFlows, pageOf } from './contract-page-flows.ts'
import { openApi, signIn } from './instance.ts'

/** Ways through the API to answers that nobody comes upon by chance. */

async function monitors(ground: Ground): Promise<void> {
  const { token, workspaceId } = await newPerson(ground)
  const { id } = await addMonitor(ground.api.deps.sql, workspaceId)
  const { etag } = await ground.expect('GET /monitors', 200, { token })
  await ground.expect('GET /monitors', 304, { token, headers: { 'if-none-match': etag } })
  const stale = { token, id, headers: { 'if-match': '"9"' } }
  for (const list of ['audit', 'incidents', 'advisories', 'expiries', 'slowdowns'])
    await ground.expect(`GET /${list}`, 200, { token })
  await ground.expect('PATCH /monitors/{id}', 412, stale)
  await ground.expect('PATCH /monitors/{id}', 404, { token, id: crypto.randomUUID() })
  const span = { from: '2026-06-01T12:00:00Z', to: '2026-06-01T13:00:00Z' }
  await ground.expect('POST /monitors/alert-delay', 200, { token, body: {} })
  await ground.expect('POST /monitors/alert-delay', 404, { token, body: { monitorId: crypto.randomUUID() } })
  await ground.expect('POST /monitors/alert-delay', 400, { token, body: { intervalSeconds: 0 } })
  await ground.expect('GET /expiries', 400, { token, query: '?withinDays=0' })
  await ground.expect('GET /slowdowns', 400, { token, query: '?limit=0' })
  await ground.expect('POST /monitors/{id}/replay', 200, { token, id, body: span })
  await ground.expect('POST /monitors/{id}/replay', 400, { token, id, body: { ...span, to: span.from } })
  await ground.expect('POST /monitors/{id}/replay', 404, { token, id: crypto.randomUUID(), body: span })
  await ground.expect('DELETE /monitors/{id}', 412, stale)
  for (const part of ['ticks', 'outages', 'series', 'uptime', 'facts', 'phases'])
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
  const draft = { name: 'Written', rule }
  await ground.expect('POST /alert-policies/simulate', 200, { token, body: { ...at, draft } })
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
  for (const name of ['GET /incidents/counts', 'GET /incidents/export']) {
    await ground.expect(name, 200, { token })
    await ground.expect(name, 400, { token, query: '?open=perhaps' })
  }
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
  const { id: pageId } = await addStatusPage(sql, { workspaceId, content: pageOf(monitor.id) })
  const said = await addPageIncident(sql, { workspaceId, pageId })
  const idOf = (name: string) => {
    if (name.includes('/schedules/')) return scheduleId
    if (name.includes('/status-pages/')) return pageId
    return name.includes('/incidents/') ? incidentId : monitor.id
  }
  for (const name of keyed) {
    // What names people names somebody who is there.
    const body = bodiesFor(userId)[name]
    const own = { token, id: idOf(name), ...(body !== undefined && { body }) }
    const further = name.includes('/updates') ? said.id : incidentId
    const known = routeOf(ground, name)
    const route = { ...known, path: known.path.replace('{incidentId}', further) }
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const first = await ground.ask(route, { ...own, headers })
    if (first.status >= 300) throw new Error(`${name} was refused`)
    expect([name, (await ground.ask(route, { ...own, headers, query: '?other' })).status]).toEqual([name, 422])
    // Begun by another process of the API, which is at it still.
    const key = crypto.randomUUID()
    for (const { id: principalId } of current)
      await sql.execute(
        `insert into idempotency (workspace_id, principal_id, key, request_hash, created_at) select workspace_id, principal_id, '${key}', request_hash, created_at from idempotency where principal_id = '${principalId}' and key = '${headers['idempotency-key']}'`,
      )
    const running = { ...own, headers: { 'idempotency-key': key } }
    expect([name, (await ground.ask(route, running)).status]).toEqual([name, 409])
  }
}

const keyed = [
  'POST /monitors',
  'POST /monitors/bulk',
  'POST /monitors/{id}/clone',
  'POST /workspace/import',
  'POST /maintenance',
  'POST /groups',
  'POST /status-pages',
  'POST /status-pages/{id}/incidents',
  'POST /status-pages/{id}/incidents/from/{incidentId}',
  'POST /status-pages/{id}/incidents/{incidentId}/updates',
  'POST /status-pages/{id}/announcements',
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

async function statusPages(ground: Ground): Promise<void> {
  const { token, workspaceId } = await newPerson(ground)
  const { id } = await addStatusPage(ground.api.deps.sql, { workspaceId })
  const other = await addStatusPage(ground.api.deps.sql, { workspaceId })
  await ground.expect('GET /status-pages', 200, { token })
  await ground.expect('GET /status-pages', 400, { token, query: '?limit=0' })
  await ground.expect('GET /status-pages/{id}', 200, { token, id })
  await ground.expect('POST /status-pages', 409, {
    token,
    body: { slug: other.slug, content: { title: 'A', sections: [] } },
  })
  await ground.expect('POST /status-pages', 400, {
    token,
    body: { slug: 'A B', content: { title: 'A', sections: [] } },
  })
  await ground.expect('PATCH /status-pages/{id}', 404, { token, id: crypto.randomUUID(), body: { slug: 'contract' } })
  const stale = { token, id, headers: { 'if-match': '"9"' } }
  await ground.expect('PATCH /status-pages/{id}', 200, { token, id, body: { slug: 'contract' } })
  await ground.expect('PATCH /status-pages/{id}', 400, { token, id, body: {} })
  await ground.expect('PATCH /status-pages/{id}', 409, { token, id, body: { slug: other.slug } })
  await ground.expect('PATCH /status-pages/{id}', 412, { ...stale, body: { slug: 'contract' } })
  await ground.expect('POST /status-pages/{id}/publish', 412, stale)
  await ground.expect('POST /status-pages/{id}/publish', 200, { token, id })
  await ground.expect('POST /status-pages/{id}/withdraw', 412, stale)
  await ground.expect('POST /status-pages/{id}/withdraw', 200, { token, id })
  await ground.expect('DELETE /status-pages/{id}', 412, stale)
  await ground.expect('DELETE /status-pages/{id}', 204, { token, id })
}

async function pageSubscribers(ground: Ground): Promise<void> {
  const { token, workspaceId } = await newPerson(ground)
  const { sql } = ground.api.deps
  const { id } = await addPublishedPage(sql, { workspaceId })
  const subscriberId = await addSubscriber(sql, { pageId: id })
  await ground.expect('GET /status-pages/{id}/subscribers', 200, { token, id })
  await ground.expect('GET /status-pages/{id}/subscribers', 400, { token, id, query: '?state=gone' })
  await ground.expect('GET /status-pages/{id}/subscribers', 404, { token })
  await ground.expect('GET /status-pages/{id}/subscribers/export', 200, { token, id })
  await ground.expect('GET /status-pages/{id}/subscribers/export', 404, { token })
  const name = 'POST /status-pages/{id}/subscribers'
  const body = { email: 'ada@example.com' }
  await ground.expect(name, 400, { token, id, body: { email: 'ada' } })
  await ground.expect(name, 404, { token, body })
  await ground.expect(name, 501, { token, id, body })
  await using mailing = await openApi({ mailer: { send: async () => {} } })
  const owner = await mailing.addPerson()
  const own = { at: mailing, token: owner.token, body }
  const shown = await addPublishedPage(mailing.deps.sql, owner)
  const draft = await addStatusPage(mailing.deps.sql, owner)
  await ground.expect(name, 200, { ...own, id: shown.id })
  await ground.expect(name, 409, { ...own, id: draft.id })
  const route = routeOf(ground, 'DELETE /status-pages/{id}/subscribers/{subscriberId}')
  const path = route.path.replace('{subscriberId}', subscriberId)
  expect((await ground.ask({ ...route, path }, { token, id })).status).toBe(204)
}

export const flows: Readonly<Record<string, (ground: Ground) => Promise<void>>> = {
  ...accountFlows,
  'what changed meanwhile, or did not': monitors,
  'plans, groups and what hangs on what': plans,
  'who is told of what, and who is on call': alerts,
  'links in messages': alertLinks,
  'what people do with incidents': incidents,
  'a job that tells of itself': heartbeats,
  'a page for the public': statusPages,
  ...pageFlows,
  'who is told of what a page says': pageSubscribers,
  'requests that are sent twice': idempotencyKeys,
}
