import { createRoute, z } from '@hono/zod-openapi'
import { expiriesSchema, expiryKinds, expiryLimits } from '@repo/contracts/expiries'
import { isoTime } from '@repo/contracts/ticks'
import { listExpiries } from '@repo/db/queries/expiries'
import { createGuard } from '../access/guard.ts'
import { inTenant } from '../access/tenant.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import type { ApiDeps } from '../deps.ts'
import { jsonAnswer, openApiRouter, pageQuery, problems } from './openapi.ts'

const expiries = createRoute({
  method: 'get',
  path: '/expiries',
  summary: 'Which certificates and registrations of domains end soon, or have just ended; what ends first is first',
  request: {
    query: z.object({
      ...pageQuery,
      withinDays: z.coerce
        .number()
        .int()
        .min(1)
        .max(expiryLimits.withinDays.max)
        .default(expiryLimits.withinDays.default),
    }),
  },
  responses: { 200: jsonAnswer(expiriesSchema, 'A page of them'), 400: problems[400] },
})

const cursorSchema = z.object({
  expiresAtMs: z.number().min(0).max(Date.UTC(2200, 0)),
  monitorId: z.uuid(),
  kind: z.enum(expiryKinds),
})
const DAY_MS = 86_400_000

export function expiryRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  routes.openapi(guard(expiries, { role: 'viewer', resource: 'monitors', access: 'read' }), async (c) => {
    const { limit, cursor, withinDays } = c.req.valid('query')
    const after = decodeCursor(cursor, cursorSchema)
    const nowMs = deps.clock.nowMs()
    const within = { fromMs: nowMs - expiryLimits.endedDays * DAY_MS, toMs: nowMs + withinDays * DAY_MS }
    const page = await inTenant(deps, c, (sql) =>
      listExpiries(sql, c.get('principal').workspaceId, { within, limit, after }),
    )
    const items = page.items.map(({ monitorId, monitorName, kind, expiresAtMs }) => ({
      monitor: { id: monitorId, name: monitorName },
      kind,
      expiresAt: isoTime(expiresAtMs),
    }))
    return c.json({ items, nextCursor: encodeCursor(page.next) }, 200)
  })
  return routes
}
