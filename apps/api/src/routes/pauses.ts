import { createRoute } from '@hono/zod-openapi'
import { type Monitor, monitorSchema } from '@repo/contracts/monitors'
import type { Context } from 'hono'
import { record } from '../access/audit.ts'
import { type Asked, createGuard } from '../access/guard.ts'
import { inTenant } from '../access/tenant.ts'
import { entityTag } from '../access/versions.ts'
import type { ApiDeps } from '../deps.ts'
import { refuseMissing } from '../missing-secrets.ts'
import { moveMonitor, type Pausing, pausing } from '../monitor-pausing.ts'
import { getStored, idParams, type Owned, ownedBy } from '../monitor-reading.ts'
import { keepLimits } from '../monitor-writing.ts'
import { announceChange } from '../monitors.ts'
import { atRest } from '../workspace-limits.ts'
import { jsonAnswer, openApiRouter, problem, problems } from './openapi.ts'

const answers = { 200: jsonAnswer(monitorSchema, 'The monitor as it is now'), 404: problems[404] }
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
  responses: { ...answers, 409: problem('Secrets of its specification are not set') },
})

const needs = { role: 'member', resource: 'monitors', access: 'write' } as const

export function pauseRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  routes.openapi(guard(pause, needs), async (c) => {
    const owned = ownedBy(c.get('principal').workspaceId, c.req.valid('param').id)
    const json = await change(deps, c, { owned, way: 'pause' })
    return c.json(json, 200, { etag: entityTag(json.version) })
  })
  routes.openapi(guard(resume, needs), async (c) => {
    const owned = ownedBy(c.get('principal').workspaceId, c.req.valid('param').id)
    const json = await change(deps, c, { owned, way: 'resume' })
    return c.json(json, 200, { etag: entityTag(json.version) })
  })
  return routes
}

async function change(
  deps: ApiDeps,
  context: Context<Asked>,
  { owned, way }: { owned: Owned; way: Pausing },
): Promise<Monitor> {
  const { after, changed, events } = await inTenant(deps, context, async (sql) => {
    const stored = await getStored(sql, owned)
    if (way === 'resume' && stored.pausedAtMs !== null) {
      refuseMissing([stored])
      await keepLimits(deps, sql, { ...owned, added: [stored], gone: [atRest] })
    }
    const done = await moveMonitor(deps, sql, { owned, way })
    if (done.changed) await record(sql, context, { action: pausing[way].action, subjectId: owned.id })
    return done
  })
  if (changed) announceChange(deps, owned, events)
  return after
}
