import { createRoute, z } from '@hono/zod-openapi'
import {
  addSubscriberSchema,
  subscriberPageSchema,
  subscriberSchema,
  subscriberStates,
} from '@repo/contracts/page-subscribers'
import { leavesAndParents, pageContentSchema } from '@repo/contracts/status-pages'
import type { Sql } from '@repo/db/database'
import {
  askSubscriber,
  countSubscribers,
  deleteSubscriber,
  findSubscriber,
  listSubscribers,
  type StoredSubscriber,
  type WantedSubscribers,
} from '@repo/db/queries/page-subscribers'
import type { StoredStatusPage } from '@repo/db/queries/status-pages'
import { parseStatusPageId, parseSubscriberId } from '@repo/domain/ids'
import { subscriberAddressKey } from '@repo/secrets/subscriber-address'
import type { Context } from 'hono'
import { record } from '../access/audit.ts'
import { type Asked, createGuard } from '../access/guard.ts'
import { inTenant } from '../access/tenant.ts'
import { csvHeaders } from '../csv.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import type { ApiDeps } from '../deps.ts'
import { idParams } from '../monitor-reading.ts'
import { idOr404 } from '../named-monitors.ts'
import { subscriberCsv, toSubscriberJson } from '../page-subscribers.ts'
import { AppError } from '../problems.ts'
import { getStatusPage, type OwnedPage } from '../status-pages.ts'
import { jsonAnswer, jsonRequest, openApiRouter, pageQuery, problem, problems } from './openapi.ts'

const list = createRoute({
  method: 'get',
  path: '/status-pages/{id}/subscribers',
  summary: 'Who is told of what is said on a status page, in the order in which they asked',
  request: { params: idParams, query: z.object({ ...pageQuery, state: z.enum(subscriberStates).optional() }) },
  responses: { 200: jsonAnswer(subscriberPageSchema, 'A page of subscribers, and how many there are'), ...problems },
})
const add = createRoute({
  method: 'post',
  path: '/status-pages/{id}/subscribers',
  summary: 'Ask an address whether it wants to be told; nobody is subscribed who has not confirmed',
  request: { params: idParams, ...jsonRequest(addSubscriberSchema) },
  responses: {
    200: jsonAnswer(subscriberSchema, 'The subscriber, as they are now'),
    ...problems,
    409: problem('The public does not see this page'),
    501: problem('Mail is not set up here'),
  },
})
const exported = createRoute({
  method: 'get',
  path: '/status-pages/{id}/subscribers/export',
  summary: 'The subscribers of a status page as CSV',
  request: { params: idParams },
  responses: {
    200: { description: 'A line for each', content: { 'text/csv': { schema: z.string() } } },
    404: problems[404],
  },
})
const remove = createRoute({
  method: 'delete',
  path: '/status-pages/{id}/subscribers/{subscriberId}',
  summary: 'Forget a subscriber, with all that is to be sent to them',
  request: { params: z.object({ id: z.string(), subscriberId: z.string() }) },
  responses: { 204: { description: 'Forgotten' }, 404: problems[404] },
})

const write = { role: 'member', resource: 'pages', access: 'write' } as const
/** Addresses of people are for those alone who do something about them. */
const look = { role: 'member', resource: 'pages', access: 'read' } as const
const cursorSchema = z.object({ id: z.uuid() })

function ownedPage(c: Context<Asked>, id: string): OwnedPage {
  return { workspaceId: c.get('principal').workspaceId, id: idOr404(parseStatusPageId, id) }
}

export function pageSubscriberRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  const jsonOf = (owned: OwnedPage) => (stored: StoredSubscriber) => toSubscriberJson(deps, owned.id, stored)

  routes.openapi(guard(list, look), async (c) => {
    const { limit, cursor, state } = c.req.valid('query')
    const owned = ownedPage(c, c.req.valid('param').id)
    const after = decodeCursor(cursor, cursorSchema)
    const json = await inTenant(deps, c, async (sql) => {
      await getStatusPage(sql, owned)
      const { items, next } = await listSubscribers(sql, owned.id, { limit, state, cursor: after })
      const counts = await countSubscribers(sql, owned.id)
      return { items: items.map(jsonOf(owned)), nextCursor: encodeCursor(next), counts }
    })
    return c.json(json, 200)
  })

  routes.openapi(guard(add, write), async (c) => {
    const { email, components } = c.req.valid('json')
    const owned = ownedPage(c, c.req.valid('param').id)
    const json = await inTenant(deps, c, async (sql) => {
      const page = await getStatusPage(sql, owned)
      if (!deps.mailer) throw new AppError('not_configured', 'mail is not set up here')
      refuseStrangers(page, components)
      const stored = await ask(sql, owned, { email, components })
      // The address is the subscriber's: the log of who did what names none.
      await record(sql, c, { action: 'status_page.subscriber_asked', subjectId: owned.id, after: { id: stored.id } })
      return jsonOf(owned)(stored)
    })
    return c.json(json, 200)
  })

  routes.openapi(guard(exported, look), async (c) => {
    const owned = ownedPage(c, c.req.valid('param').id)
    await inTenant(deps, c, (sql) => getStatusPage(sql, owned))
    const readPage = (wanted: WantedSubscribers) => inTenant(deps, c, (sql) => listSubscribers(sql, owned.id, wanted))
    return c.body(subscriberCsv(readPage, jsonOf(owned)), 200, csvHeaders('subscribers.csv')) as never
  })

  routes.openapi(guard(remove, write), async (c) => {
    const { id, subscriberId } = c.req.valid('param')
    const owned = ownedPage(c, id)
    const subscriber = { pageId: owned.id, id: idOr404(parseSubscriberId, subscriberId) }
    await inTenant(deps, c, async (sql) => {
      await getStatusPage(sql, owned)
      if (!(await deleteSubscriber(sql, subscriber))) throw new AppError('not_found')
      await record(sql, c, {
        ...{ action: 'status_page.subscriber_deleted', subjectId: owned.id },
        before: { id: subscriber.id },
      })
    })
    return c.body(null, 204)
  })
  return routes

  async function ask(
    sql: Sql,
    { id: pageId }: OwnedPage,
    { email, components }: z.output<typeof addSubscriberSchema>,
  ): Promise<StoredSubscriber> {
    const addressKey = subscriberAddressKey('email', email)
    const id = parseSubscriberId(Bun.randomUUIDv7())
    const asked = { id, pageId, kind: 'email', addressKey, email, settings: null, components } as const
    await askSubscriber(sql, asked, deps.clock.nowMs())
    const stored = await findSubscriber(sql, { pageId, addressKey })
    if (!stored) throw new Error('a subscriber who was asked is not there')
    return stored
  }
}

/** @throws AppError `not_published`, and `invalid_body` for a component that the page does not have. */
function refuseStrangers({ published }: StoredStatusPage, components: readonly string[] | null): void {
  if (published === null) throw new AppError('not_published', 'publish the page first')
  const known = new Set(leavesAndParents(pageContentSchema.parse(published).sections).map(({ id }) => id))
  for (const [place, id] of (components ?? []).entries()) {
    if (known.has(id)) continue
    const error = { field: `components.${place}`, message: 'there is no such component' }
    throw new AppError('invalid_body', `${error.field}: ${error.message}`, { errors: [error] })
  }
}
