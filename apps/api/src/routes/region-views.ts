import { createRoute, z } from '@hono/zod-openapi'
import { advisoriesSchema, type RegionViews, regionViewsSchema } from '@repo/contracts/region-views'
import { isoTime, isoTimeOrNull } from '@repo/contracts/ticks'
import type { StoredMonitor } from '@repo/db/queries/monitors'
import { listOpenAdvisories, type RegionStand, readRegionStands } from '@repo/db/queries/region-views'
import type { RegionView } from '@repo/domain/region-view'
import { isFailing } from '@repo/domain/verdict'
import { createGuard } from '../access/guard.ts'
import { inTenant } from '../access/tenant.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import type { ApiDeps } from '../deps.ts'
import { getStored, idParams, ownedBy } from '../monitor-reading.ts'
import { jsonAnswer, openApiRouter, pageQuery, problems } from './openapi.ts'

const ofMonitor = createRoute({
  method: 'get',
  path: '/monitors/{id}/regions',
  summary: 'What each region of a monitor says, and whether it has a vote',
  request: { params: idParams },
  responses: { 200: jsonAnswer(regionViewsSchema, 'Its regions'), 404: problems[404] },
})

const advisories = createRoute({
  method: 'get',
  path: '/advisories',
  summary: 'Which regions find a monitor down that others find well, newest first',
  request: {
    query: z.object(pageQuery),
  },
  responses: { 200: jsonAnswer(advisoriesSchema, 'A page of them'), 400: problems[400] },
})

const cursorSchema = z.object({
  sinceMs: z.number().min(0).max(Date.UTC(2200, 0)),
  monitorId: z.uuid(),
  region: z.string().max(100),
})
const look = { role: 'viewer', resource: 'monitors', access: 'read' } as const

export function regionViewRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)

  routes.openapi(guard(ofMonitor, look), async (c) => {
    const owned = ownedBy(c.get('principal').workspaceId, c.req.valid('param').id)
    const json = await inTenant(deps, c, async (sql) => {
      const monitor = await getStored(sql, owned)
      const stands = await readRegionStands(sql, monitor)
      return { items: stands.map((stand) => toRegionJson(stand, monitor)) }
    })
    return c.json(json, 200)
  })

  routes.openapi(guard(advisories, look), async (c) => {
    const { workspaceId } = c.get('principal')
    const { limit, cursor } = c.req.valid('query')
    const after = decodeCursor(cursor, cursorSchema)
    const page = await inTenant(deps, c, (sql) => listOpenAdvisories(sql, workspaceId, { limit, after }))
    const items = page.items.map(({ monitorId, monitorName, sinceMs, ...one }) => ({
      monitor: { id: monitorId, name: monitorName },
      since: isoTime(sinceMs),
      ...one,
    }))
    return c.json({ items, nextCursor: encodeCursor(page.next) }, 200)
  })
  return routes
}

function toRegionJson(
  { region, view, isQuarantined, aloneSinceMs, evidence: seen }: RegionStand,
  { mutedRegions, policy }: Pick<StoredMonitor, 'mutedRegions' | 'policy'>,
): RegionViews['items'][number] {
  return {
    region,
    vote: view?.vote ?? 'unknown',
    since: isoTimeOrNull(view?.voteSinceMs ?? null),
    verdict: view?.verdict ?? 'unknown',
    code: view?.code ?? null,
    message: view?.message ?? null,
    blind: view?.blind ?? false,
    muted: mutedRegions.includes(region),
    quarantined: isQuarantined,
    aloneSince: isoTimeOrNull(aloneSinceMs),
    recovery: view && isFailing(view.vote) ? { passed: betterLooks(view), needed: policy.recoveries } : null,
    evidence: seen
      ? { at: isoTime(seen.scheduledAtMs), outcome: { ...seen.outcome }, evidence: { ...seen.evidence } }
      : null,
  }
}

function betterLooks({ vote, streak, streakVerdict }: RegionView): number {
  return vote === 'down' || streakVerdict === 'up' ? streak : 0
}
