import { createRoute } from '@hono/zod-openapi'
import { consumerSeenLimits } from '@repo/contracts/consumer-seen'
import { type Regions, regionsSchema } from '@repo/contracts/monitors'
import { isoTime, isoTimeOrNull } from '@repo/contracts/ticks'
import { listConsumers, type SeenConsumer } from '@repo/db/queries/consumers'
import { createGuard } from '../access/guard.ts'
import type { ApiDeps } from '../deps.ts'
import { knownRegions } from '../monitors.ts'
import { jsonAnswer, openApiRouter } from './openapi.ts'

const regions = createRoute({
  method: 'get',
  path: '/regions',
  summary: 'What a monitor can be checked from, and who works there',
  responses: { 200: jsonAnswer(regionsSchema, 'The regions') },
})

const shownForMs = 86_400_000

export function regionRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  routes.openapi(guard(regions, { role: 'viewer', resource: 'monitors', access: 'read' }), async (c) => {
    const nowMs = deps.clock.nowMs()
    const [names, seen] = await Promise.all([knownRegions(deps), listConsumers(deps.sql, nowMs - shownForMs)])
    return c.json(
      {
        items: names.map((name) =>
          toRegionJson(
            name,
            seen.filter(({ region }) => region === name),
            nowMs,
          ),
        ),
      },
      200,
    )
  })
  return routes
}

function toRegionJson(name: string, seen: readonly SeenConsumer[], nowMs: number): Regions['items'][number] {
  const living = seen.filter(({ seenAtMs }) => nowMs - seenAtMs < consumerSeenLimits.goneAfterMs)
  const lastSeenMs = seen.length === 0 ? null : Math.max(...seen.map(({ seenAtMs }) => seenAtMs))
  return {
    name,
    online: living.some(({ online }) => online),
    lastSeenAt: isoTimeOrNull(lastSeenMs),
    consumers: living.map(({ region: _, seenAtMs, ...consumer }) => ({ ...consumer, seenAt: isoTime(seenAtMs) })),
  }
}
