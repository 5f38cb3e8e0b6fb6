import { createRoute, z } from '@hono/zod-openapi'
import { type DeliveryJson, deliveryPageSchema } from '@repo/contracts/deliveries'
import { isoTime, isoTimeOrNull } from '@repo/contracts/ticks'
import { type LoggedDelivery, listDeliveries } from '@repo/db/queries/delivery-log'
import { deliveryStates } from '@repo/domain/delivery'
import { createGuard } from '../access/guard.ts'
import { inTenant } from '../access/tenant.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import type { ApiDeps } from '../deps.ts'
import { jsonAnswer, openApiRouter, pageQuery, problems } from './openapi.ts'

const list = createRoute({
  method: 'get',
  path: '/deliveries',
  summary: 'Who was told what, with every attempt and what the provider said, newest first',
  request: {
    query: z.object({
      ...pageQuery,
      state: z.enum(deliveryStates).optional(),
      channelId: z.uuid().optional(),
      incidentId: z.uuid().optional(),
    }),
  },
  responses: { 200: jsonAnswer(deliveryPageSchema, 'A page of deliveries'), 400: problems[400] },
})

const look = { role: 'viewer', resource: 'incidents', access: 'read' } as const
const cursorSchema = z.object({ ms: z.number().min(0).max(Date.UTC(2200, 0)), id: z.uuid() })

export function deliveryRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)

  routes.openapi(guard(list, look), async (c) => {
    const { cursor, ...asked } = c.req.valid('query')
    const from = decodeCursor(cursor, cursorSchema)
    const { workspaceId } = c.get('principal')
    const { items, next } = await inTenant(deps, c, (sql) =>
      listDeliveries(sql, workspaceId, { ...asked, cursor: from }),
    )
    return c.json({ items: items.map(toDeliveryJson), nextCursor: encodeCursor(next) }, 200)
  })
  return routes
}

function toDeliveryJson({ dueAtMs, nextAtMs, doneAtMs, attempts, ...delivery }: LoggedDelivery): DeliveryJson {
  return {
    ...delivery,
    dueAt: isoTime(dueAtMs),
    nextAt: delivery.state === 'waiting' ? isoTime(nextAtMs) : null,
    doneAt: isoTimeOrNull(doneAtMs),
    attempts: attempts.map(({ beganAtMs, endedAtMs, ...attempt }) => ({
      ...attempt,
      beganAt: isoTime(beganAtMs),
      endedAt: isoTime(endedAtMs),
    })),
  }
}
