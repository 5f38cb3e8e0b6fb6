import { createRoute, z } from '@hono/zod-openapi'
import { instanceLimitsSchema, instanceWorkspacePageSchema } from '@repo/contracts/instance'
import { isoTime } from '@repo/contracts/ticks'
import { type InstanceWorkspace, listInstanceWorkspaces } from '@repo/db/queries/instance'
import { findWorkspace, setWorkspaceLimits } from '@repo/db/queries/workspaces'
import { parseWorkspaceId } from '@repo/domain/ids'
import { recordAs } from '../access/audit.ts'
import { createGuard } from '../access/guard.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import type { ApiDeps } from '../deps.ts'
import { AppError } from '../problems.ts'
import { jsonAnswer, jsonRequest, openApiRouter, pageQuery, problems } from './openapi.ts'

const list = createRoute({
  method: 'get',
  path: '/instance/workspaces',
  summary: 'All workspaces of the instance, for its operator: how much they have, and nothing of what is in them',
  request: {
    query: z.object(pageQuery),
  },
  responses: { 200: jsonAnswer(instanceWorkspacePageSchema, 'A page of workspaces'), 400: problems[400] },
})
const limit = createRoute({
  method: 'put',
  path: '/instance/workspaces/{id}/limits',
  summary: 'Set how much a workspace may have; null is the default of the instance',
  request: { params: z.object({ id: z.string() }), ...jsonRequest(instanceLimitsSchema) },
  responses: { 200: jsonAnswer(instanceLimitsSchema, 'The limits'), ...problems },
})

const cursorSchema = z.object({ id: z.uuid() })

export function instanceRoutes(deps: ApiDeps) {
  const { sql } = deps
  const routes = openApiRouter()
  const guard = createGuard(deps)

  routes.openapi(guard(list, { operator: true }), async (c) => {
    const { limit: size, cursor } = c.req.valid('query')
    const page = await listInstanceWorkspaces(sql, { limit: size, after: decodeCursor(cursor, cursorSchema)?.id })
    return c.json({ items: page.items.map(toWorkspaceJson), nextCursor: encodeCursor(page.next) }, 200)
  })

  routes.openapi(guard(limit, { operator: true }), async (c) => {
    const id = asWorkspaceId(c.req.valid('param').id)
    const { monitors, members, ...rest } = c.req.valid('json')
    const { userId, username } = c.get('principal')
    const limits = await sql.transaction(async (tx) => {
      const before = await findWorkspace(tx, id)
      if (!before) throw new AppError('not_found')
      await setWorkspaceLimits(tx, id, { monitorLimit: monitors, memberLimit: members, ...rest })
      const after = toLimitsJson({ monitorLimit: monitors, memberLimit: members, ...rest })
      await recordAs(tx, c, {
        action: 'workspace.limits_changed',
        subjectId: id,
        before: toLimitsJson(before.limits),
        after,
        ...{ workspaceId: id, actorKind: 'person', actorId: userId, actorName: username },
      })
      return after
    })
    return c.json(limits, 200)
  })
  return routes
}

function asWorkspaceId(text: string) {
  try {
    return parseWorkspaceId(text)
  } catch {
    throw new AppError('not_found')
  }
}

function toWorkspaceJson({ createdAtMs, limits, ...workspace }: InstanceWorkspace) {
  return { ...workspace, createdAt: isoTime(createdAtMs), limits: toLimitsJson(limits) }
}

function toLimitsJson({ monitorLimit, memberLimit, ...rest }: InstanceWorkspace['limits']) {
  return { monitors: monitorLimit, members: memberLimit, ...rest }
}
