import { createRoute } from '@hono/zod-openapi'
import { bulkAnswerSchema, bulkSchema, cloneSchema } from '@repo/contracts/bulk'
import { monitorSchema } from '@repo/contracts/monitors'
import { createGuard } from '../access/guard.ts'
import { idempotent } from '../access/idempotency.ts'
import { entityTag } from '../access/versions.ts'
import type { ApiDeps } from '../deps.ts'
import { carryOutBulk } from '../monitor-bulk.ts'
import { cloneOwned } from '../monitor-clone.ts'
import { idParams, ownedBy } from '../monitor-reading.ts'
import { announceChange } from '../monitors.ts'
import { idempotencyKey, jsonAnswer, jsonRequest, keyedProblems, openApiRouter, problem, problems } from './openapi.ts'

const bulk = createRoute({
  method: 'post',
  path: '/monitors/bulk',
  summary: 'Pause, resume, delete, tag, untag or create many monitors: all of it, or nothing',
  request: { headers: idempotencyKey, ...jsonRequest(bulkSchema) },
  responses: {
    200: jsonAnswer(bulkAnswerSchema, 'What was done to each'),
    400: problems[400],
    ...keyedProblems,
    409: problem('One to be resumed lacks a secret, or a request with this Idempotency-Key is being carried out'),
  },
})
const clone = createRoute({
  method: 'post',
  path: '/monitors/{id}/clone',
  summary: 'Create a monitor like this one, secrets included; it is paused where this one is',
  request: { params: idParams, headers: idempotencyKey, ...jsonRequest(cloneSchema, { required: false }) },
  responses: {
    201: jsonAnswer(monitorSchema, 'The new monitor'),
    ...problems,
    ...keyedProblems,
    409: problem('Its specification cannot be read, or a request with this Idempotency-Key is being carried out'),
  },
})

const needs = { role: 'member', resource: 'monitors', access: 'write' } as const

export function bulkRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  routes.openapi(guard(bulk, needs, idempotent(deps)), async (c) =>
    c.json({ items: await carryOutBulk(deps, c, c.req.valid('json')) }, 200),
  )
  routes.openapi(guard(clone, needs, idempotent(deps)), async (c) => {
    const owned = ownedBy(c.get('principal').workspaceId, c.req.valid('param').id)
    const json = await cloneOwned(deps, c, { owned, name: c.req.valid('json')?.name })
    const created = ownedBy(owned.workspaceId, json.id)
    announceChange(deps, created, [{ type: 'monitor.changed', monitorId: created.id }])
    return c.json(json, 201, { etag: entityTag(json.version), location: `/api/v1/monitors/${json.id}` })
  })
  return routes
}
