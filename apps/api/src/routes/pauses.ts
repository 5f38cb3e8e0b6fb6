import { createRoute } from '@hono/zod-openapi'
import type { LiveEvent } from '@repo/contracts/live'
import { type Monitor, monitorSchema } from '@repo/contracts/monitors'
import { pauseMonitor, resumeMonitor } from '@repo/db/queries/monitors'
import { createGuard } from '../access/guard.ts'
import type { ApiDeps } from '../deps.ts'
import { announceChange } from '../monitors.ts'
import { getJson, idParams, type Owned, ownedBy } from './monitors.ts'
import { jsonAnswer, openApiRouter, problems } from './openapi.ts'

const answers = { 200: jsonAnswer(monitorSchema, 'The monitor as it is now'), ...problems }
const pause = createRoute({
  method: 'post',
  path: '/monitors/{id}/pause',
  summary: 'Pause a monitor: no more checks. Pausing a paused one changes nothing',
  request: { params: idParams },
  responses: answers,
})
const resume = createRoute({
  method: 'post',
  path: '/monitors/{id}/resume',
  summary: 'Resume a monitor; its first check runs at once. Resuming a running one changes nothing',
  request: { params: idParams },
  responses: answers,
})

export function pauseRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  routes.openapi(guard(pause, { role: 'member', resource: 'monitors', access: 'write' }), async (c) => {
    const owned = ownedBy(c.get('principal').workspaceId, c.req.valid('param').id)
    return c.json(await change(deps, owned, pauseMonitor), 200)
  })
  routes.openapi(guard(resume, { role: 'member', resource: 'monitors', access: 'write' }), async (c) => {
    const owned = ownedBy(c.get('principal').workspaceId, c.req.valid('param').id)
    return c.json(await change(deps, owned, resumeMonitor), 200)
  })
  return routes
}

async function change(deps: ApiDeps, owned: Owned, apply: typeof pauseMonitor): Promise<Monitor> {
  const before = await getJson(deps, owned)
  const changed = await apply(deps.sql, owned, deps.clock.nowMs())
  const after = await getJson(deps, owned)
  if (changed) announceChange(deps, owned, [statusEvent(before, after)])
  return after
}

function statusEvent(before: Monitor, after: Monitor): LiveEvent {
  return {
    type: 'monitor.status',
    monitorId: after.id,
    status: after.status,
    previous: before.status,
    since: after.since,
    message: null,
  }
}
