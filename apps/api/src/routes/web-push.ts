import { createRoute } from '@hono/zod-openapi'
import { webPushSchema } from '@repo/contracts/alert-channels'
import { createGuard } from '../access/guard.ts'
import type { ApiDeps } from '../deps.ts'
import { jsonAnswer, openApiRouter } from './openapi.ts'

const read = createRoute({
  method: 'get',
  path: '/web-push',
  summary: 'The key with which a browser subscribes, for a channel of the kind web_push',
  responses: { 200: jsonAnswer(webPushSchema, 'The key; null where this instance has none') },
})

export function webPushRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  routes.openapi(guard(read, { role: 'viewer', resource: 'monitors', access: 'read' }), (c) =>
    c.json({ publicKey: deps.webPushPublicKey ?? null }, 200),
  )
  return routes
}
