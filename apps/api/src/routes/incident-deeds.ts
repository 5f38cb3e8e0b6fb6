import { createRoute } from '@hono/zod-openapi'
import { assignSchema, commentSchema, incidentDetailSchema, postmortemSchema } from '@repo/contracts/incidents'
import {
  acknowledgeIncident,
  addComment,
  assignIncident,
  countComments,
  savePostmortem,
  unacknowledgeIncident,
} from '@repo/db/queries/incident-deeds'
import { findMember } from '@repo/db/queries/members'
import { parseUserId } from '@repo/domain/ids'
import { createGuard } from '../access/guard.ts'
import { idempotent } from '../access/idempotency.ts'
import { entityTag } from '../access/versions.ts'
import type { ApiDeps } from '../deps.ts'
import { changeIncident } from '../incident-changes.ts'
import { idParams } from '../monitor-reading.ts'
import { AppError } from '../problems.ts'
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

const changedMeanwhile = { 412: problem('It has another version than If-Match says') }
const answers = {
  200: jsonAnswer(incidentDetailSchema, 'The incident as it is now'),
  404: problems[404],
  ...changedMeanwhile,
}
const asked = { params: idParams, headers: ifMatch }
const acknowledge = createRoute({
  method: 'post',
  path: '/incidents/{id}/acknowledge',
  summary: 'Say that you look after it. Acknowledging an acknowledged one changes nothing',
  request: asked,
  responses: { ...answers, 409: problem('It has ended') },
})
const unacknowledge = createRoute({
  method: 'delete',
  path: '/incidents/{id}/acknowledge',
  summary: 'Take an acknowledgement back',
  request: asked,
  responses: answers,
})
const assign = createRoute({
  method: 'put',
  path: '/incidents/{id}/assignee',
  summary: 'Give it to a member of the workspace, or to nobody',
  request: { ...asked, ...jsonRequest(assignSchema) },
  responses: { ...answers, 400: problems[400] },
})
const postmortem = createRoute({
  method: 'put',
  path: '/incidents/{id}/postmortem',
  summary: 'Write down, in markdown, what it was and what follows from it; an empty text is none',
  request: { ...asked, ...jsonRequest(postmortemSchema) },
  responses: { ...answers, 400: problems[400] },
})
const comment = createRoute({
  method: 'post',
  path: '/incidents/{id}/comments',
  summary: 'Say something about it, in markdown',
  request: { params: idParams, headers: idempotencyKey.extend(ifMatch.shape), ...jsonRequest(commentSchema) },
  responses: {
    201: jsonAnswer(incidentDetailSchema, 'The incident as it is now'),
    ...problems,
    ...keyedProblems,
    ...changedMeanwhile,
  },
})

const write = { role: 'member', resource: 'incidents', access: 'write' } as const
const commentsAtMost = 1_000

export function incidentDeedRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)

  routes.openapi(guard(acknowledge, write), async (c) => {
    const json = await changeIncident(deps, c, {
      action: 'incident.acknowledged',
      async apply(sql, { incident, by }) {
        if (incident.acknowledged) return false
        if (incident.endedAtMs !== null) throw new AppError('incident_ended')
        await acknowledgeIncident(sql, incident, by)
        return true
      },
    })
    return c.json(json, 200, { etag: entityTag(json.version) })
  })

  routes.openapi(guard(unacknowledge, write), async (c) => {
    const json = await changeIncident(deps, c, {
      action: 'incident.unacknowledged',
      async apply(sql, { incident, by }) {
        if (!incident.acknowledged) return false
        await unacknowledgeIncident(sql, incident, by)
        return true
      },
    })
    return c.json(json, 200, { etag: entityTag(json.version) })
  })

  routes.openapi(guard(assign, write), async (c) => {
    const { userId } = c.req.valid('json')
    const { workspaceId } = c.get('principal')
    const json = await changeIncident(deps, c, {
      action: 'incident.assigned',
      async apply(sql, { incident, by }) {
        if (incident.assignee?.id === userId || (!incident.assignee && userId === null)) return false
        const member = userId === null ? null : await findMember(sql, { workspaceId, userId: parseUserId(userId) })
        if (member === undefined) throw noMember()
        await assignIncident(sql, incident, { ...by, assignee: member && { id: member.userId, name: member.username } })
        return true
      },
    })
    return c.json(json, 200, { etag: entityTag(json.version) })
  })

  routes.openapi(guard(postmortem, write), async (c) => {
    const { text } = c.req.valid('json')
    const written = text.trim() === '' ? null : text
    const json = await changeIncident(deps, c, {
      action: 'incident.postmortem_written',
      said: { postmortemLength: text.length },
      async apply(sql, { incident, by }) {
        if (incident.postmortem === written) return false
        await savePostmortem(sql, incident, { ...by, postmortem: written })
        return true
      },
    })
    return c.json(json, 200, { etag: entityTag(json.version) })
  })

  routes.openapi(guard(comment, write, idempotent(deps)), async (c) => {
    const { text } = c.req.valid('json')
    const json = await changeIncident(deps, c, {
      action: 'incident.commented',
      said: { commentLength: text.length },
      async apply(sql, { incident, by }) {
        if ((await countComments(sql, incident)) >= commentsAtMost)
          throw new AppError('limit_reached', `at most ${commentsAtMost} comments`)
        await addComment(sql, incident, { ...by, text })
        return true
      },
    })
    return c.json(json, 201, { etag: entityTag(json.version) })
  })
  return routes
}

function noMember(): AppError {
  const error = { field: 'userId', message: 'is no member of this workspace' }
  return new AppError('invalid_body', `${error.field}: ${error.message}`, { errors: [error] })
}
