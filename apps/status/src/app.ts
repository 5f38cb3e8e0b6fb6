import { Hono } from 'hono'
import { type Answers, createAnswers } from './answers.ts'
import { type Asked, createReader } from './asked.ts'
import { makeDocument } from './document.ts'
import type { EventHub } from './event-hub.ts'
import { type FoundPage, findPage } from './found-page.ts'
import { badgeRoutes } from './routes/badges.ts'
import { embeddingRoutes } from './routes/embedding.ts'
import { eventRoutes } from './routes/events.ts'
import { feedRoutes } from './routes/feeds.ts'
import { statuspageRoutes } from './routes/statuspage-api.ts'
import type { StatusDeps } from './services.ts'
import { english } from './words.ts'

/** What the routes of a page know of who asks, and for which page. */
export interface PageAsked {
  Bindings: { readonly asked: Asked }
  Variables: { found: FoundPage }
}

export interface PageRouteDeps extends StatusDeps {
  readonly answers: Answers
  readonly hub: EventHub
}

/** The routes below a page's own address, each in a file of `routes/`. */
type PageRoutes = (deps: PageRouteDeps) => Hono<PageAsked>

const parts: readonly PageRoutes[] = [statuspageRoutes, feedRoutes, badgeRoutes, eventRoutes, embeddingRoutes]

type Answer = (request: Request, address?: string) => Response | Promise<Response>

/** Answers all that is asked of the status pages. Whoever may not see a page is told what somebody is told who asks for none. */
export function createStatusApp(deps: StatusDeps & { readonly hub: EventHub }): Answer {
  const answers = createAnswers(deps)
  const read = createReader(deps)
  const app = new Hono<PageAsked>({ strict: false })
  const ofPage = new Hono<PageAsked>({ strict: false })
  ofPage.use(async (c, next) => {
    const found = findPage(deps.store, c.env.asked.url)
    if (!found || !isVisible(found)) return c.notFound()
    c.set('found', found)
    return next()
  })
  ofPage.get('/', (c) => answers.give({ request: c.req.raw, found: c.get('found'), key: '/' }, makeDocument))
  for (const part of parts) ofPage.route('/', part({ ...deps, answers }))
  app.route('/status/:slug', ofPage)
  app.route('/', ofPage)
  app.notFound((c) => c.text(`${english.notFound}\n`, 404))
  return (request, address) => {
    const asked = read(request, address)
    const found = findPage(deps.store, asked.url)
    // What nearly everybody asks for: without a router in between.
    if (request.method === 'GET' && found && isVisible(found) && asked.url.pathname === (found.base || '/'))
      return answers.give({ request, found, key: '/' }, makeDocument)
    return app.fetch(request, { asked })
  }
}

/** Those that are not for everybody are refused until they can be shown to those for whom they are. */
function isVisible({ kept }: FoundPage): boolean {
  return kept.snapshot.access.kind === 'public'
}
