import { createRoute } from '@hono/zod-openapi'
import type { LiveEvent } from '@repo/contracts/live'
import { type Monitor, monitorSchema } from '@repo/contracts/monitors'
import { listEndedByPause } from '@repo/db/queries/incident-deeds'
import { pauseMonitor, resumeMonitor } from '@repo/db/queries/monitors'
import type { Context } from 'hono'
import { record } from '../access/audit.ts'
import { type Asked, createGuard } from '../access/guard.ts'
import { inTenant } from '../access/tenant.ts'
import { entityTag } from '../access/versions.ts'
import type { ApiDeps } from '../deps.ts'
import { incidentEvent } from '../incident-changes.ts'
import { refuseMissing } from '../missing-secrets.ts'
import { getStored, idParams, type Owned, ownedBy, toMonitorJson } from '../monitor-reading.ts'
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
const ways = {
  pause: { apply: pauseMonitor, action: 'monitor.paused' },
  resume: { apply: resumeMonitor, action: 'monitor.resumed' },
} as const

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
  { owned, way }: { owned: Owned; way: keyof typeof ways },
): Promise<Monitor> {
  const { apply, action } = ways[way]
  const nowMs = deps.clock.nowMs()
  const { before, after, changed, ended } = await inTenant(deps, context, async (sql) => {
    const stored = await getStored(sql, owned)
    const here = { ...deps, sql }
    if (way === 'resume' && stored.pausedAtMs !== null) {
      refuseMissing([stored])
      await keepLimits(deps, sql, { ...owned, added: [stored], gone: [atRest] })
    }
    const before = await toMonitorJson(here, stored, 0)
    const changed = await apply(sql, owned, nowMs)
    if (changed) await record(sql, context, { action, subjectId: owned.id })
    const ended = changed ? await listEndedByPause(sql, { ...owned, ids: [owned.id], nowMs }) : []
    return { before, changed, ended, after: await toMonitorJson(here, await getStored(sql, owned)) }
  })
  if (changed) announceChange(deps, owned, [statusEvent(before, after), ...ended.map(incidentEvent)])
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
