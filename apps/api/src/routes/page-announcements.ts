import { createRoute, z } from '@hono/zod-openapi'
import {
  announcementFieldsSchema,
  announcementPageSchema,
  announcementSchema,
  noticeLimits,
} from '@repo/contracts/page-notices'
import type { Sql } from '@repo/db/database'
import {
  changeAnnouncement,
  countAnnouncements,
  createAnnouncement,
  deleteAnnouncement,
  findAnnouncement,
  listAnnouncements,
  type OwnedAnnouncement,
  type StoredAnnouncement,
} from '@repo/db/queries/page-announcements'
import { parseAnnouncementId } from '@repo/domain/ids'
import { record } from '../access/audit.ts'
import { createGuard } from '../access/guard.ts'
import { idempotent } from '../access/idempotency.ts'
import { inTenant } from '../access/tenant.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import type { ApiDeps } from '../deps.ts'
import { idParams } from '../monitor-reading.ts'
import { idOr404 } from '../named-monitors.ts'
import { refused, toAnnouncementJson } from '../page-notices.ts'
import { AppError } from '../problems.ts'
import { getStatusPage, ownedPage } from '../status-pages.ts'
import {
  idempotencyKey,
  jsonAnswer,
  jsonRequest,
  keyedProblems,
  openApiRouter,
  pageQuery,
  problems,
} from './openapi.ts'

const params = idParams.extend({ announcementId: z.string() })
const one = jsonAnswer(announcementSchema, 'The announcement')
const list = createRoute({
  method: 'get',
  path: '/status-pages/{id}/announcements',
  summary: 'What a status page says to everybody, in the order in which it was written',
  request: { params: idParams, query: z.object(pageQuery) },
  responses: { 200: jsonAnswer(announcementPageSchema, 'A page of announcements'), ...problems },
})
const create = createRoute({
  method: 'post',
  path: '/status-pages/{id}/announcements',
  summary: 'Say something to everybody, from when to when',
  request: { params: idParams, headers: idempotencyKey, ...jsonRequest(announcementFieldsSchema) },
  responses: { 201: one, ...problems, ...keyedProblems },
})
const change = createRoute({
  method: 'put',
  path: '/status-pages/{id}/announcements/{announcementId}',
  summary: 'Say it otherwise',
  request: { params, ...jsonRequest(announcementFieldsSchema) },
  responses: { 200: one, ...problems },
})
const remove = createRoute({
  method: 'delete',
  path: '/status-pages/{id}/announcements/{announcementId}',
  summary: 'Say it no more',
  request: { params },
  responses: { 204: { description: 'Deleted' }, 404: problems[404] },
})

const write = { role: 'member', resource: 'pages', access: 'write' } as const
const look = { role: 'viewer', resource: 'pages', access: 'read' } as const
const cursorSchema = z.object({ id: z.uuid() })

export function pageAnnouncementRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  const nowMs = () => deps.clock.nowMs()

  routes.openapi(guard(list, look), async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const after = decodeCursor(cursor, cursorSchema)
    const page = ownedPage(c, c.req.valid('param').id)
    const { items, next } = await inTenant(deps, c, async (sql) => {
      await getStatusPage(sql, page)
      return listAnnouncements(sql, { ...page, pageId: page.id }, { limit, cursor: after })
    })
    return c.json({ items: items.map(toAnnouncementJson), nextCursor: encodeCursor(next) }, 200)
  })

  routes.openapi(guard(create, write, idempotent(deps)), async (c) => {
    const fields = spanOf(c.req.valid('json'), nowMs())
    refuseBackwards(fields)
    const page = ownedPage(c, c.req.valid('param').id)
    const owned = { ...page, pageId: page.id, id: parseAnnouncementId(Bun.randomUUIDv7()) }
    const announcement = await inTenant(deps, c, async (sql) => {
      await getStatusPage(sql, page)
      if ((await countAnnouncements(sql, page.id)) >= noticeLimits.announcements)
        throw new AppError('limit_reached', `at most ${noticeLimits.announcements} announcements of a page`)
      await createAnnouncement(sql, owned, fields)
      const after = await getAnnouncement(sql, owned)
      await record(sql, c, { action: 'page_announcement.created', subjectId: owned.id, after: audited(owned, after) })
      return after
    })
    return c.json(toAnnouncementJson(announcement), 201)
  })

  routes.openapi(guard(change, write), async (c) => {
    const { id, announcementId } = c.req.valid('param')
    const fields = spanOf(c.req.valid('json'), nowMs())
    const page = ownedPage(c, id)
    const owned = { ...page, pageId: page.id, id: idOr404(parseAnnouncementId, announcementId) }
    const announcement = await inTenant(deps, c, async (sql) => {
      const before = await getAnnouncement(sql, owned)
      const fromMs = c.req.valid('json').from === undefined ? before.fromMs : fields.fromMs
      refuseBackwards({ ...fields, fromMs })
      await changeAnnouncement(sql, owned, { ...fields, fromMs })
      const after = await getAnnouncement(sql, owned)
      const deed = { action: 'page_announcement.changed', subjectId: owned.id }
      await record(sql, c, { ...deed, before: audited(owned, before), after: audited(owned, after) })
      return after
    })
    return c.json(toAnnouncementJson(announcement), 200)
  })

  routes.openapi(guard(remove, write), async (c) => {
    const { id, announcementId } = c.req.valid('param')
    const page = ownedPage(c, id)
    const owned = { ...page, pageId: page.id, id: idOr404(parseAnnouncementId, announcementId) }
    await inTenant(deps, c, async (sql) => {
      const before = await getAnnouncement(sql, owned)
      await deleteAnnouncement(sql, owned)
      await record(sql, c, { action: 'page_announcement.deleted', subjectId: owned.id, before: audited(owned, before) })
    })
    return c.body(null, 204)
  })
  return routes
}

type Fields = z.output<typeof announcementFieldsSchema>

function spanOf({ title, body, from, until }: Fields, nowMs: number) {
  const fromMs = from === undefined ? nowMs : Date.parse(from)
  return { title, body, nowMs, fromMs, untilMs: until === null ? null : Date.parse(until) }
}

/** @throws AppError `invalid_body` where it ends before it begins. */
function refuseBackwards({ fromMs, untilMs }: { fromMs: number; untilMs: number | null }): void {
  if (untilMs !== null && untilMs <= fromMs) throw refused('until', 'it ends before it begins')
}

/** @throws AppError `not_found`. */
async function getAnnouncement(sql: Sql, owned: OwnedAnnouncement): Promise<StoredAnnouncement> {
  const announcement = await findAnnouncement(sql, owned)
  if (!announcement) throw new AppError('not_found')
  return announcement
}

function audited({ pageId }: OwnedAnnouncement, announcement: StoredAnnouncement): Record<string, unknown> {
  const { title, from, until } = toAnnouncementJson(announcement)
  return { pageId, title, from, until }
}
