import { createRoute, z } from '@hono/zod-openapi'
import {
  changeMonitorSchema,
  createMonitorSchema,
  type Monitor,
  type MonitorCounts,
  monitorPageSchema,
  monitorSchema,
} from '@repo/contracts/monitors'
import { isPlainText } from '@repo/contracts/plain-text'
import { countMonitors, listMonitors } from '@repo/db/queries/monitor-list'
import { changeMonitor, createMonitor, deleteMonitor, findMonitor, type StoredMonitor } from '@repo/db/queries/monitors'
import { type MonitorId, parseMonitorId, type WorkspaceId } from '@repo/domain/ids'
import { parseRegion } from '@repo/domain/region'
import { statuses } from '@repo/domain/status'
import { createGuard } from '../access/guard.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import type { ApiDeps } from '../deps.ts'
import { sealChange, sealSpec } from '../monitor-secrets.ts'
import { announceChange, chooseRegions, defaultName, targetKey, toMonitorsJson } from '../monitors.ts'
import { AppError } from '../problems.ts'
import { jsonAnswer, jsonRequest, openApiRouter, problems } from './openapi.ts'

export const idParams = z.object({ id: z.string() })

const list = createRoute({
  method: 'get',
  path: '/monitors',
  summary: 'List monitors, worst first',
  request: {
    query: z.object({
      limit: z.coerce.number().int().min(1).max(200).default(50),
      cursor: z.string().optional(),
      status: z.enum(statuses).optional(),
      text: z.string().trim().max(200).refine(isPlainText, 'has control characters').optional(),
    }),
  },
  responses: { 200: jsonAnswer(monitorPageSchema, 'A page of monitors'), ...problems },
})

const create = createRoute({
  method: 'post',
  path: '/monitors',
  summary: 'Create a monitor; its first check runs at once',
  request: jsonRequest(createMonitorSchema),
  responses: { 201: jsonAnswer(monitorSchema, 'The monitor'), ...problems },
})

const read = createRoute({
  method: 'get',
  path: '/monitors/{id}',
  summary: 'Read a monitor',
  request: { params: idParams },
  responses: { 200: jsonAnswer(monitorSchema, 'The monitor'), ...problems },
})

const change = createRoute({
  method: 'patch',
  path: '/monitors/{id}',
  summary: 'Change a monitor',
  request: { params: idParams, ...jsonRequest(changeMonitorSchema) },
  responses: { 200: jsonAnswer(monitorSchema, 'The monitor after the change'), ...problems },
})

const remove = createRoute({
  method: 'delete',
  path: '/monitors/{id}',
  summary: 'Delete a monitor',
  request: { params: idParams },
  responses: { 204: { description: 'Deleted' }, ...problems },
})

const cursorSchema = z.object({
  rank: z.number().int().min(0).max(4),
  name: z.string().refine(isPlainText),
  id: z.uuid(),
})

export function monitorRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)

  routes.openapi(guard(list, { role: 'viewer', resource: 'monitors', access: 'read' }), async (c) => {
    const { cursor, ...page } = c.req.valid('query')
    const { workspaceId } = c.get('principal')
    const listing = await listMonitors(deps.sql, workspaceId, { ...page, cursor: decodeCursor(cursor, cursorSchema) })
    const [items, counts] = await Promise.all([toMonitorsJson(deps, listing.items), countByStatus(deps, workspaceId)])
    return c.json({ items, nextCursor: encodeCursor(listing.next), counts }, 200)
  })

  routes.openapi(guard(create, { role: 'member', resource: 'monitors', access: 'write' }), async (c) => {
    const { spec, intervalSeconds, name, regions } = c.req.valid('json')
    const { workspaceId } = c.get('principal')
    const created = {
      id: parseMonitorId(Bun.randomUUIDv7()),
      workspaceId,
      name: name ?? defaultName(spec),
      spec: sealSpec(deps.keyring, workspaceId, spec),
      target: targetKey(spec),
      intervalMs: intervalSeconds * 1_000,
      regions: await chooseRegions(deps, regions),
    }
    await createMonitor(deps.sql, created, deps.clock.nowMs())
    announceChange(deps, created, [{ type: 'monitor.changed', monitorId: created.id }])
    return c.json(await getJson(deps, created), 201)
  })

  routes.openapi(guard(read, { role: 'viewer', resource: 'monitors', access: 'read' }), async (c) =>
    c.json(await getJson(deps, ownedBy(c.get('principal').workspaceId, c.req.valid('param').id)), 200),
  )

  routes.openapi(guard(change, { role: 'member', resource: 'monitors', access: 'write' }), async (c) => {
    const owned = ownedBy(c.get('principal').workspaceId, c.req.valid('param').id)
    const { spec: changed, intervalSeconds, name, regions } = c.req.valid('json')
    if (regions) await chooseRegions(deps, regions)
    const spec =
      changed &&
      sealChange(deps.keyring, { workspaceId: owned.workspaceId, changed, stored: (await getStored(deps, owned)).spec })
    const isKnown = await changeMonitor(deps.sql, owned, {
      nowMs: deps.clock.nowMs(),
      ...(name !== undefined && { name }),
      ...(spec && { spec, target: targetKey(spec) }),
      ...(intervalSeconds !== undefined && { intervalMs: intervalSeconds * 1_000 }),
      ...(regions && { regions: regions.map(parseRegion) }),
    })
    if (isKnown === 'absent') throw new AppError('not_found')
    announceChange(deps, owned, [{ type: 'monitor.changed', monitorId: owned.id }])
    return c.json(await getJson(deps, owned), 200)
  })

  routes.openapi(guard(remove, { role: 'member', resource: 'monitors', access: 'write' }), async (c) => {
    const owned = ownedBy(c.get('principal').workspaceId, c.req.valid('param').id)
    if (!(await deleteMonitor(deps.sql, owned))) throw new AppError('not_found')
    announceChange(deps, owned, [{ type: 'monitor.deleted', monitorId: owned.id }])
    return c.body(null, 204)
  })

  return routes
}

export interface Owned {
  readonly workspaceId: WorkspaceId
  readonly id: MonitorId
}

/** An id that is none is as absent as one that never was. @throws AppError `not_found`. */
export function ownedBy(workspaceId: WorkspaceId, id: string): Owned {
  try {
    return { workspaceId, id: parseMonitorId(id) }
  } catch {
    throw new AppError('not_found')
  }
}

/** @throws AppError `not_found` where the workspace has no such monitor. */
export async function getStored({ sql }: Pick<ApiDeps, 'sql'>, owned: Owned): Promise<StoredMonitor> {
  const monitor = await findMonitor(sql, owned)
  if (!monitor) throw new AppError('not_found')
  return monitor
}

export async function getJson(deps: ApiDeps, owned: Owned): Promise<Monitor> {
  const [json] = await toMonitorsJson(deps, [await getStored(deps, owned)])
  if (!json) throw new AppError('not_found')
  return json
}

async function countByStatus({ sql }: ApiDeps, workspaceId: WorkspaceId): Promise<MonitorCounts> {
  const counted = await countMonitors(sql, workspaceId)
  const counts = { up: 0, degraded: 0, down: 0, unknown: 0, maintenance: 0, paused: 0, ...Object.fromEntries(counted) }
  return { total: [...counted.values()].reduce((sum, count) => sum + count, 0), ...counts }
}
