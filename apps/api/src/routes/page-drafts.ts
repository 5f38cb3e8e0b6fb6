import { createRoute } from '@hono/zod-openapi'
import { pageChanges, pageChangesSchema } from '@repo/contracts/page-changes'
import { publicPageSchema } from '@repo/contracts/public-page'
import {
  type PageContent,
  pageContentSchema,
  pagePreviewSchema,
  signedPreviewSchema,
} from '@repo/contracts/status-pages'
import type { Sql } from '@repo/db/database'
import { findPageSecret, type StoredStatusPage } from '@repo/db/queries/status-pages'
import { buildPage } from '@repo/public-page/build-page'
import { readMaintenances, readToldWindows } from '@repo/public-page/maintenance-facts'
import { type Drawn, readSayings, readStanding } from '@repo/public-page/page-facts'
import { readHistories } from '@repo/public-page/page-history'
import { signPreview } from '@repo/public-page/signed-preview'
import { createGuard } from '../access/guard.ts'
import { inTenant } from '../access/tenant.ts'
import type { ApiDeps } from '../deps.ts'
import { idParams } from '../monitor-reading.ts'
import { AppError } from '../problems.ts'
import { getStatusPage, type OwnedPage, ownedPage } from '../status-pages.ts'
import { jsonAnswer, jsonRequest, openApiRouter, problems } from './openapi.ts'

const preview = createRoute({
  method: 'post',
  path: '/status-pages/{id}/preview',
  summary: 'What outsiders would see now if this were published; nothing is saved',
  request: { params: idParams, ...jsonRequest(pagePreviewSchema) },
  responses: { 200: jsonAnswer(publicPageSchema, 'The page as outsiders would get it'), ...problems },
})
const signed = createRoute({
  method: 'post',
  path: '/status-pages/{id}/preview/signed',
  summary: 'The same, signed for the program of the status pages, which draws it',
  request: { params: idParams, ...jsonRequest(pagePreviewSchema) },
  responses: { 200: jsonAnswer(signedPreviewSchema, 'What is sent to /status/preview as a form'), ...problems },
})
const changes = createRoute({
  method: 'get',
  path: '/status-pages/{id}/changes',
  summary: 'What publishing the draft would change for outsiders',
  request: { params: idParams },
  responses: { 200: jsonAnswer(pageChangesSchema, 'The changes, part by part'), 404: problems[404] },
})

const look = { role: 'viewer', resource: 'pages', access: 'read' } as const

export function pageDraftRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)

  const previewOf = (sql: Sql, owned: OwnedPage, content: PageContent) =>
    getStatusPage(sql, owned).then((stored) => build(deps, sql, { stored, drawn: { ...owned, content } }))

  routes.openapi(guard(preview, look), async (c) => {
    const { content } = c.req.valid('json')
    const owned = ownedPage(c, c.req.valid('param').id)
    return c.json(await inTenant(deps, c, (sql) => previewOf(sql, owned, content)), 200)
  })

  routes.openapi(guard(signed, look), async (c) => {
    const { content } = c.req.valid('json')
    const owned = ownedPage(c, c.req.valid('param').id)
    const json = await inTenant(deps, c, async (sql) => {
      const page = await previewOf(sql, owned, content)
      const secret = await findPageSecret(sql, owned.id)
      if (secret === undefined) throw new AppError('not_found')
      return signPreview(secret, { pageId: owned.id, page, nowMs: deps.clock.nowMs() })
    })
    return c.json(json, 200)
  })

  routes.openapi(guard(changes, look), async (c) => {
    const owned = ownedPage(c, c.req.valid('param').id)
    const { slug, draft, publishedSlug, published } = await inTenant(deps, c, (sql) => getStatusPage(sql, owned))
    const before = publishedSlug === null ? null : { slug: publishedSlug, content: pageContentSchema.parse(published) }
    return c.json({ items: pageChanges(before, { slug, content: pageContentSchema.parse(draft) }) }, 200)
  })
  return routes
}

interface Previewed {
  readonly stored: StoredStatusPage
  readonly drawn: Drawn
}

/** By the same facts and the same hand as the page that outsiders get. */
async function build({ clock, log }: Pick<ApiDeps, 'clock' | 'log'>, sql: Sql, { stored, drawn }: Previewed) {
  const nowMs = clock.nowMs()
  const standing = await readStanding(sql, [drawn])
  const sayings = (await readSayings(sql, [drawn.id], nowMs)).get(drawn.id)
  const told = await readToldWindows(sql, [drawn.workspaceId])
  const onSpoilt = (windowId: string, err: unknown) =>
    log.error({ err, windowId }, 'a maintenance window cannot be read')
  const maintenances = await readMaintenances(sql, told, { nowMs, onSpoilt })
  const past = { ...drawn, states: sayings?.states ?? [] }
  const history = (await readHistories(sql, [past], { standing, nowMs })).get(drawn.id)
  if (!sayings || !history) throw new AppError('internal')
  const { slug, logo, domain } = stored
  const input = { slug, logo, domain: domain?.verifiedAtMs ? domain.name : null, content: drawn.content }
  return buildPage(input, { standing, sayings, maintenances, history }, nowMs)
}
