import { createRoute } from '@hono/zod-openapi'
import { sessionSchema } from '@repo/contracts/session'
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

export function sessionRoutes() {
  const routes = openApiRouter()
  routes.openapi(read, (c) => {
    const { userId, username, workspaceId, workspaceName } = c.get('person')
    return c.json({ user: { id: userId, username }, workspace: { id: workspaceId, name: workspaceName } }, 200)
  })
  routes.openapi(end, (c) => c.body(null, 204, { 'set-cookie': endedSessionCookie }))
  return routes
}
