import { expect } from 'bun:test'
import { addIncident } from '@repo/db/testing/incidents'
import { addMonitor } from '@repo/db/testing/populate'
import { addStatusPage } from '@repo/db/testing/status-pages'
import sharp from 'sharp'
import { newPerson } from './contract-account-flows.ts'
import { type Answered, type Asking, type Ground, routeOf, sampleBody } from './contract-ground.ts'

/** Ways to the answers of what is said on a status page beside its content. */

const manualId = 'b5d7dd0b-94f7-4bb8-8c3f-8e3a1a9b3f02'

/** A page of a monitor and of something that nobody watches. */
export function pageOf(monitorId: string) {
  const component = (id: string, source: unknown) => ({ id, name: 'Search', source })
  const components = [
    component(crypto.randomUUID(), { kind: 'monitor', monitorId }),
    component(manualId, { kind: 'manual' }),
  ]
  return { title: 'Shop', sections: [{ id: crypto.randomUUID(), name: 'All', components }] }
}

interface Named extends Asking {
  readonly incidentId?: string
  readonly updateId?: string
  readonly announcementId?: string
  readonly componentId?: string
}

/** Asks a route with several ids in its path for what must have this status. */
async function nested(
  ground: Ground,
  name: string,
  { status, ...asking }: Named & { status: number },
): Promise<Answered> {
  const { incidentId, updateId, announcementId, componentId, ...asked } = asking
  const known = routeOf(ground, name)
  const ids = Object.entries({ incidentId, updateId, announcementId, componentId })
  const path = ids.reduce(
    (filled, [key, id]) => (id === undefined ? filled : filled.replace(`{${key}}`, id)),
    known.path,
  )
  const body = 'body' in asked ? asked.body : sampleBody(known)
  const answered = await ground.ask({ ...known, path }, { ...asked, body })
  expect([name, answered.status]).toEqual([name, status])
  return answered
}

const stale = { 'if-match': '"99"' }
const incidents = '/status-pages/{id}/incidents'
const incident = `${incidents}/{incidentId}`
const update = `${incident}/updates/{updateId}`

async function pageGround(ground: Ground) {
  const { token, workspaceId } = await newPerson(ground)
  const { sql } = ground.api.deps
  const monitor = await addMonitor(sql, workspaceId)
  const { id } = await addStatusPage(sql, { workspaceId, content: pageOf(monitor.id) })
  return { token, id, monitor, sql }
}

async function pageIncidents(ground: Ground): Promise<void> {
  const { token, id, monitor, sql } = await pageGround(ground)
  const own = { token, id }
  const { json } = await ground.expect(`POST ${incidents}`, 201, own)
  const one = { ...own, incidentId: String(json.id) }
  const about = { ...own, incidentId: await addIncident(sql, monitor) }
  await nested(ground, `POST ${incidents}/from/{incidentId}`, { status: 201, ...about })
  await nested(ground, `POST ${incidents}/from/{incidentId}`, { status: 409, ...about })
  const other = await addMonitor(sql, monitor.workspaceId)
  const foreign = { ...own, incidentId: await addIncident(sql, other) }
  await nested(ground, `POST ${incidents}/from/{incidentId}`, { status: 400, ...foreign })
  await ground.expect(`GET ${incidents}`, 200, own)
  await ground.expect(`GET ${incidents}`, 400, { ...own, query: '?limit=0' })
  await ground.expect(`POST ${incidents}`, 400, { ...own, body: {} })
  await nested(ground, `GET ${incident}`, { status: 200, ...one })
  await nested(ground, `PATCH ${incident}`, { status: 200, ...one })
  await nested(ground, `PATCH ${incident}`, { status: 400, ...one, body: {} })
  for (const name of [`PATCH ${incident}`, `POST ${incident}/publish`, `DELETE ${incident}`])
    await nested(ground, name, { status: 412, ...one, headers: stale })
  await nested(ground, `POST ${incident}/updates`, { status: 400, ...one, body: {} })
  await nested(ground, `POST ${incident}/updates`, { status: 412, ...one, headers: stale })
  const { json: added } = await nested(ground, `POST ${incident}/updates`, { status: 201, ...one })
  const said = { ...one, updateId: (added.updates as { id: string }[])[0]?.id ?? '' }
  await nested(ground, `PATCH ${update}`, { status: 200, ...said })
  await nested(ground, `GET ${update}/mail`, { status: 200, ...said })
  await nested(ground, `PATCH ${update}`, { status: 400, ...said, body: {} })
  const deeds = [`PATCH ${update}`, `POST ${update}/publish`, `DELETE ${update}`]
  for (const name of deeds) await nested(ground, name, { status: 412, ...said, headers: stale })
  await nested(ground, `POST ${update}/publish`, { status: 200, ...said })
  for (const name of deeds) await nested(ground, name, { status: 409, ...said })
  const { json: second } = await nested(ground, `POST ${incident}/updates`, { status: 201, ...one })
  const updateId = (second.updates as { id: string; publishedAt: string | null }[]).find(
    ({ publishedAt }) => publishedAt === null,
  )?.id
  await nested(ground, `DELETE ${update}`, { status: 200, ...one, updateId: updateId ?? '' })
  await nested(ground, `POST ${incident}/publish`, { status: 200, ...one })
  await nested(ground, `DELETE ${incident}`, { status: 204, ...one })
}

async function announcements(ground: Ground): Promise<void> {
  const { token, id } = await pageGround(ground)
  const own = { token, id }
  const path = '/status-pages/{id}/announcements'
  const { json } = await ground.expect(`POST ${path}`, 201, own)
  await ground.expect(`POST ${path}`, 400, { ...own, body: {} })
  await ground.expect(`GET ${path}`, 200, own)
  await ground.expect(`GET ${path}`, 400, { ...own, query: '?limit=0' })
  const one = { ...own, announcementId: String(json.id) }
  await nested(ground, `PUT ${path}/{announcementId}`, { status: 200, ...one })
  await nested(ground, `PUT ${path}/{announcementId}`, { status: 400, ...one, body: {} })
  await nested(ground, `DELETE ${path}/{announcementId}`, { status: 204, ...one })
}

async function states(ground: Ground): Promise<void> {
  const { token, id } = await pageGround(ground)
  const set = 'PUT /status-pages/{id}/components/{componentId}/state'
  await ground.expect('GET /status-pages/{id}/components', 200, { token, id })
  await nested(ground, set, { status: 200, token, id, componentId: manualId })
  await nested(ground, set, { status: 400, token, id, componentId: manualId, body: {} })
}

async function assets(ground: Ground): Promise<void> {
  const { token, id } = await pageGround(ground)
  const own = { token, id }
  const named = (name: string, part: string) => `${name} /status-pages/{id}/${part}`
  await ground.expect(named('GET', 'changes'), 200, own)
  await ground.expect(named('POST', 'preview'), 200, own)
  await ground.expect(named('POST', 'preview'), 400, { ...own, body: {} })
  await ground.expect(named('POST', 'preview/signed'), 200, own)
  await ground.expect(named('POST', 'preview/signed'), 400, { ...own, body: {} })
  await ground.expect(named('POST', 'preview/signed'), 404, { ...own, id: crypto.randomUUID() })
  await ground.expect(named('PUT', 'password'), 200, own)
  await ground.expect(named('PUT', 'password'), 400, { ...own, body: {} })
  for (const name of ['PUT', 'DELETE'])
    for (const part of ['password', 'domain']) await ground.expect(named(name, part), 412, { ...own, headers: stale })
  const content = { title: 'Shop', sections: [], access: { kind: 'password' } }
  await ground.expect('PATCH /status-pages/{id}', 200, { ...own, body: { content } })
  await ground.expect('POST /status-pages/{id}/publish', 200, own)
  await ground.expect(named('DELETE', 'password'), 409, own)
  await ground.expect('POST /status-pages/{id}/withdraw', 200, own)
  await ground.expect(named('DELETE', 'password'), 200, own)
  await ground.expect('POST /status-pages/{id}/publish', 409, own)
  const image = sharp({ create: { width: 4, height: 4, channels: 3, background: '#8e2f76' } }).png()
  const body = new Uint8Array(await image.toBuffer())
  const headers = { 'content-type': 'image/png' }
  await ground.expect(named('GET', 'logo'), 404, own)
  await ground.expect(named('PUT', 'logo'), 415, own)
  await ground.expect(named('PUT', 'logo'), 412, { ...own, body, headers: { ...headers, ...stale } })
  await ground.expect(named('PUT', 'logo'), 200, { ...own, body, headers })
  await ground.expect(named('PUT', 'logo'), 400, { ...own, body: body.slice(0, 20), headers })
  await ground.expect(named('PUT', 'logo'), 413, { ...own, body: new Uint8Array(1_048_577), headers })
  await ground.expect(named('GET', 'logo'), 200, own)
  await ground.expect(named('DELETE', 'logo'), 412, { ...own, headers: stale })
  await ground.expect(named('DELETE', 'logo'), 200, own)
  await ground.expect(named('PUT', 'domain'), 200, own)
  await ground.expect(named('PUT', 'domain'), 400, { ...own, body: { domain: '192.0.2.1' } })
  await ground.expect(named('POST', 'domain/check'), 200, own)
  await ground.expect(named('DELETE', 'domain'), 200, own)
}

export const pageFlows: Readonly<Record<string, (ground: Ground) => Promise<void>>> = {
  'what a page says of incidents': pageIncidents,
  'what a page says to everybody': announcements,
  'what a page says of what nobody watches': states,
  'what belongs to a page': assets,
}
