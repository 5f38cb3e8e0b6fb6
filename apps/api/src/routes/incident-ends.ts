import { createRoute } from '@hono/zod-openapi'
import { incidentDetailSchema, mergeSchema } from '@repo/contracts/incidents'
import { isNewest, isPaused, mergeIncident, reopenIncident, resolveIncident } from '@repo/db/queries/incident-deeds'
import { parseIncidentId } from '@repo/domain/ids'
import { createGuard } from '../access/guard.ts'
import { entityTag } from '../access/versions.ts'
import type { ApiDeps } from '../deps.ts'
import { changeIncident } from '../incident-changes.ts'
import { idParams } from '../monitor-reading.ts'
import { AppError } from '../problems.ts'
import { ifMatch, jsonAnswer, jsonRequest, openApiRouter, problem, problems } from './openapi.ts'

const answers = {
  200: jsonAnswer(incidentDetailSchema, 'The incident as it is now'),
  404: problems[404],
  412: problem('It has another version than If-Match says'),
}
const asked = { params: idParams, headers: ifMatch }
const resolve = createRoute({
  method: 'post',
  path: '/incidents/{id}/resolve',
  summary: 'End it by hand, whatever its monitor says. Resolving one that has ended changes nothing',
  request: asked,
  responses: answers,
})
const reopen = createRoute({
  method: 'post',
  path: '/incidents/{id}/reopen',
  summary: 'Go on with the newest incident of its monitor. Reopening an open one changes nothing',
  request: asked,
  responses: { ...answers, 409: problem('Its monitor had another incident since, has an open one, or is paused') },
})
const merge = createRoute({
  method: 'post',
  path: '/incidents/{id}/merge',
  summary: 'Make it a part of another incident of the workspace; where it lasts, it ends',
  request: { ...asked, ...jsonRequest(mergeSchema) },
  responses: { ...answers, 400: problems[400], 409: problem('One of them is a part of another already') },
})

const write = { role: 'member', resource: 'incidents', access: 'write' } as const

export function incidentEndRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)

  routes.openapi(guard(resolve, write), async (c) => {
    const json = await changeIncident(deps, c, {
      action: 'incident.resolved',
      async apply(sql, { incident, by }) {
        if (incident.endedAtMs !== null) return false
        await resolveIncident(sql, incident, by)
        return true
      },
    })
    return c.json(json, 200, { etag: entityTag(json.version) })
  })

  routes.openapi(guard(reopen, write), async (c) => {
    const json = await changeIncident(deps, c, {
      action: 'incident.reopened',
      async apply(sql, { incident, by }) {
        if (incident.endedAtMs === null) return false
        if (await isPaused(sql, incident)) throw new AppError('not_checked', 'its monitor is paused: resume it first')
        if (!(await reopenIncident(sql, incident, by))) throw new AppError('incident_open')
        // Looked for after that: of one that is open, and of one that came since, the first is the better answer.
        if (!(await isNewest(sql, incident))) throw new AppError('not_newest')
        return true
      },
    })
    return c.json(json, 200, { etag: entityTag(json.version) })
  })

  routes.openapi(guard(merge, write), async (c) => {
    const beside = parseIncidentId(c.req.valid('json').into.toLowerCase())
    const json = await changeIncident(deps, c, {
      action: 'incident.merged',
      beside,
      async apply(sql, { incident, beside: into, by }) {
        if (!into) throw notInto('there is no such incident')
        if (into.id === incident.id) throw notInto('is the incident itself')
        if (incident.mergedInto === into.id) return false
        // What others are merged into is merged into nothing itself: so there is no way round in a circle.
        if (incident.mergedInto !== null || into.mergedInto !== null) throw new AppError('incident_merged')
        await mergeIncident(sql, incident, { ...by, into })
        return true
      },
    })
    return c.json(json, 200, { etag: entityTag(json.version) })
  })
  return routes
}

function notInto(message: string): AppError {
  const error = { field: 'into', message }
  return new AppError('invalid_body', `${error.field}: ${error.message}`, { errors: [error] })
}
