import { createRoute, z } from '@hono/zod-openapi'
import { checkSpecSchema } from '@repo/contracts/check-spec'
import {
  changeMonitorSchema,
  createMonitorSchema,
  monitorPageSchema,
  monitorSchema,
  monitorSortings,
  recentLimit,
  tag,
} from '@repo/contracts/monitors'
import { isPlainText } from '@repo/contracts/plain-text'
import { createMonitor, deleteMonitor } from '@repo/db/queries/monitors'
import { statuses } from '@repo/domain/status'
import { record } from '../access/audit.ts'
import { createGuard } from '../access/guard.ts'
import { idempotent } from '../access/idempotency.ts'
import { inTenant } from '../access/tenant.ts'
import { entityTag, expectedVersion } from '../access/versions.ts'
import { keptAnswer } from '../answer-with-headers.ts'
import type { ApiDeps } from '../deps.ts'
import { firstSlotMs, readLooks, sendLooks } from '../looks.ts'
import { changeOwned, holdVersion } from '../monitor-changes.ts'
import { listPage } from '../monitor-pages.ts'
import { auditedMonitor, getStored, idParams, ownedBy, toMonitorJson } from '../monitor-reading.ts'
import { keepLimits, makeNew } from '../monitor-writing.ts'
import { announceChange, chooseRegions } from '../monitors.ts'
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

const kinds = checkSpecSchema.options.map((option) => option.shape.kind.value)
const recent = z.coerce.number().int().min(0).max(recentLimit)

const list = createRoute({
  method: 'get',
  path: '/monitors',
  summary: 'List monitors, worst first',
  request: {
    query: z.object({
      ...pageQuery,
      sort: z.enum(monitorSortings).default('status'),
      from: z.literal('end').optional(),
      status: z.enum(statuses).optional(),
      kind: z.enum(kinds).optional(),
      tag: tag.optional(),
      text: z.string().trim().max(200).refine(isPlainText, 'has control characters').optional(),
      recent: recent.default(0),
    }),
    headers: z.object({ 'if-none-match': z.string().optional() }),
  },
  responses: {
    200: jsonAnswer(monitorPageSchema, 'A page of monitors'),
    304: { description: 'The same as what has the tag in If-None-Match' },
    400: problems[400],
  },
})

const create = createRoute({
  method: 'post',
  path: '/monitors',
  summary: 'Create a monitor; its first check runs at once',
  request: { headers: idempotencyKey, ...jsonRequest(createMonitorSchema) },
  responses: { 201: jsonAnswer(monitorSchema, 'The monitor'), 400: problems[400], ...keyedProblems },
})

const read = createRoute({
  method: 'get',
  path: '/monitors/{id}',
  summary: 'Read a monitor',
  request: { params: idParams, query: z.object({ recent: recent.default(recentLimit) }) },
  responses: { 200: jsonAnswer(monitorSchema, 'The monitor'), ...problems },
})

const changedMeanwhile = { 412: problem('It has another version than If-Match says') }

const change = createRoute({
  method: 'patch',
  path: '/monitors/{id}',
  summary: 'Change a monitor',
  request: { params: idParams, headers: ifMatch, ...jsonRequest(changeMonitorSchema) },
  responses: { 200: jsonAnswer(monitorSchema, 'The monitor after the change'), ...problems, ...changedMeanwhile },
})

const remove = createRoute({
  method: 'delete',
  path: '/monitors/{id}',
  summary: 'Delete a monitor',
  request: { params: idParams, headers: ifMatch },
  responses: { 204: { description: 'Deleted' }, 404: problems[404], ...changedMeanwhile },
})

const write = { role: 'member', resource: 'monitors', access: 'write' } as const
const look = { role: 'viewer', resource: 'monitors', access: 'read' } as const

export function monitorRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)

  routes.openapi(guard(list, look), async (c) => {
    const asked = c.req.valid('query')
    const { workspaceId } = c.get('principal')
    const kept = await deps.answers.get(workspaceId, JSON.stringify(asked), () =>
      inTenant(deps, c, (sql) => listPage({ ...deps, sql }, workspaceId, asked)),
    )
    return keptAnswer(c, kept) as never
  })

  routes.openapi(guard(create, write, idempotent(deps)), async (c) => {
    const asked = c.req.valid('json')
    const { workspaceId } = c.get('principal')
    const made = makeNew(deps, asked, { workspaceId, regions: await chooseRegions(deps, asked.regions) })
    const { regions } = made
    const seen = await readLooks(deps, asked.looks ?? [], { by: c.get('principal'), spec: asked.spec, regions })
    const created = { ...made, scheduleFromMs: firstSlotMs(seen, regions, deps.clock.nowMs()) }
    const { json, monitorKey } = await inTenant(deps, c, async (sql) => {
      await keepLimits(deps, sql, { workspaceId, added: [created] })
      await createMonitor(sql, created, deps.clock.nowMs())
      await record(sql, c, { action: 'monitor.created', subjectId: created.id, after: auditedMonitor(created) })
      const stored = await getStored(sql, created)
      return { json: await toMonitorJson({ ...deps, sql }, stored), monitorKey: stored.monitorKey }
    })
    announceChange(deps, created, [{ type: 'monitor.changed', monitorId: created.id }])
    await sendLooks(deps, seen, { monitorId: created.id, monitorKey })
    return c.json(json, 201, { etag: entityTag(json.version), location: `/api/v1/monitors/${created.id}` })
  })

  routes.openapi(guard(read, look), async (c) => {
    const owned = ownedBy(c.get('principal').workspaceId, c.req.valid('param').id)
    const { recent } = c.req.valid('query')
    const json = await inTenant(deps, c, async (sql) =>
      toMonitorJson({ ...deps, sql }, await getStored(sql, owned), recent),
    )
    return c.json(json, 200, { etag: entityTag(json.version) })
  })

  routes.openapi(guard(change, write), async (c) => {
    const owned = ownedBy(c.get('principal').workspaceId, c.req.valid('param').id)
    const json = await changeOwned(deps, c, { owned, asked: c.req.valid('json') })
    announceChange(deps, owned, [{ type: 'monitor.changed', monitorId: owned.id }])
    return c.json(json, 200, { etag: entityTag(json.version) })
  })

  routes.openapi(guard(remove, write), async (c) => {
    const owned = ownedBy(c.get('principal').workspaceId, c.req.valid('param').id)
    await inTenant(deps, c, async (sql) => {
      const before = await getStored(sql, owned)
      await holdVersion(sql, owned, { nowMs: deps.clock.nowMs(), expectedVersion: expectedVersion(c) })
      if (!(await deleteMonitor(sql, owned))) throw new AppError('not_found')
      await record(sql, c, { action: 'monitor.deleted', subjectId: owned.id, before: auditedMonitor(before) })
    })
    announceChange(deps, owned, [{ type: 'monitor.deleted', monitorId: owned.id }])
    return c.body(null, 204)
  })

  return routes
}
