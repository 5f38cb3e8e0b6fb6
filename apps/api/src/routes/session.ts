import { createRoute } from '@hono/zod-openapi'
import { regionsSchema } from '@repo/contracts/monitors'
import { sessionSchema } from '@repo/contracts/session'
import type { ApiDeps } from '../deps.ts'
import { knownRegions } from '../monitors.ts'
import { endedSessionCookie } from '../sessions.ts'
import { jsonAnswer, openApiRouter, problems } from './openapi.ts'

const read = createRoute({
  method: 'get',
  path: '/session',
  summary: 'Who is signed in, and in which workspace',
  responses: { 200: jsonAnswer(sessionSchema, 'The session'), 401: problems[401] },
})
const end = createRoute({
  method: 'delete',
  path: '/session',
  summary: 'Sign this browser out',
  responses: { 204: { description: 'Signed out' }, 401: problems[401] },
})
const regions = createRoute({
  method: 'get',
  path: '/regions',
  summary: 'What a monitor can be checked from',
  responses: { 200: jsonAnswer(regionsSchema, 'The regions'), 401: problems[401] },
})

export function sessionRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  routes.openapi(read, (c) => {
    const { userId, username, workspaceId, workspaceName } = c.get('person')
    return c.json({ user: { id: userId, username }, workspace: { id: workspaceId, name: workspaceName } }, 200)
  })
  routes.openapi(end, (c) => c.body(null, 204, { 'set-cookie': endedSessionCookie }))
  routes.openapi(regions, async (c) => c.json({ items: (await knownRegions(deps)).map((name) => ({ name })) }, 200))
  return routes
}
