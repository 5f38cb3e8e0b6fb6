import { createRoute, z } from '@hono/zod-openapi'
import {
  changeWindowSchema,
  createWindowSchema,
  previewAnswerSchema,
  previewSchema,
  toPeriodJson,
  toSchedule,
  windowPageSchema,
  windowSchema,
} from '@repo/contracts/maintenance'
import { changeWindow, countWindows, createWindow, deleteWindow, listWindows } from '@repo/db/queries/maintenance'
import { parseWindowId } from '@repo/domain/ids'
import { maintenanceLimits, nextOccurrences } from '@repo/domain/maintenance'
import { record } from '../access/audit.ts'
import { createGuard } from '../access/guard.ts'
import { idempotent } from '../access/idempotency.ts'
import { inTenant } from '../access/tenant.ts'
import { entityTag, expectedVersion } from '../access/versions.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import type { ApiDeps } from '../deps.ts'
import { auditedWindow, chooseMonitors, getWindow, toWindowJson, toWindowsJson } from '../maintenance-windows.ts'
import { idParams } from '../monitor-reading.ts'
import { idOr404, refuseMissed } from '../named-monitors.ts'
import { AppError } from '../problems.ts'
import {
  idempotencyKey,
  ifMatch,
  jsonAnswer,
  jsonRequest,
  keyedProblems,
  openApiRouter,
  pageQuery,
  problem,
  problems,
} from './openapi.ts'

const list = createRoute({
  method: 'get',
  path: '/maintenance',
  summary: 'The maintenance windows of the workspace, in the order in which they were made',
  request: {
    query: z.object(pageQuery),
  },
  responses: { 200: jsonAnswer(windowPageSchema, 'A page of windows'), 400: problems[400] },
})
const create = createRoute({
  method: 'post',
  path: '/maintenance',
  summary: 'Plan maintenance; where it is due already it begins now',
  request: { headers: idempotencyKey, ...jsonRequest(createWindowSchema) },
  responses: { 201: jsonAnswer(windowSchema, 'The window'), 400: problems[400], ...keyedProblems },
})
const preview = createRoute({
  method: 'post',
  path: '/maintenance/preview',
  summary: 'When a schedule comes next; nothing is saved',
  request: jsonRequest(previewSchema),
  responses: { 200: jsonAnswer(previewAnswerSchema, 'The next times'), 400: problems[400] },
})
const read = createRoute({
  method: 'get',
  path: '/maintenance/{id}',
  summary: 'Read a maintenance window',
  request: { params: idParams },
  responses: { 200: jsonAnswer(windowSchema, 'The window'), 404: problems[404] },
})
const changedMeanwhile = { 412: problem('It has another version than If-Match says') }
const change = createRoute({
  method: 'patch',
  path: '/maintenance/{id}',
  summary: 'Change a maintenance window; what was before stays as it was',
  request: { params: idParams, headers: ifMatch, ...jsonRequest(changeWindowSchema) },
  responses: { 200: jsonAnswer(windowSchema, 'The window after the change'), ...problems, ...changedMeanwhile },
})
const remove = createRoute({
  method: 'delete',
  path: '/maintenance/{id}',
  summary: 'Delete a maintenance window; where it lasts it ends now',
  request: { params: idParams, headers: ifMatch },
  responses: { 204: { description: 'Deleted' }, 404: problems[404], ...changedMeanwhile },
})

const write = { role: 'member', resource: 'monitors', access: 'write' } as const
const look = { role: 'viewer', resource: 'monitors', access: 'read' } as const
const cursorSchema = z.object({ id: z.uuid() })

export function maintenanceRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  const nowMs = () => deps.clock.nowMs()

  routes.openapi(guard(list, look), async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const after = decodeCursor(cursor, cursorSchema)
    const { workspaceId } = c.get('principal')
    const { items, next } = await inTenant(deps, c, (sql) => listWindows(sql, workspaceId, { limit, cursor: after }))
    return c.json({ items: toWindowsJson(deps, items), nextCursor: encodeCursor(next) }, 200)
  })

  routes.openapi(guard(create, write, idempotent(deps)), async (c) => {
    const { name, schedule, appliesTo, announcement } = c.req.valid('json')
    const owned = { workspaceId: c.get('principal').workspaceId, id: parseWindowId(Bun.randomUUIDv7()) }
    const window = await inTenant(deps, c, async (sql) => {
      if ((await countWindows(sql, owned.workspaceId)) >= maintenanceLimits.windows)
        throw new AppError('limit_reached', `at most ${maintenanceLimits.windows} maintenance windows`)
      const chosen = await chooseMonitors(sql, owned.workspaceId, appliesTo)
      const created = { ...owned, name, schedule, appliesTo: chosen, announcement: announcement ?? null }
      await createWindow(sql, created, nowMs())
      await record(sql, c, { action: 'maintenance.created', subjectId: owned.id, after: auditedWindow(created) })
      return getWindow(sql, owned)
    })
    announceWindow(deps)
    const headers = { etag: entityTag(window.version), location: `/api/v1/maintenance/${owned.id}` }
    return c.json(toWindowJson(window, nowMs()), 201, headers)
  })

  routes.openapi(guard(preview, look), async (c) => {
    const { schedule, count } = c.req.valid('json')
    return c.json({ occurrences: nextOccurrences(toSchedule(schedule), nowMs(), count).map(toPeriodJson) }, 200)
  })

  routes.openapi(guard(read, look), async (c) => {
    const id = idOr404(parseWindowId, c.req.valid('param').id)
    const window = await inTenant(deps, c, (sql) => getWindow(sql, { ...c.get('principal'), id }))
    return c.json(toWindowJson(window, nowMs()), 200, { etag: entityTag(window.version) })
  })

  routes.openapi(guard(change, write), async (c) => {
    const { name, schedule, appliesTo, announcement } = c.req.valid('json')
    const { workspaceId } = c.get('principal')
    const owned = { workspaceId, id: idOr404(parseWindowId, c.req.valid('param').id) }
    const version = expectedVersion(c)
    const window = await inTenant(deps, c, async (sql) => {
      const before = await getWindow(sql, owned)
      const chosen = appliesTo && (await chooseMonitors(sql, workspaceId, appliesTo))
      const asked = { name, schedule, appliesTo: chosen, announcement, nowMs: nowMs(), expectedVersion: version }
      refuseMissed(await changeWindow(sql, owned, asked))
      const after = await getWindow(sql, owned)
      await record(sql, c, {
        action: 'maintenance.changed',
        subjectId: owned.id,
        before: auditedWindow(before),
        after: auditedWindow(after),
      })
      return after
    })
    announceWindow(deps)
    return c.json(toWindowJson(window, nowMs()), 200, { etag: entityTag(window.version) })
  })

  routes.openapi(guard(remove, write), async (c) => {
    const { workspaceId } = c.get('principal')
    const owned = { workspaceId, id: idOr404(parseWindowId, c.req.valid('param').id) }
    const version = expectedVersion(c)
    await inTenant(deps, c, async (sql) => {
      const before = await getWindow(sql, owned)
      refuseMissed(await deleteWindow(sql, owned, { expectedVersion: version, nowMs: nowMs() }))
      await record(sql, c, { action: 'maintenance.deleted', subjectId: owned.id, before: auditedWindow(before) })
    })
    announceWindow(deps)
    return c.body(null, 204)
  })
  return routes
}

/** Wakes whoever keeps maintenance: it looks at all windows, so which one changed does not matter. */
function announceWindow({ changes, log }: Pick<ApiDeps, 'changes' | 'log'>): void {
  changes
    .publish({ monitorIds: [] })
    .catch((err: unknown) => log.warn({ err }, 'a maintenance window could not be announced'))
}
