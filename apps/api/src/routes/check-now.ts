import { createRoute } from '@hono/zod-openapi'
import { checkSpecSchema } from '@repo/contracts/check-spec'
import { checkNowSchema } from '@repo/contracts/monitors'
import { isoTime } from '@repo/contracts/ticks'
import { monitorLimits } from '@repo/domain/limits'
import type { ApiDeps } from '../deps.ts'
import { AppError } from '../problems.ts'
import { getStored, idParams, ownedBy } from './monitors.ts'
import { jsonAnswer, openApiRouter, problems } from './openapi.ts'

const checkNow = createRoute({
  method: 'post',
  path: '/monitors/{id}/check',
  summary: 'Check a monitor at once from all its regions, before everything else that waits there',
  request: { params: idParams },
  responses: {
    202: jsonAnswer(checkNowSchema, 'The checks are on their way; their ticks have this instant'),
    ...problems,
  },
})

export function checkNowRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  routes.openapi(checkNow, async (c) => {
    const { id, monitorKey, regions, pausedAtMs, ...stored } = await getStored(
      deps,
      ownedBy(c.get('person').workspaceId, c.req.valid('param').id),
    )
    const spec = checkSpecSchema.safeParse(stored.spec)
    if (pausedAtMs !== null) throw new AppError('not_checked', 'it is paused: resume it first')
    if (!spec.success) throw new AppError('not_checked', 'its specification cannot be read: set what it checks anew')
    const scheduledAtMs = deps.clock.nowMs()
    const expiresAtMs = scheduledAtMs + monitorLimits.startWindowMs
    const check = { monitorId: id, monitorKey, scheduledAtMs, expiresAtMs, spec: spec.data }
    await Promise.all(regions.map((region) => deps.urgentOf(region).publish([{ ...check, region }])))
    return c.json({ scheduledAt: isoTime(scheduledAtMs), regions: [...regions] }, 202)
  })
  return routes
}
