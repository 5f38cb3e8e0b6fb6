import { createRoute, z } from '@hono/zod-openapi'
import {
  incidentCountsSchema,
  incidentDetailSchema,
  incidentFilterSchema,
  incidentPageSchema,
  incidentsCounted,
  timelineSchema,
} from '@repo/contracts/incidents'
import {
  countIncidents,
  type IncidentFilter,
  type IncidentsAsked,
  listEntries,
  listIncidents,
} from '@repo/db/queries/incidents'
import { parseIncidentId } from '@repo/domain/ids'
import { createGuard } from '../access/guard.ts'
import { inTenant } from '../access/tenant.ts'
import { entityTag } from '../access/versions.ts'
import { csvHeaders } from '../csv.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import type { ApiDeps } from '../deps.ts'
import { incidentCsv } from '../incident-csv.ts'
import { getIncident, toDetailJson, toIncidentJson, toTimelineJson } from '../incident-reading.ts'
import { idParams } from '../monitor-reading.ts'
import { idOr404 } from '../named-monitors.ts'
import { AppError } from '../problems.ts'
import { jsonAnswer, openApiRouter, pageQuery, problems } from './openapi.ts'

const list = createRoute({
  method: 'get',
  path: '/incidents',
  summary: 'The incidents of the workspace, newest first',
  request: {
    query: incidentFilterSchema.extend(pageQuery),
  },
  responses: { 200: jsonAnswer(incidentPageSchema, 'A page of incidents'), 400: problems[400] },
})
const counts = createRoute({
  method: 'get',
  path: '/incidents/counts',
  summary: 'How many incidents there are of each state, up to 100,000',
  request: { query: incidentFilterSchema },
  responses: { 200: jsonAnswer(incidentCountsSchema, 'Their counts'), 400: problems[400] },
})
const exported = createRoute({
  method: 'get',
  path: '/incidents/export',
  summary: 'The incidents as CSV, those that last first, then newest first; up to 100,000 of each',
  request: { query: incidentFilterSchema },
  responses: {
    200: { description: 'A line for each', content: { 'text/csv': { schema: z.string() } } },
    400: problems[400],
  },
})
const read = createRoute({
  method: 'get',
  path: '/incidents/{id}',
  summary: 'Read an incident, with its post-mortem and the first page of its timeline',
  request: { params: idParams },
  responses: { 200: jsonAnswer(incidentDetailSchema, 'The incident'), 404: problems[404] },
})
const timeline = createRoute({
  method: 'get',
  path: '/incidents/{id}/timeline',
  summary: 'What happened in an incident, oldest first',
  request: { params: idParams, query: z.object(pageQuery) },
  responses: { 200: jsonAnswer(timelineSchema, 'A page of its timeline'), ...problems },
})

const look = { role: 'viewer', resource: 'incidents', access: 'read' } as const
const cursorSchema = z.object({ beganAtMs: z.number().min(0).max(Date.UTC(2200, 0)), id: z.uuid() })
const entryCursorSchema = z.object({ id: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER) })

export function incidentRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  const nowMs = () => deps.clock.nowMs()

  routes.openapi(guard(list, look), async (c) => {
    const { limit, cursor, ...query } = c.req.valid('query')
    const from = decodeCursor(cursor, cursorSchema)
    const { workspaceId } = c.get('principal')
    const { items, next } = await inTenant(deps, c, (sql) =>
      listIncidents(sql, workspaceId, { ...filterOf(query), limit, cursor: from }),
    )
    return c.json({ items: items.map((item) => toIncidentJson(item, nowMs())), nextCursor: encodeCursor(next) }, 200)
  })

  routes.openapi(guard(counts, look), async (c) => {
    const asked = { ...filterOf(c.req.valid('query')), most: incidentsCounted }
    const { workspaceId } = c.get('principal')
    return c.json(await inTenant(deps, c, (sql) => countIncidents(sql, workspaceId, asked)), 200)
  })

  routes.openapi(guard(exported, look), (c) => {
    const filter = filterOf(c.req.valid('query'))
    const { workspaceId } = c.get('principal')
    const readPage = (page: IncidentsAsked) =>
      inTenant(deps, c, (sql) => listIncidents(sql, workspaceId, { ...filter, ...page }))
    return c.body(
      incidentCsv(readPage, { isOpen: filter.isOpen, nowMs: nowMs() }),
      200,
      csvHeaders('incidents.csv'),
    ) as never
  })

  routes.openapi(guard(read, look), async (c) => {
    const id = idOr404(parseIncidentId, c.req.valid('param').id)
    const json = await inTenant(deps, c, async (sql) =>
      toDetailJson(sql, await getIncident(sql, { ...c.get('principal'), id }), nowMs()),
    )
    return c.json(json, 200, { etag: entityTag(json.version) })
  })

  routes.openapi(guard(timeline, look), async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const owned = { ...c.get('principal'), id: idOr404(parseIncidentId, c.req.valid('param').id) }
    const from = decodeCursor(cursor, entryCursorSchema)
    const entries = await inTenant(deps, c, async (sql) => {
      await getIncident(sql, owned)
      return listEntries(sql, owned, { limit, cursor: from })
    })
    return c.json(toTimelineJson(entries), 200)
  })
  return routes
}

/** @throws AppError `invalid_parameter` for a stretch of time that ends before it begins: none could be in it. */
function filterOf({ open, acknowledged, from, to, ...asked }: z.output<typeof incidentFilterSchema>): IncidentFilter {
  const msOf = (at: string | undefined) => (at === undefined ? undefined : Date.parse(at))
  const [fromMs, toMs] = [msOf(from), msOf(to)]
  if (fromMs !== undefined && toMs !== undefined && fromMs > toMs)
    throw new AppError('invalid_parameter', 'to: is before from', {
      errors: [{ field: 'to', message: 'is before from' }],
    })
  return { ...asked, isOpen: open, isAcknowledged: acknowledged, fromMs, toMs }
}
