import { findPageSecret } from '@repo/db/queries/status-pages'
import { parseStatusPageId } from '@repo/domain/ids'
import { openPreview, pageIdIn } from '@repo/public-page/signed-preview'
import { Hono } from 'hono'
import type { PageAsked } from '../app.ts'
import { headersOf } from '../document.ts'
import { renderPage } from '../render/page.tsx'
import type { StatusDeps } from '../services.ts'
import { wordsOf } from '../words.ts'

/** Beside what its maker writes, in the dashboard of the same origin: it runs nothing and asks for nothing but its font. */
const framed = [
  ["script-src 'self'", "script-src 'none'"],
  ["connect-src 'self'", "connect-src 'none'"],
  ["form-action 'self'", "form-action 'none'"],
  ["frame-ancestors 'none'", "frame-ancestors 'self'"],
] as const

/** A page as it would be if it were published: of what the API has signed, and of nothing else. */
export function previewRoutes({ sql, clock, store }: StatusDeps) {
  const routes = new Hono<PageAsked>()
  routes.post('/status/preview', async (c) => {
    const { document, signature } = await c.req.parseBody().catch(() => ({}) as Record<string, unknown>)
    if (typeof document !== 'string' || typeof signature !== 'string') return c.notFound()
    const pageId = pageIdIn(document)
    const secret = pageId && (await findPageSecret(sql, parseStatusPageId(pageId)))
    const opened = secret && openPreview(secret, { document, signature }, clock.nowMs())
    if (!opened) return c.notFound()
    // Its logo is served once the page is: until then its title stands there.
    const isServed = store.byId(pageId)?.snapshot.page.logo === opened.logo
    const page = isServed ? opened : { ...opened, logo: null }
    const view = { page, words: wordsOf(page.language), version: '', updatedAtMs: clock.nowMs(), isStale: false }
    const headers: Record<string, string> = { ...headersOf(page.theme), 'cache-control': 'no-store' }
    for (const [from, to] of framed)
      headers['content-security-policy'] = headers['content-security-policy']?.replace(from, to) ?? ''
    return c.body(
      renderPage({ ...view, base: `/status/${page.slug}`, ways: { mail: false, hooks: false }, isPreview: true }),
      200,
      headers,
    )
  })
  return routes
}
