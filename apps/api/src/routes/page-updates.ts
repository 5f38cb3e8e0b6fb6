import { createRoute, z } from '@hono/zod-openapi'
import {
  changePageUpdateSchema,
  createPageUpdateSchema,
  noticeLimits,
  pageIncidentSchema,
  pageMailSchema,
} from '@repo/contracts/page-notices'
import type { Sql } from '@repo/db/database'
import { changePageIncident, type OwnedPageIncident, type StoredPageIncident } from '@repo/db/queries/page-incidents'
import {
  addPageUpdate,
  changePageUpdate,
  deletePageUpdate,
  publishPageUpdate,
  type UpdateResult,
} from '@repo/db/queries/page-updates'
import { parsePageUpdateId } from '@repo/domain/ids'
import type { Context } from 'hono'
import { record } from '../access/audit.ts'
import { type Asked, createGuard } from '../access/guard.ts'
import { idempotent } from '../access/idempotency.ts'
import { inTenant } from '../access/tenant.ts'
import { entityTag, expectedVersion } from '../access/versions.ts'
import type { ApiDeps } from '../deps.ts'
import { idParams } from '../monitor-reading.ts'
import { idOr404, refuseMissed } from '../named-monitors.ts'
import { previewMail } from '../page-mail-preview.ts'
import { auditedIncident, authorOf, getPageIncident, toPageIncidentJson } from '../page-notices.ts'
import { AppError } from '../problems.ts'
import { getStatusPage } from '../status-pages.ts'
import {
  idempotencyKey,
  ifMatch,
  jsonAnswer,
  jsonRequest,
  keyedProblems,
  openApiRouter,
  problem,
  problems,
} from './openapi.ts'
import { ownedIncident } from './page-incidents.ts'

const params = idParams.extend({ incidentId: z.string() })
const named = params.extend({ updateId: z.string() })
const answers = {
  200: jsonAnswer(pageIncidentSchema, 'The incident as it is now'),
  404: problems[404],
  409: problem('The update was published'),
  412: problem('The incident has another version than If-Match says'),
}
const create = createRoute({
  method: 'post',
  path: '/status-pages/{id}/incidents/{incidentId}/updates',
  summary: 'Say how an incident goes on, as a draft or at once for everybody; a published `resolved` ends it',
  request: { params, headers: idempotencyKey.extend(ifMatch.shape), ...jsonRequest(createPageUpdateSchema) },
  responses: { 201: answers[200], 412: answers[412], ...problems, ...keyedProblems },
})
const change = createRoute({
  method: 'patch',
  path: '/status-pages/{id}/incidents/{incidentId}/updates/{updateId}',
  summary: 'Change an update that is not published',
  request: { params: named, headers: ifMatch, ...jsonRequest(changePageUpdateSchema) },
  responses: { ...answers, 400: problems[400] },
})
const publish = createRoute({
  method: 'post',
  path: '/status-pages/{id}/incidents/{incidentId}/updates/{updateId}/publish',
  summary: 'Show an update to everybody; of a draft it is shown once the incident is',
  request: { params: named, headers: ifMatch },
  responses: answers,
})
const remove = createRoute({
  method: 'delete',
  path: '/status-pages/{id}/incidents/{incidentId}/updates/{updateId}',
  summary: 'Delete an update that is not published',
  request: { params: named, headers: ifMatch },
  responses: answers,
})

const mail = createRoute({
  method: 'get',
  path: '/status-pages/{id}/incidents/{incidentId}/updates/{updateId}/mail',
  summary: 'The mail that subscribers get of an update, or would get if it were published now',
  request: { params: named },
  responses: { 200: jsonAnswer(pageMailSchema, 'Its subject and its text'), 404: problems[404] },
})

const write = { role: 'member', resource: 'pages', access: 'write' } as const
const look = { role: 'viewer', resource: 'pages', access: 'read' } as const

export function pageUpdateRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  const nowMs = () => deps.clock.nowMs()

  /** Everything that is done to an update is done to its incident, whose version counts it. */
  function doTo(
    c: Context<Asked>,
    owned: OwnedPageIncident,
    deed: (sql: Sql, before: StoredPageIncident) => Promise<void>,
  ) {
    const asked = { nowMs: nowMs(), isByPerson: true, expectedVersion: expectedVersion(c) }
    return inTenant(deps, c, async (sql) => {
      const before = await getPageIncident(sql, owned)
      refuseMissed(await changePageIncident(sql, owned, asked))
      await deed(sql, before)
      const after = await getPageIncident(sql, owned)
      const said = { action: 'page_incident.updated', subjectId: owned.id }
      await record(sql, c, { ...said, before: auditedIncident(before), after: auditedIncident(after) })
      return after
    })
  }

  routes.openapi(guard(create, write, idempotent(deps)), async (c) => {
    const { phase, body, publish: isPublished } = c.req.valid('json')
    const incident = await doTo(c, ownedIncident(c, c.req.valid('param')), async (sql, before) => {
      if (before.updates.length >= noticeLimits.updates)
        throw new AppError('limit_reached', `at most ${noticeLimits.updates} updates of an incident`)
      const added = { id: parsePageUpdateId(Bun.randomUUIDv7()), phase, body, atMs: nowMs(), isPublished }
      await addPageUpdate(
        sql,
        { ...before, workspaceId: c.get('principal').workspaceId },
        {
          ...added,
          author: authorOf(c.get('principal')),
        },
      )
    })
    return c.json(toPageIncidentJson(incident), 201, { etag: entityTag(incident.version) })
  })

  routes.openapi(guard(change, write), async (c) => {
    const changed = c.req.valid('json')
    const { updateId, ...of } = c.req.valid('param')
    const named = namedUpdate(updateId)
    const incident = await doTo(c, ownedIncident(c, of), async (sql, { id }) => {
      refusePublished(
        await changePageUpdate(sql, { id, ...named }, { ...changed, author: authorOf(c.get('principal')) }),
      )
    })
    return c.json(toPageIncidentJson(incident), 200, { etag: entityTag(incident.version) })
  })

  routes.openapi(guard(publish, write), async (c) => {
    const { updateId, ...of } = c.req.valid('param')
    const named = namedUpdate(updateId)
    const incident = await doTo(c, ownedIncident(c, of), async (sql, { id }) => {
      refusePublished(await publishPageUpdate(sql, { id, ...named }, nowMs()))
    })
    return c.json(toPageIncidentJson(incident), 200, { etag: entityTag(incident.version) })
  })

  routes.openapi(guard(remove, write), async (c) => {
    const { updateId, ...of } = c.req.valid('param')
    const named = namedUpdate(updateId)
    const incident = await doTo(c, ownedIncident(c, of), async (sql, { id }) => {
      refusePublished(await deletePageUpdate(sql, { id, ...named }))
    })
    return c.json(toPageIncidentJson(incident), 200, { etag: entityTag(incident.version) })
  })

  routes.openapi(guard(mail, look), async (c) => {
    const { updateId, ...of } = c.req.valid('param')
    const owned = ownedIncident(c, of)
    const previewed = await inTenant(deps, c, async (sql) => ({
      page: await getStatusPage(sql, { ...owned, id: owned.pageId }),
      incident: await getPageIncident(sql, owned),
      ...namedUpdate(updateId),
    }))
    const said = previewMail(previewed, deps.publicUrl)
    if (!said) throw new AppError('not_found')
    return c.json(said, 200)
  })
  return routes
}

function namedUpdate(text: string) {
  return { updateId: idOr404(parsePageUpdateId, text) }
}

/** @throws AppError `already_published`, or `not_found`. */
function refusePublished(result: UpdateResult): void {
  if (result === 'absent') throw new AppError('not_found')
  if (result === 'published') throw new AppError('already_published', 'post another update')
}
