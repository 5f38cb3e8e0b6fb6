import { createRoute } from '@hono/zod-openapi'
import { systemSchema } from '@repo/contracts/system'
import { createGuard } from '../access/guard.ts'
import type { ApiDeps } from '../deps.ts'
import { withoutProcesses } from '../system.ts'
import { jsonAnswer, openApiRouter } from './openapi.ts'

const system = createRoute({
  method: 'get',
  path: '/system',
  summary:
    'How the monitor itself is: its path, its regions, its own incidents; processes by name only for the operator',
  responses: { 200: jsonAnswer(systemSchema, 'How it is just now') },
})

export function systemRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  routes.openapi(createGuard(deps)(system, { person: true }), async (c) => {
    const whole = await deps.readSystem()
    return c.json(c.get('principal').isOperator ? whole : withoutProcesses(whole), 200)
  })
  return routes
}
