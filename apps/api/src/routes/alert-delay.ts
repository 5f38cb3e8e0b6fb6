import { createRoute } from '@hono/zod-openapi'
import { alertDelaySchema, askDelaySchema } from '@repo/contracts/alert-delay'
import type { Sql } from '@repo/db/database'
import { findAlertedMonitor } from '@repo/db/queries/alert-references'
import { firstStepMs } from '@repo/domain/alert-coverage'
import { alertDelay } from '@repo/domain/alert-delay'
import type { AlertedMonitor } from '@repo/domain/alert-policy'
import { defaultPolicy, type VerdictPolicy } from '@repo/domain/policy'
import { createGuard } from '../access/guard.ts'
import { inTenant } from '../access/tenant.ts'
import { getAlerting } from '../alert-coverage.ts'
import type { ApiDeps } from '../deps.ts'
import { getStored, type Owned, ownedBy } from '../monitor-reading.ts'
import { chooseRegions } from '../monitors.ts'
import { jsonAnswer, jsonRequest, openApiRouter, problems } from './openapi.ts'

const delay = createRoute({
  method: 'post',
  path: '/monitors/alert-delay',
  summary: 'How fast people would hear that a monitor is down, and how many regions have to see it; keeps nothing',
  request: jsonRequest(askDelaySchema),
  responses: { 200: jsonAnswer(alertDelaySchema, 'How long it takes'), 400: problems[400], 404: problems[404] },
})

export function alertDelayRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  routes.openapi(guard(delay, { role: 'viewer', resource: 'monitors', access: 'read' }), async (c) => {
    const { intervalSeconds, timeoutMs, regions: named, monitorId, ...asked } = c.req.valid('json')
    const { workspaceId } = c.get('principal')
    const regions = await chooseRegions(deps, named)
    const { monitor, policy, policies } = await inTenant(deps, c, async (sql) => ({
      ...(monitorId === undefined ? asNew : await readOwned(sql, ownedBy(workspaceId, monitorId))),
      policies: (await getAlerting(sql, { workspaceId, log: deps.log })).policies,
    }))
    const { noticedMs, usualMs, slowestMs, waitMs, ...rule } = alertDelay({
      ...{ intervalMs: intervalSeconds * 1_000, timeoutMs, regions: regions.length },
      policy: { ...policy, ...asked.policy } as VerdictPolicy,
      waitMs: firstStepMs({ ...monitor, tags: asked.tags ?? monitor.tags }, policies),
    })
    const times = {
      noticedSeconds: noticedMs / 1_000,
      usualSeconds: usualMs / 1_000,
      slowestSeconds: slowestMs / 1_000,
      waitSeconds: waitMs === null ? null : waitMs / 1_000,
    }
    return c.json({ ...rule, ...times }, 200)
  })
  return routes
}

/** It is in no group yet, and nobody can have named it. */
const asNew = { monitor: { id: '', tags: [], groupIds: [] } as AlertedMonitor, policy: defaultPolicy }

async function readOwned(sql: Sql, owned: Owned): Promise<typeof asNew> {
  const stored = await getStored(sql, owned)
  const monitor = (await findAlertedMonitor(sql, owned)) ?? asNew.monitor
  return { monitor, policy: { ...defaultPolicy, ...stored.policy } as VerdictPolicy }
}
