import { createRoute, z } from '@hono/zod-openapi'
import { isPlainText } from '@repo/contracts/plain-text'
import { isoTime } from '@repo/contracts/ticks'
import { auditPageSchema } from '@repo/contracts/workspaces'
import { listAudit } from '@repo/db/queries/audit'
import { createGuard } from '../access/guard.ts'
import { inTenant } from '../access/tenant.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import type { ApiDeps } from '../deps.ts'
import { jsonAnswer, openApiRouter, pageQuery, problems } from './openapi.ts'

const word = z.string().max(100).refine(isPlainText, 'has control characters')

const list = createRoute({
  method: 'get',
  path: '/audit',
  summary: 'Who changed what in the workspace, newest first',
  request: {
    query: z.object({
      ...pageQuery,
      action: word.optional(),
      actorId: z.uuid().optional(),
      subjectId: word.optional(),
    }),
  },
  responses: { 200: jsonAnswer(auditPageSchema, 'A page of the log'), 400: problems[400] },
})

const cursorSchema = z.object({ id: z.string().regex(/^\d{1,18}$/) })

export function auditRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  routes.openapi(guard(list, { role: 'admin', resource: 'audit', access: 'read' }), async (c) => {
    const { cursor, ...filter } = c.req.valid('query')
    const { workspaceId } = c.get('principal')
    const beforeId = decodeCursor(cursor, cursorSchema)?.id
    const page = await inTenant(deps, c, (sql) => listAudit(sql, workspaceId, { ...filter, beforeId }))
    return c.json({ items: page.items.map(toEntryJson), nextCursor: encodeCursor(page.next) }, 200)
  })
  return routes
}

type Entry = Awaited<ReturnType<typeof listAudit>>['items'][number]

function toEntryJson(entry: Entry) {
  return {
    id: entry.id,
    at: isoTime(entry.atMs),
    actor: { kind: entry.actorKind, id: entry.actorId, name: entry.actorName },
    action: entry.action,
    subject: { type: entry.subjectType, id: entry.subjectId },
    before: entry.before,
    after: entry.after,
    from: { address: entry.address ?? '', userAgent: entry.userAgent ?? '', requestId: entry.requestId ?? '' },
  }
}
