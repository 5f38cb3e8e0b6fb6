import { pageLanguages } from '@repo/contracts/status-pages'
import { type Context, Hono } from 'hono'
import { accepts } from 'hono/accepts'
import { admit } from './admission.ts'
import type { Answers, Scene } from './answers.ts'
import { type Asked, createReader } from './asked.ts'
import { documentHeaders, documentOf, makeDocument } from './document.ts'
import type { EventHub } from './event-hub.ts'
import { type FoundPage, findPage, placeOf } from './found-page.ts'
import { assetAnswer } from './page-assets.ts'
import { isSentLink } from './page-links.ts'
import type { PageStore } from './page-store.ts'
import { renderNotFound, renderNowhere } from './render/not-found.tsx'
import { accessRoutes } from './routes/access.ts'
import { badgeRoutes } from './routes/badges.ts'
import { componentRoutes } from './routes/component.ts'
import { closed, doorRoutes } from './routes/door.ts'
import { embeddingRoutes } from './routes/embedding.ts'
import { eventRoutes } from './routes/events.ts'
import { feedRoutes } from './routes/feeds.ts'
import { historyRoutes } from './routes/history.ts'
import { incidentRoutes } from './routes/incident.ts'
import { linkRoutes } from './routes/links.tsx'
import { logoRoutes } from './routes/logo.ts'
import { previewRoutes } from './routes/preview.ts'
import { statuspageRoutes } from './routes/statuspage-api.ts'
import { subscribeRoutes } from './routes/subscribe.tsx'
import type { StatusDeps } from './services.ts'

/** What the routes of a page know of who asks, and for which page. */
export interface PageAsked {
  Bindings: { readonly asked: Asked }
  Variables: { found: FoundPage; isLocked: boolean }
}

export interface PageRouteDeps extends StatusDeps {
  readonly answers: Answers
  readonly hub: EventHub
}

/** The routes below a page's own address, each in a file of `routes/`. */
type PageRoutes = (deps: PageRouteDeps) => Hono<PageAsked>

/** What stands before a page, for whoever was not let in yet. */
const outside: readonly PageRoutes[] = [doorRoutes, accessRoutes, linkRoutes]
const inside: readonly PageRoutes[] = [
  historyRoutes,
  incidentRoutes,
  logoRoutes,
  componentRoutes,
  statuspageRoutes,
  feedRoutes,
  badgeRoutes,
  eventRoutes,
  embeddingRoutes,
  subscribeRoutes,
]

/** `addressOf` says where a request comes from; it is asked only where that matters. */
type Answer = (request: Request, addressOf: () => string | undefined) => Response | Promise<Response>

/** Answers all that is asked of the status pages. Whoever may not know of a page is told what somebody is told who asks for none. */
export function createStatusApp(deps: PageRouteDeps): Answer {
  const { store, clock } = deps
  const read = createReader(deps)
  const app = new Hono<PageAsked>({ strict: false })
  const ofPage = pageRoutes(deps)
  app.get('/status/assets/*', (c) => assetAnswer(c.req.raw, c.req.path) ?? c.notFound())
  app.route('/', previewRoutes(deps))
  app.route('/status/:slug', ofPage)
  app.route('/', ofPage)
  app.notFound((c) => {
    const { asked } = c.env
    const found = findPage(store, asked.url)
    const isOpen = found && admit(found, c.req.raw, { asked, nowMs: clock.nowMs() }) === 'open'
    if (!isOpen) return nowhere(c)
    return missing(deps.answers.give({ request: unconditional(c.req.raw), found, key: '/404' }, makeNotFound))
  })
  return (request, addressOf) => {
    const found = request.method === 'GET' ? publicPage(store, request.url) : undefined
    return found
      ? deps.answers.give({ request, found, key: '/' }, makeDocument)
      : app.fetch(request, { asked: read(request, addressOf()) })
  }
}

/** What nearly everybody asks for: without a router in between, and without a look at who asks. */
function publicPage(store: PageStore, href: string): FoundPage | undefined {
  const place = placeOf(href)
  const found = findPage(store, place)
  const isPublic = found?.kept.snapshot.access.kind === 'public'
  // The document of a page is the same whatever name it was asked for by.
  return isPublic && place.pathname === (found.base || '/') ? { ...found, origin: '' } : undefined
}

function pageRoutes(deps: PageRouteDeps): Hono<PageAsked> {
  const routes = new Hono<PageAsked>({ strict: false })
  routes.use(async (c, next) => {
    const found = findPage(deps.store, c.env.asked.url)
    const admission = found && admit(found, c.req.raw, { asked: c.env.asked, nowMs: deps.clock.nowMs() })
    const isKnown = found && (admission !== 'absent' || isSentLink(found, c.env.asked.url, deps.clock.nowMs()))
    if (!isKnown) return c.notFound()
    c.set('found', found)
    c.set('isLocked', admission !== 'open')
    return next()
  })
  for (const part of outside) routes.route('/', part(deps))
  routes.use(async (c, next) => (c.get('isLocked') ? closed(c, { status: 401 }) : next()))
  routes.get('/', (c) => deps.answers.give({ request: c.req.raw, found: c.get('found'), key: '/' }, makeDocument))
  for (const part of inside) routes.route('/', part(deps))
  return routes
}

const makeNotFound = (scene: Scene) => documentOf(scene, renderNotFound)

/** Whoever asks whether it has changed is told the whole of it: that there is nothing is not said by "unchanged". */
function unconditional({ url, method, headers }: Request): Request {
  return new Request(url, { method, headers: { 'accept-encoding': headers.get('accept-encoding') ?? '' } })
}

function missing({ body, headers }: Response): Response {
  return new Response(body, { status: 404, headers })
}

const nowherePages = new Map<string, string>(pageLanguages.map((language) => [language, renderNowhere(language)]))

/** Of no page, so in none of its languages: in the one of ours that whoever asks likes best. */
function nowhere(c: Context): Response {
  const supports = [...pageLanguages]
  const language = accepts(c, { header: 'Accept-Language', supports, default: 'en', match: bestLanguage })
  const headers = {
    ...documentHeaders,
    ...{ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', vary: 'accept-language' },
  }
  return new Response(nowherePages.get(language) ?? null, { status: 404, headers })
}

interface Liked {
  readonly type: string
  readonly q: number
}

/** `de-CH` is answered by `de` (RFC 4647, 3.4). */
function bestLanguage(asked: readonly Liked[], { supports, default: usual }: { supports: string[]; default: string }) {
  const liked = asked.filter(({ q }) => q > 0).toSorted((one, other) => other.q - one.q)
  return liked.map(({ type }) => type.split('-')[0]?.toLowerCase() ?? '').find((one) => supports.includes(one)) ?? usual
}
