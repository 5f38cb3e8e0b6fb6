import { createRoute } from '@hono/zod-openapi'
import { changeViewSchema, createViewSchema, viewLimits, viewListSchema, viewSchema } from '@repo/contracts/views'
import { createView, deleteView, listViews, renameView } from '@repo/db/queries/saved-views'
import { parseViewId } from '@repo/domain/ids'
import type { Context } from 'hono'
import { type Asked, createGuard } from '../access/guard.ts'
import { isNowhere } from '../access/nowhere.ts'
import { inTenant } from '../access/tenant.ts'
import type { ApiDeps } from '../deps.ts'
import { idParams } from '../monitor-reading.ts'
import { idOr404 } from '../named-monitors.ts'
import { AppError } from '../problems.ts'
import { jsonAnswer, jsonRequest, openApiRouter, problem, problems } from './openapi.ts'

const nowhere = { 404: problem('You are in no workspace') }
const taken = { 409: problem('You have a view of this name') }

const list = createRoute({
  method: 'get',
  path: '/views',
  summary: 'Your own saved views of the list of monitors in this workspace, by name',
  responses: { 200: jsonAnswer(viewListSchema, 'The views'), ...nowhere },
})
const create = createRoute({
  method: 'post',
  path: '/views',
  summary: 'Save a view of the list of monitors by a name',
  request: jsonRequest(createViewSchema),
  responses: { 201: jsonAnswer(viewSchema, 'The view'), 400: problems[400], ...nowhere, ...taken },
})
const rename = createRoute({
  method: 'patch',
  path: '/views/{id}',
  summary: 'Give a view of yours another name',
  request: { params: idParams, ...jsonRequest(changeViewSchema) },
  responses: { 200: jsonAnswer(viewSchema, 'The view'), ...problems, ...taken },
})
const remove = createRoute({
  method: 'delete',
  path: '/views/{id}',
  summary: 'Forget a view of yours',
  request: { params: idParams },
  responses: { 204: { description: 'Forgotten' }, 404: problems[404] },
})

/** What is theirs alone, and says nothing of the workspace: it is not in the audit log. */
export function viewRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  const person = { person: true } as const

  routes.openapi(guard(list, person), async (c) => {
    const owner = ownerOf(c)
    return c.json({ items: await inTenant(deps, c, (sql) => listViews(sql, owner)) }, 200)
  })

  routes.openapi(guard(create, person), async (c) => {
    const owner = ownerOf(c)
    const view = { ...c.req.valid('json'), id: parseViewId(Bun.randomUUIDv7()) }
    await inTenant(deps, c, async (sql) => {
      if ((await listViews(sql, owner)).length >= viewLimits.count)
        throw new AppError('limit_reached', `at most ${viewLimits.count} views`)
      if (!(await createView(sql, { ...owner, ...view }, deps.clock.nowMs()))) throw new AppError('name_taken')
    })
    return c.json(view, 201)
  })

  routes.openapi(guard(rename, person), async (c) => {
    const id = idOr404(parseViewId, c.req.valid('param').id)
    const renamed = { ...ownerOf(c), ...c.req.valid('json'), id }
    const view = await inTenant(deps, c, async (sql) => {
      const found = await renameView(sql, renamed)
      if (found === 'absent') throw new AppError('not_found')
      if (found === 'taken') throw new AppError('name_taken')
      return found
    })
    return c.json(view, 200)
  })

  routes.openapi(guard(remove, person), async (c) => {
    const removed = { ...ownerOf(c), id: idOr404(parseViewId, c.req.valid('param').id) }
    await inTenant(deps, c, async (sql) => {
      if (!(await deleteView(sql, removed))) throw new AppError('not_found')
    })
    return c.body(null, 204)
  })
  return routes
}

/** @throws AppError `not_found` for somebody who is in no workspace. */
function ownerOf(c: Context<Asked>) {
  const { workspaceId, userId } = c.get('principal')
  if (isNowhere({ workspaceId })) throw new AppError('not_found', 'you are in no workspace')
  return { workspaceId, userId }
}
