import { createRoute, z } from '@hono/zod-openapi'
import { isoTime } from '@repo/contracts/ticks'
import { timeZone } from '@repo/contracts/time-zone'
import { type UptimeRange, uptimeRanges, uptimeSchema } from '@repo/contracts/uptime'
import { type SeriesBucket, summariseSeries } from '@repo/db/queries/series'
import { listDayStatuses, summariseStatuses, type WindowStatus } from '@repo/db/queries/uptime'
import { statuses } from '@repo/domain/status'
import { noDurations, sharePercent, uptimePercent } from '@repo/domain/uptime'
import { createGuard } from '../access/guard.ts'
import { inTenant } from '../access/tenant.ts'
import type { ApiDeps } from '../deps.ts'
import { getStored, idParams, ownedBy } from '../monitor-reading.ts'
import { jsonAnswer, openApiRouter, problems } from './openapi.ts'

const uptime = createRoute({
  method: 'get',
  path: '/monitors/{id}/uptime',
  summary: 'How much of the time a monitor was up, day by day and all together',
  request: {
    params: idParams,
    query: z.object({ range: z.enum(uptimeRanges).default('30d'), timeZone: timeZone.default('UTC') }),
  },
  responses: { 200: jsonAnswer(uptimeSchema, 'The uptime'), ...problems },
})

const DAY_MS = 86_400_000
const daysOf: Record<UptimeRange, number> = { '24h': 1, '7d': 7, '30d': 30, '90d': 90 }

export function uptimeRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  routes.openapi(guard(uptime, { role: 'viewer', resource: 'monitors', access: 'read' }), async (c) => {
    const { range, timeZone } = c.req.valid('query')
    const owned = ownedBy(c.get('principal').workspaceId, c.req.valid('param').id)
    const nowMs = deps.clock.nowMs()
    const days = daysOf[range]
    const window = { fromMs: nowMs - days * DAY_MS, toMs: nowMs }
    const read = await inTenant(deps, c, async (sql) => {
      const { monitorKey } = await getStored(sql, owned)
      const summaries = await summariseStatuses(sql, [monitorKey], window)
      const found = await listDayStatuses(sql, [monitorKey], { timeZone, nowMs, days })
      const checks = await summariseSeries(sql, monitorKey, { ...window, bucketMs: DAY_MS })
      return { summary: summaries.get(monitorKey), days: found.get(monitorKey) ?? [], checks }
    })
    return c.json(
      {
        range,
        timeZone,
        from: isoTime(window.fromMs),
        to: isoTime(window.toMs),
        summary: {
          ...toFigures(read.summary ?? { durations: noDurations(), outages: 0 }),
          reachability: toReachability(read.checks),
        },
        days: read.days.map((day) => ({ date: day.date, ...toFigures(day) })),
      },
      200,
    )
  })
  return routes
}

function toFigures({ durations, outages }: WindowStatus) {
  const seconds = noDurations()
  for (const status of statuses) seconds[status] = durations[status] / 1_000
  return { uptimePercent: uptimePercent(wholeMs(durations)) ?? null, outages, seconds }
}

function toReachability(sum: SeriesBucket | undefined) {
  const checks = sum ? sum.checks - sum.unknown : 0
  const passed = sum ? sum.up + sum.degraded : 0
  return { percent: sharePercent(passed, checks) ?? null, passed, checks }
}

/** The share is reckoned with whole numbers. */
function wholeMs(durations: WindowStatus['durations']): WindowStatus['durations'] {
  const whole = noDurations()
  for (const status of statuses) whole[status] = Math.round(durations[status])
  return whole
}
