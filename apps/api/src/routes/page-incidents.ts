import { createRoute, z } from '@hono/zod-openapi'
import {
  changePageIncidentSchema,
  createPageIncidentSchema,
  noticeLimits,
  pageIncidentPageSchema,
  pageIncidentSchema,
} from '@repo/contracts/page-notices'
import type { Sql } from '@repo/db/database'
import { findIncident } from '@repo/db/queries/incidents'
import {
  changePageIncident,
  countPageIncidents,
  createPageIncident,
  deletePageIncident,
  listPageIncidents,
  type NewPageIncident,
  publishPageIncident,
} from '@repo/db/queries/page-incidents'
import { addPageUpdate } from '@repo/db/queries/page-updates'
import { parseIncidentId, parsePageIncidentId, parsePageUpdateId } from '@repo/domain/ids'
import { draftIncident } from '@repo/public-page/draft-incident'
import { readStanding } from '@repo/public-page/page-facts'
import type { Context } from 'hono'
import { record } from '../access/audit.ts'
import { type Asked, createGuard } from '../access/guard.ts'
import { idempotent } from '../access/idempotency.ts'
import { inTenant } from '../access/tenant.ts'
import { entityTag, expectedVersion } from '../access/versions.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import type { ApiDeps } from '../deps.ts'
import { idParams } from '../monitor-reading.ts'
import { idOr404, refuseMissed } from '../named-monitors.ts'
import {
  auditedIncident,
  authorOf,
  contentsOf,
  getPageIncident,
  pastMs,
  refuseAfterEnd,
  refused,
  refuseForeignComponents,
  toPageIncidentJson,
} from '../page-notices.ts'
import { AppError } from '../problems.ts'
import { getStatusPage, ownedPage } from '../status-pages.ts'
import {
  idempotencyKey,
  ifMatch,
  jsonAnswer,
  jsonRequest,
  keyedProblems,
  openApiRouter,
  pageQuery,
  problem,
  problems,
} from './openapi.ts'

const params = idParams.extend({ incidentId: z.string() })
const one = jsonAnswer(pageIncidentSchema, 'The incident as it is now')
const changedMeanwhile = { 412: problem('It has another version than If-Match says') }
const list = createRoute({
  method: 'get',
  path: '/status-pages/{id}/incidents',
  summary: 'What a status page says of incidents, drafts among it, the newest first',
  request: { params: idParams, query: z.object(pageQuery) },
  responses: { 200: jsonAnswer(pageIncidentPageSchema, 'A page of incidents'), ...problems },
})
const create = createRoute({
  method: 'post',
  path: '/status-pages/{id}/incidents',
  summary: 'Write of an incident, as a draft or at once for everybody',
  request: { params: idParams, headers: idempotencyKey, ...jsonRequest(createPageIncidentSchema) },
  responses: { 201: one, ...problems, ...keyedProblems },
})
const draft = createRoute({
  method: 'post',
  path: '/status-pages/{id}/incidents/from/{incidentId}',
  summary:
    'Draft what the page may say of the incident of a monitor, in words that name the components of the page alone',
  request: { params, headers: idempotencyKey },
  responses: {
    201: one,
    ...problems,
    ...keyedProblems,
    409: problem(
      'The page has something about it already, or a request with this Idempotency-Key is being carried out',
    ),
  },
})
const read = createRoute({
  method: 'get',
  path: '/status-pages/{id}/incidents/{incidentId}',
  summary: 'Read what a status page says of an incident',
  request: { params },
  responses: { 200: one, 404: problems[404] },
})
const change = createRoute({
  method: 'patch',
  path: '/status-pages/{id}/incidents/{incidentId}',
  summary: 'Change what an incident is called, how bad it is, when it began and what it touches',
  request: { params, headers: ifMatch, ...jsonRequest(changePageIncidentSchema) },
  responses: { 200: one, ...problems, ...changedMeanwhile },
})
const publish = createRoute({
  method: 'post',
  path: '/status-pages/{id}/incidents/{incidentId}/publish',
  summary: 'Show an incident to everybody, with all that was written of it',
  request: { params, headers: ifMatch },
  responses: { 200: one, 404: problems[404], ...changedMeanwhile },
})
const remove = createRoute({
  method: 'delete',
  path: '/status-pages/{id}/incidents/{incidentId}',
  summary: 'Delete what a status page says of an incident',
  request: { params, headers: ifMatch },
  responses: { 204: { description: 'Deleted' }, 404: problems[404], ...changedMeanwhile },
})

const write = { role: 'member', resource: 'pages', access: 'write' } as const
const look = { role: 'viewer', resource: 'pages', access: 'read' } as const
const cursorSchema = z.object({ beganAtMs: z.number().min(0).max(Date.UTC(2200, 0)), id: z.uuid() })

export function pageIncidentRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  const nowMs = () => deps.clock.nowMs()

  routes.openapi(guard(list, look), async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const after = decodeCursor(cursor, cursorSchema)
    const page = ownedPage(c, c.req.valid('param').id)
    const { items, next } = await inTenant(deps, c, async (sql) => {
      await getStatusPage(sql, page)
      return listPageIncidents(sql, { ...page, pageId: page.id }, { limit, cursor: after })
    })
    return c.json({ items: items.map(toPageIncidentJson), nextCursor: encodeCursor(next) }, 200)
  })

  routes.openapi(guard(create, write, idempotent(deps)), async (c) => {
    const { title, impact, components, beganAt, phase, body, publish: isPublished } = c.req.valid('json')
    const beganAtMs = pastMs(beganAt, nowMs()) ?? nowMs()
    const owned = newIncident(c, c.req.valid('param').id)
    const incident = await inTenant(deps, c, async (sql) => {
      refuseForeignComponents(await getStatusPage(sql, { ...owned, id: owned.pageId }), components)
      const created = { ...owned, title, impact, components, beganAtMs, phase, isByPerson: true }
      await begin(sql, c, { created, body, nowMs: nowMs() })
      if (isPublished) await publishPageIncident(sql, owned, { nowMs: nowMs(), isByPerson: true })
      const after = await getPageIncident(sql, owned)
      await record(sql, c, { action: 'page_incident.created', subjectId: owned.id, after: auditedIncident(after) })
      return after
    })
    return c.json(toPageIncidentJson(incident), 201, headersOf(incident))
  })

  routes.openapi(guard(draft, write, idempotent(deps)), async (c) => {
    const { id, incidentId } = c.req.valid('param')
    const owned = newIncident(c, id)
    const incident = await inTenant(deps, c, async (sql) => {
      const page = await getStatusPage(sql, { ...owned, id: owned.pageId })
      const about = await findIncident(sql, { ...owned, id: idOr404(parseIncidentId, incidentId) })
      if (!about) throw new AppError('not_found')
      const content = contentsOf(page).at(-1)
      const standing = content && (await readStanding(sql, [{ ...owned, id: page.id, content }]))
      const drafted = content && standing && draftIncident(content, new Set([about.monitorId]), standing)
      if (!drafted) throw refused('incidentId', 'no component of the page is of its monitor')
      const { body, ...said } = drafted
      const incidentIds = [about.id]
      const begun = { beganAtMs: about.beganAtMs, phase: 'investigating' as const, isByPerson: true, incidentIds }
      await begin(sql, c, { created: { ...owned, ...said, ...begun }, body, nowMs: nowMs() })
      const after = await getPageIncident(sql, owned)
      await record(sql, c, { action: 'page_incident.created', subjectId: owned.id, after: auditedIncident(after) })
      return after
    })
    return c.json(toPageIncidentJson(incident), 201, headersOf(incident))
  })

  routes.openapi(guard(read, look), async (c) => {
    const incident = await inTenant(deps, c, (sql) => getPageIncident(sql, ownedIncident(c, c.req.valid('param'))))
    return c.json(toPageIncidentJson(incident), 200, { etag: entityTag(incident.version) })
  })

  routes.openapi(guard(change, write), async (c) => {
    const { beganAt, ...changed } = c.req.valid('json')
    const owned = ownedIncident(c, c.req.valid('param'))
    const asked = { nowMs: nowMs(), isByPerson: true, expectedVersion: expectedVersion(c) }
    const beganAtMs = pastMs(beganAt, asked.nowMs)
    const incident = await inTenant(deps, c, async (sql) => {
      refuseForeignComponents(await getStatusPage(sql, { ...owned, id: owned.pageId }), changed.components)
      const before = await getPageIncident(sql, owned)
      refuseAfterEnd(before, beganAtMs)
      refuseMissed(await changePageIncident(sql, owned, { ...changed, beganAtMs, ...asked }))
      const after = await getPageIncident(sql, owned)
      const deed = { action: 'page_incident.changed', subjectId: owned.id }
      await record(sql, c, { ...deed, before: auditedIncident(before), after: auditedIncident(after) })
      return after
    })
    return c.json(toPageIncidentJson(incident), 200, { etag: entityTag(incident.version) })
  })

  routes.openapi(guard(publish, write), async (c) => {
    const owned = ownedIncident(c, c.req.valid('param'))
    const asked = { nowMs: nowMs(), isByPerson: true, expectedVersion: expectedVersion(c) }
    const incident = await inTenant(deps, c, async (sql) => {
      refuseMissed(await publishPageIncident(sql, owned, asked))
      const after = await getPageIncident(sql, owned)
      await record(sql, c, { action: 'page_incident.published', subjectId: owned.id, after: auditedIncident(after) })
      return after
    })
    return c.json(toPageIncidentJson(incident), 200, { etag: entityTag(incident.version) })
  })

  routes.openapi(guard(remove, write), async (c) => {
    const owned = ownedIncident(c, c.req.valid('param'))
    const version = expectedVersion(c)
    await inTenant(deps, c, async (sql) => {
      const before = await getPageIncident(sql, owned)
      refuseMissed(await deletePageIncident(sql, owned, { expectedVersion: version }))
      await record(sql, c, { action: 'page_incident.deleted', subjectId: owned.id, before: auditedIncident(before) })
    })
    return c.body(null, 204)
  })
  return routes
}

function newIncident(c: Context<Asked>, pageId: string) {
  const { id, workspaceId } = ownedPage(c, pageId)
  return { workspaceId, pageId: id, id: parsePageIncidentId(Bun.randomUUIDv7()) }
}

/** What is at the end of a path is of the page before it, which is of the workspace. */
export function ownedIncident(c: Context<Asked>, { id, incidentId }: { id: string; incidentId: string }) {
  const page = ownedPage(c, id)
  return { ...page, pageId: page.id, id: idOr404(parsePageIncidentId, incidentId) }
}

interface Begun {
  readonly created: NewPageIncident
  readonly body: string
  readonly nowMs: number
}

/** @throws AppError `limit_reached`, or `already_drafted`. */
async function begin(sql: Sql, c: Context<Asked>, { created, body, nowMs }: Begun): Promise<void> {
  if ((await countPageIncidents(sql, created.pageId)) >= noticeLimits.incidents)
    throw new AppError('limit_reached', `at most ${noticeLimits.incidents} incidents of a page`)
  if ((await createPageIncident(sql, created, nowMs)) === 'taken') throw new AppError('already_drafted')
  const update = { id: parsePageUpdateId(Bun.randomUUIDv7()), phase: created.phase, body, atMs: nowMs }
  await addPageUpdate(sql, created, { ...update, isPublished: false, author: authorOf(c.get('principal')) })
}

function headersOf({ pageId, id, version }: { pageId: string; id: string; version: number }) {
  return { etag: entityTag(version), location: `/api/v1/status-pages/${pageId}/incidents/${id}` }
}
