import { Hono } from 'hono'
import type { PageAsked, PageRouteDeps } from '../app.ts'

/** The image of a page, as it is kept beside its snapshot: its address changes with what is in it, so that it may be kept for ever. */
export function logoRoutes({ logoOf }: PageRouteDeps) {
  const routes = new Hono<PageAsked>()
  routes.get('/logo.png', (c) => {
    const { snapshot } = c.get('found').kept
    const { logo } = snapshot.page
    const bytes = logo === null ? undefined : logoOf(snapshot.id)
    if (!bytes) return c.notFound()
    const isPublic = snapshot.access.kind === 'public'
    const isNamed = c.req.query('v') === logo
    return c.body(bytes, 200, {
      'content-type': 'image/png',
      'cache-control': `${isPublic ? 'public' : 'private'}, max-age=${isNamed ? 31_536_000 : 300}${isNamed ? ', immutable' : ''}`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    })
  })
  return routes
}
