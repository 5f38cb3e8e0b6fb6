import { createRoute, z } from '@hono/zod-openapi'
import {
  changeStatusPageSchema,
  createStatusPageSchema,
  type PageContent,
  slugOf,
  statusPageLimits,
  statusPagePageSchema,
  statusPageSchema,
} from '@repo/contracts/status-pages'
import type { Sql } from '@repo/db/database'
import {
  changeStatusPage,
  countStatusPages,
  createStatusPage,
  deleteStatusPage,
  listStatusPages,
  withdrawStatusPage,
} from '@repo/db/queries/status-pages'
import { parseStatusPageId } from '@repo/domain/ids'
import { actorOf, record } from '../access/audit.ts'
import { createGuard } from '../access/guard.ts'
import { idempotent } from '../access/idempotency.ts'
import { inTenant } from '../access/tenant.ts'
import { entityTag, expectedVersion } from '../access/versions.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import type { ApiDeps } from '../deps.ts'
import { idParams } from '../monitor-reading.ts'
import { refuseMissed } from '../named-monitors.ts'
import { AppError } from '../problems.ts'
import {
  auditedPage,
  getStatusPage,
  type OwnedPage,
  ownedPage,
  publishPage,
  refuseForeignSources,
  toStatusPageJson,
} from '../status-pages.ts'
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
  path: '/status-pages',
  summary: 'The status pages of the workspace, in the order in which they were made',
  request: { query: z.object(pageQuery) },
  responses: { 200: jsonAnswer(statusPagePageSchema, 'A page of status pages'), 400: problems[400] },
})
const create = createRoute({
  method: 'post',
  path: '/status-pages',
  summary: 'Create a status page, which nobody outside sees before it is published',
  request: { headers: idempotencyKey, ...jsonRequest(createStatusPageSchema) },
  responses: { 201: jsonAnswer(statusPageSchema, 'The page'), 400: problems[400], ...keyedProblems },
})
const read = createRoute({
  method: 'get',
  path: '/status-pages/{id}',
  summary: 'Read a status page, as it is written and as it is published',
  request: { params: idParams },
  responses: { 200: jsonAnswer(statusPageSchema, 'The page'), 404: problems[404] },
})
const changedMeanwhile = { 412: problem('It has another version than If-Match says') }
const change = createRoute({
  method: 'patch',
  path: '/status-pages/{id}',
  summary: 'Change the draft of a status page',
  request: { params: idParams, headers: ifMatch, ...jsonRequest(changeStatusPageSchema) },
  responses: {
    200: jsonAnswer(statusPageSchema, 'The page after the change'),
    ...problems,
    409: problem('Another page has this slug'),
    ...changedMeanwhile,
  },
})
const publish = createRoute({
  method: 'post',
  path: '/status-pages/{id}/publish',
  summary: 'Show the draft to the public',
  request: { params: idParams, headers: ifMatch },
  responses: {
    200: jsonAnswer(statusPageSchema, 'The page'),
    404: problems[404],
    409: problem('It asks for a password and has none, or another page has this slug'),
    ...changedMeanwhile,
  },
})
const withdraw = createRoute({
  method: 'post',
  path: '/status-pages/{id}/withdraw',
  summary: 'Take a page away from the public; its draft stays',
  request: { params: idParams, headers: ifMatch },
  responses: { 200: jsonAnswer(statusPageSchema, 'The page'), 404: problems[404], ...changedMeanwhile },
})
const remove = createRoute({
  method: 'delete',
  path: '/status-pages/{id}',
  summary: 'Delete a status page with everything that was said on it',
  request: { params: idParams, headers: ifMatch },
  responses: { 204: { description: 'Deleted' }, 404: problems[404], ...changedMeanwhile },
})

const write = { role: 'member', resource: 'pages', access: 'write' } as const
const look = { role: 'viewer', resource: 'pages', access: 'read' } as const
const cursorSchema = z.object({ id: z.uuid() })

export function statusPageRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  const nowMs = () => deps.clock.nowMs()

  routes.openapi(guard(list, look), async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const after = decodeCursor(cursor, cursorSchema)
    const { workspaceId } = c.get('principal')
    const { items, next } = await inTenant(deps, c, (sql) =>
      listStatusPages(sql, workspaceId, { limit, cursor: after }),
    )
    return c.json({ items: items.map((page) => toStatusPageJson(page, deps)), nextCursor: encodeCursor(next) }, 200)
  })

  routes.openapi(guard(create, write, idempotent(deps)), async (c) => {
    const { slug, content } = c.req.valid('json')
    const owned = { workspaceId: c.get('principal').workspaceId, id: parseStatusPageId(Bun.randomUUIDv7()) }
    const json = await inTenant(deps, c, async (sql) => {
      if ((await countStatusPages(sql, owned.workspaceId)) >= statusPageLimits.pages)
        throw new AppError('limit_reached', `at most ${statusPageLimits.pages} status pages`)
      await refuseForeignSources(sql, owned.workspaceId, content)
      await createWithSlug(sql, { ...owned, slug, content }, nowMs())
      const created = await getStatusPage(sql, owned)
      await record(sql, c, { action: 'status_page.created', subjectId: owned.id, after: auditedPage(created) })
      return toStatusPageJson(created, deps)
    })
    return c.json(json, 201, { etag: entityTag(json.version), location: `/api/v1/status-pages/${owned.id}` })
  })

  routes.openapi(guard(read, look), async (c) => {
    const owned = ownedPage(c, c.req.valid('param').id)
    const json = toStatusPageJson(await inTenant(deps, c, (sql) => getStatusPage(sql, owned)), deps)
    return c.json(json, 200, { etag: entityTag(json.version) })
  })

  routes.openapi(guard(change, write), async (c) => {
    const { slug, content } = c.req.valid('json')
    const owned = ownedPage(c, c.req.valid('param').id)
    const version = expectedVersion(c)
    const json = await inTenant(deps, c, async (sql) => {
      const before = await getStatusPage(sql, owned)
      if (content) await refuseForeignSources(sql, owned.workspaceId, content)
      const result = await changeStatusPage(sql, owned, { slug, content, nowMs: nowMs(), expectedVersion: version })
      refuseMissed(refuseTaken(result))
      const after = await getStatusPage(sql, owned)
      const deed = { action: 'status_page.changed', subjectId: owned.id }
      await record(sql, c, { ...deed, before: auditedPage(before), after: auditedPage(after) })
      return toStatusPageJson(after, deps)
    })
    return c.json(json, 200, { etag: entityTag(json.version) })
  })

  routes.openapi(guard(publish, write), async (c) => {
    const owned = ownedPage(c, c.req.valid('param').id)
    const version = expectedVersion(c)
    const by = actorOf(c.get('principal')).actorName
    const json = await inTenant(deps, c, async (sql) => {
      refuseMissed(refuseTaken(await publishPage(sql, owned, { by, nowMs: nowMs(), expectedVersion: version })))
      const after = await getStatusPage(sql, owned)
      await record(sql, c, { action: 'status_page.published', subjectId: owned.id, after: auditedPage(after) })
      return toStatusPageJson(after, deps)
    })
    return c.json(json, 200, { etag: entityTag(json.version) })
  })

  routes.openapi(guard(withdraw, write), async (c) => {
    const owned = ownedPage(c, c.req.valid('param').id)
    const version = expectedVersion(c)
    const json = await inTenant(deps, c, async (sql) => {
      refuseMissed(await withdrawStatusPage(sql, owned, { nowMs: nowMs(), expectedVersion: version }))
      const after = await getStatusPage(sql, owned)
      await record(sql, c, { action: 'status_page.withdrawn', subjectId: owned.id, after: auditedPage(after) })
      return toStatusPageJson(after, deps)
    })
    return c.json(json, 200, { etag: entityTag(json.version) })
  })

  routes.openapi(guard(remove, write), async (c) => {
    const owned = ownedPage(c, c.req.valid('param').id)
    const version = expectedVersion(c)
    await inTenant(deps, c, async (sql) => {
      const before = await getStatusPage(sql, owned)
      refuseMissed(await deleteStatusPage(sql, owned, { expectedVersion: version }))
      await record(sql, c, { action: 'status_page.deleted', subjectId: owned.id, before: auditedPage(before) })
    })
    return c.body(null, 204)
  })
  return routes
}

interface AskedPage extends OwnedPage {
  readonly slug: string | undefined
  readonly content: PageContent
}

/** One that was not asked for may be another one than that of its title. @throws AppError `slug_taken` where it was asked for. */
async function createWithSlug(sql: Sql, { slug, ...page }: AskedPage, nowMs: number): Promise<void> {
  const wanted = slug ?? slugOf(page.content.title)
  const result = await createStatusPage(sql, { ...page, slug: wanted }, nowMs)
  if (result === 'created') return
  if (slug !== undefined) refuseTaken(result)
  const another = `${wanted.slice(0, 50)}-${crypto.randomUUID().slice(0, 8)}`
  refuseTaken(await createStatusPage(sql, { ...page, slug: another }, nowMs))
}

/** @throws AppError `slug_taken`. */
function refuseTaken<Result extends string>(result: Result | 'taken'): Exclude<Result, 'taken'> {
  if (result === 'taken') throw new AppError('slug_taken', 'choose another slug')
  return result as Exclude<Result, 'taken'>
}
