import { createRoute } from '@hono/zod-openapi'
import { checkNowSchema } from '@repo/contracts/monitors'
import { storedSpecSchema } from '@repo/contracts/spec-schemas'
import { isoTime } from '@repo/contracts/ticks'
import { isProbed } from '@repo/contracts/watched-by'
import { monitorLimits } from '@repo/domain/limits'
import { createGuard } from '../access/guard.ts'
import { inTenant } from '../access/tenant.ts'
import type { ApiDeps } from '../deps.ts'
import { getStored, idParams, ownedBy } from '../monitor-reading.ts'
import { AppError } from '../problems.ts'
import { jsonAnswer, openApiRouter, problem, problems } from './openapi.ts'

const checkNow = createRoute({
  method: 'post',
  path: '/monitors/{id}/check',
  summary: 'Check a monitor at once from all its regions, before everything else that waits there',
  request: { params: idParams },
  responses: {
    202: jsonAnswer(checkNowSchema, 'The checks are on their way; their ticks have this instant'),
    404: problems[404],
    409: problem('It is paused, or its specification cannot be read'),
    422: problem('There is nobody to ask: it tells of itself'),
  },
})

export function checkNowRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  routes.openapi(guard(checkNow, { role: 'member', resource: 'monitors', access: 'write' }), async (c) => {
    const owned = ownedBy(c.get('principal').workspaceId, c.req.valid('param').id)
    const found = await inTenant(deps, c, (sql) => getStored(sql, owned))
    const { id, monitorKey, workspaceId, regions, pausedAtMs, ...stored } = found
    const spec = storedSpecSchema.safeParse(stored.spec)
    if (pausedAtMs !== null) throw new AppError('not_checked', 'it is paused: resume it first')
    if (spec.success && !isProbed(spec.data)) throw new AppError('not_probed')
    if (!spec.success) throw new AppError('not_checked', 'its specification cannot be read: set what it checks anew')
    const scheduledAtMs = deps.clock.nowMs()
    const expiresAtMs = scheduledAtMs + monitorLimits.startWindowMs
    const checks = regions.map((region) => ({
      ...{ monitorId: id, monitorKey, workspaceId, region, scheduledAtMs, expiresAtMs },
      // Last, where a reader looks for what it need not read again.
      spec: spec.data,
    }))
    await Promise.all(checks.map((check) => deps.urgentOf(check.region).publish([check])))
    return c.json({ scheduledAt: isoTime(scheduledAtMs), regions: [...regions] }, 202)
  })
  return routes
}
