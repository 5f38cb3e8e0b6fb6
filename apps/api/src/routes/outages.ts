import { createRoute, z } from '@hono/zod-openapi'
import { type Outage, outagePageSchema } from '@repo/contracts/outages'
import { isoTime, isoTimeOrNull } from '@repo/contracts/ticks'
import type { Sql } from '@repo/db/database'
import { type DownAsked, type DownInterval, listDownIntervals } from '@repo/db/queries/down-intervals'
import { findMonitors, type StoredState } from '@repo/db/queries/monitors'
import type { WorkspaceId } from '@repo/domain/ids'
import { createGuard } from '../access/guard.ts'
import { inTenant } from '../access/tenant.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import type { ApiDeps } from '../deps.ts'
import { getStored, idParams, ownedBy } from '../monitor-reading.ts'
import { jsonAnswer, openApiRouter, pageQuery, problems } from './openapi.ts'

const query = z.object({
  ...pageQuery,
  /** Only those that last, or only those that are over. */
  open: z.enum(['true', 'false']).optional(),
})
const ofMonitor = createRoute({
  method: 'get',
  path: '/monitors/{id}/outages',
  summary: 'When this monitor was down, newest first',
  request: { params: idParams, query },
  responses: { 200: jsonAnswer(outagePageSchema, 'A page of its outages'), ...problems },
})

const cursorSchema = z.object({ beganAtMs: z.number().min(0).max(Date.UTC(2200, 0)), monitorId: z.uuid() })

export function outageRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  const nowMs = () => deps.clock.nowMs()

  routes.openapi(guard(ofMonitor, { role: 'viewer', resource: 'monitors', access: 'read' }), async (c) => {
    const owned = ownedBy(c.get('principal').workspaceId, c.req.valid('param').id)
    const asked = { ...askedOf(c.req.valid('query')), monitorId: owned.id }
    const page = await inTenant(deps, c, async (sql) => {
      await getStored(sql, owned)
      return readPage(sql, { workspaceId: owned.workspaceId, asked, nowMs: nowMs() })
    })
    return c.json(page, 200)
  })
  return routes
}

function askedOf({ limit, cursor, open }: z.output<typeof query>): DownAsked {
  const isOpen = open === undefined ? undefined : open === 'true'
  return { limit, cursor: decodeCursor(cursor, cursorSchema), isOpen }
}

async function readPage(
  sql: Sql,
  { workspaceId, asked, nowMs }: { workspaceId: WorkspaceId; asked: DownAsked; nowMs: number },
): Promise<z.output<typeof outagePageSchema>> {
  const { items, next } = await listDownIntervals(sql, workspaceId, asked)
  const lasting = items.filter(({ endedAtMs }) => endedAtMs === null).map(({ monitorId }) => monitorId)
  const found = await findMonitors(sql, { workspaceId, ids: [...new Set(lasting)] })
  const states = new Map(found.map(({ id, state }) => [id, state]))
  return {
    items: items.map((item) => toOutageJson(item, states.get(item.monitorId), nowMs)),
    nextCursor: encodeCursor(next),
  }
}

function toOutageJson(
  { monitorId, monitorName, beganAtMs, endedAtMs }: DownInterval,
  state: StoredState | undefined,
  nowMs: number,
): Outage {
  return {
    monitor: { id: monitorId, name: monitorName },
    beganAt: isoTime(beganAtMs),
    endedAt: isoTimeOrNull(endedAtMs),
    durationSeconds: Math.max(0, (endedAtMs ?? nowMs) - beganAtMs) / 1_000,
    cause: endedAtMs === null && state?.status === 'down' ? state.cause : null,
  }
}
