import { createRoute, z } from '@hono/zod-openapi'
import { slowdownLimits, slowdownsSchema } from '@repo/contracts/slowdowns'
import { listSlowdowns } from '@repo/db/queries/slowdowns'
import { createGuard } from '../access/guard.ts'
import { inTenant } from '../access/tenant.ts'
import type { ApiDeps } from '../deps.ts'
import { jsonAnswer, openApiRouter, problems } from './openapi.ts'

const slowdowns = createRoute({
  method: 'get',
  path: '/slowdowns',
  summary: 'Which monitors are much slower than on the day before; the largest factor is first',
  request: {
    query: z.object({
      limit: z.coerce.number().int().min(1).max(slowdownLimits.max).default(slowdownLimits.default),
    }),
  },
  responses: { 200: jsonAnswer(slowdownsSchema, 'Those of the workspace'), 400: problems[400] },
})

export function slowdownRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  routes.openapi(guard(slowdowns, { role: 'viewer', resource: 'monitors', access: 'read' }), async (c) => {
    const { limit } = c.req.valid('query')
    const found = await inTenant(deps, c, (sql) => listSlowdowns(sql, c.get('principal').workspaceId, limit))
    const items = found.map(({ monitorId, monitorName, p95Us, beforeUs }) => ({
      monitor: { id: monitorId, name: monitorName },
      p95Ms: p95Us / 1_000,
      beforeMs: beforeUs / 1_000,
    }))
    return c.json({ items }, 200)
  })
  return routes
}
