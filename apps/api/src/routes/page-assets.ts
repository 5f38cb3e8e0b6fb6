import { createRoute, z } from '@hono/zod-openapi'
import { logoTypes, setPagePasswordSchema } from '@repo/contracts/page-assets'
import { pageContentSchema, statusPageSchema } from '@repo/contracts/status-pages'
import type { Sql } from '@repo/db/database'
import { readPageLogo, setPageLogo, setPagePassword } from '@repo/db/queries/page-assets'
import type { Context, HonoRequest } from 'hono'
import { record } from '../access/audit.ts'
import { type Asked, createGuard } from '../access/guard.ts'
import { inTenant } from '../access/tenant.ts'
import { entityTag, expectedVersion } from '../access/versions.ts'
import type { ApiDeps } from '../deps.ts'
import { redrawLogo } from '../logo.ts'
import { idParams } from '../monitor-reading.ts'
import { refuseMissed } from '../named-monitors.ts'
import { refused } from '../page-notices.ts'
import { AppError } from '../problems.ts'
import { getStatusPage, type OwnedPage, ownedPage, toStatusPageJson } from '../status-pages.ts'
import { ifMatch, jsonAnswer, jsonRequest, openApiRouter, problem, problems } from './openapi.ts'

const asked = { params: idParams, headers: ifMatch }
const answers = {
  200: jsonAnswer(statusPageSchema, 'The page'),
  404: problems[404],
  412: problem('It has another version than If-Match says'),
}
const image = { schema: z.any().openapi({ type: 'string', format: 'binary' }) }
const logoForm = {
  schema: {
    type: 'object' as const,
    properties: { logo: { type: 'string' as const, format: 'binary' } },
    required: ['logo'],
  },
}
const setPassword = createRoute({
  method: 'put',
  path: '/status-pages/{id}/password',
  summary: 'Set the password of a status page, which is shown to nobody',
  request: { ...asked, ...jsonRequest(setPagePasswordSchema) },
  responses: { ...answers, 400: problems[400] },
})
const removePassword = createRoute({
  method: 'delete',
  path: '/status-pages/{id}/password',
  summary: 'Take the password of a status page away, which must not ask for one',
  request: asked,
  responses: { ...answers, 409: problem('The page, as it is published, asks for it') },
})
const readLogo = createRoute({
  method: 'get',
  path: '/status-pages/{id}/logo',
  summary: 'The logo of a status page, as it is shown',
  request: { params: idParams },
  responses: {
    200: { description: 'A PNG image', content: { 'image/png': image } },
    404: problems[404],
  },
})
const setLogo = createRoute({
  method: 'put',
  path: '/status-pages/{id}/logo',
  summary: 'Set the logo of a status page: an image of at most 1 MB and 4,096 pixels a side, which is drawn anew',
  request: {
    ...asked,
    body: {
      required: true,
      content: { ...Object.fromEntries(logoTypes.map((type) => [type, image])), 'multipart/form-data': logoForm },
    },
  },
  responses: { ...answers, 400: problems[400], 413: problem('It has more than 1 MB'), 415: problem('It is no image') },
})
const removeLogo = createRoute({
  method: 'delete',
  path: '/status-pages/{id}/logo',
  summary: 'Take the logo of a status page away',
  request: asked,
  responses: answers,
})

const write = { role: 'member', resource: 'pages', access: 'write' } as const
const look = { role: 'viewer', resource: 'pages', access: 'read' } as const

type Deed = (sql: Sql, owned: OwnedPage, asked: { nowMs: number; expectedVersion: number | undefined }) => Promise<Set>
type Set = Parameters<typeof refuseMissed>[0]

export function pageAssetRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)

  /** What is set is not written down: that it was is. */
  async function doTo(c: Context<Asked>, { id, action }: { id: string; action: string }, deed: Deed) {
    const owned = ownedPage(c, id)
    const asked = { nowMs: deps.clock.nowMs(), expectedVersion: expectedVersion(c) }
    const page = await inTenant(deps, c, async (sql) => {
      refuseMissed(await deed(sql, owned, asked))
      await record(sql, c, { action, subjectId: owned.id })
      return getStatusPage(sql, owned)
    })
    return toStatusPageJson(page, deps)
  }

  routes.openapi(guard(setPassword, write), async (c) => {
    const { id } = c.req.valid('param')
    const passwordHash = await deps.passwords.hash(c.req.valid('json').password)
    const json = await doTo(c, { id, action: 'status_page.password_set' }, (sql, owned, asked) =>
      setPagePassword(sql, owned, { ...asked, passwordHash }),
    )
    return c.json(json, 200, { etag: entityTag(json.version) })
  })

  routes.openapi(guard(removePassword, write), async (c) => {
    const { id } = c.req.valid('param')
    const json = await doTo(c, { id, action: 'status_page.password_removed' }, async (sql, owned, asked) => {
      const { published } = await getStatusPage(sql, owned)
      if (published !== null && pageContentSchema.parse(published).access.kind === 'password')
        throw new AppError('password_needed', 'publish it with another access first')
      return setPagePassword(sql, owned, { ...asked, passwordHash: null })
    })
    return c.json(json, 200, { etag: entityTag(json.version) })
  })

  routes.openapi(guard(readLogo, look), async (c) => {
    const owned = ownedPage(c, c.req.valid('param').id)
    const logo = await inTenant(deps, c, async (sql) => {
      await getStatusPage(sql, owned)
      return readPageLogo(sql, owned.id)
    })
    if (!logo) throw new AppError('not_found', 'the page has no logo')
    return c.body(new Uint8Array(logo.bytes), 200, { 'content-type': logo.type })
  })

  routes.openapi(guard(setLogo, write), async (c) => {
    const { id } = c.req.valid('param')
    // Only of a page that there is an image is worth the work.
    await inTenant(deps, c, (sql) => getStatusPage(sql, ownedPage(c, id)))
    const logo = await redrawLogo(await sentImage(c.req))
    const json = await doTo(c, { id, action: 'status_page.logo_set' }, (sql, owned, asked) =>
      setPageLogo(sql, owned, { ...asked, logo }),
    )
    return c.json(json, 200, { etag: entityTag(json.version) })
  })

  routes.openapi(guard(removeLogo, write), async (c) => {
    const { id } = c.req.valid('param')
    const json = await doTo(c, { id, action: 'status_page.logo_removed' }, (sql, owned, asked) =>
      setPageLogo(sql, owned, { ...asked, logo: null }),
    )
    return c.json(json, 200, { etag: entityTag(json.version) })
  })
  return routes
}

/**
 * The bytes of an image, as they are or in the field `logo` of a form (RFC 7578).
 *
 * @throws AppError `unsupported_media_type`, or `invalid_body` for a form without it.
 */
async function sentImage(request: HonoRequest): Promise<Uint8Array> {
  const type = request.header('content-type') ?? ''
  if (!/^multipart\/form-data *;/i.test(type)) {
    if (!logoTypes.some((one) => one === type))
      throw new AppError('unsupported_media_type', `send it as ${logoTypes.join(', ')}`)
    return new Uint8Array(await request.arrayBuffer())
  }
  const form = await request.formData().catch(() => undefined)
  const file = form?.get('logo')
  if (!(file instanceof File)) throw refused('logo', 'is no file of the form')
  // What it says that it is does not matter here: its bytes are looked at.
  return new Uint8Array(await file.arrayBuffer())
}
