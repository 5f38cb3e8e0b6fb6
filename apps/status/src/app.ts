import { Hono } from 'hono'
import { type Answers, createAnswers, type Scene } from './answers.ts'
import { documentHeaders, documentOf, makeDocument } from './document.ts'
import { type FoundPage, findPage } from './found-page.ts'
import { assetAnswer } from './page-assets.ts'
import type { PageStore } from './page-store.ts'
import { renderNotFound, renderNowhere } from './render/not-found.tsx'
import { componentRoutes } from './routes/component.ts'
import { historyRoutes } from './routes/history.ts'
import { incidentRoutes } from './routes/incident.ts'
import type { StatusDeps } from './services.ts'
import { wordsOf } from './words.ts'

/** What the routes of a page know of who asks, and for which page. */
export interface PageAsked {
  Bindings: { readonly address?: string | undefined }
  Variables: { found: FoundPage }
}

export interface PageRouteDeps extends StatusDeps {
  readonly answers: Answers
}

/** The routes below a page's own address, each in a file of `routes/`. */
type PageRoutes = (deps: PageRouteDeps) => Hono<PageAsked>

const parts: readonly PageRoutes[] = [historyRoutes, incidentRoutes, componentRoutes]

/** Answers all that is asked of the status pages. Whoever may not see a page is told what somebody is told who asks for none. */
export function createStatusApp(
  deps: StatusDeps,
): (request: Request, address?: string) => Response | Promise<Response> {
  const answers = createAnswers(deps)
  const app = new Hono<PageAsked>({ strict: false })
  app.get('/status/assets/*', (c) => assetAnswer(c.req.raw, c.req.path) ?? c.notFound())
  const ofPage = new Hono<PageAsked>({ strict: false })
  ofPage.use(async (c, next) => {
    const found = visiblePage(deps.store, new URL(c.req.url))
    if (!found) return c.notFound()
    c.set('found', found)
    return next()
  })
  ofPage.get('/', (c) => answers.give({ request: c.req.raw, found: c.get('found'), key: '/' }, makeDocument))
  for (const part of parts) ofPage.route('/', part({ ...deps, answers }))
  app.route('/status/:slug', ofPage)
  app.route('/', ofPage)
  app.notFound((c) => {
    const found = visiblePage(deps.store, new URL(c.req.url))
    return found
      ? missing(answers.give({ request: unconditional(c.req.raw), found, key: '/404' }, makeNotFound))
      : nowhere()
  })
  return (request, address) => {
    const found = request.method === 'GET' ? pageItself(deps.store, request) : undefined
    return found ? answers.give({ request, found, key: '/' }, makeDocument) : app.fetch(request, { address })
  }
}

const makeNotFound = (scene: Scene) => documentOf(scene, renderNotFound)

/** Whoever asks whether it has changed is told the whole of it: that there is nothing is not said by "unchanged". */
function unconditional({ url, method, headers }: Request): Request {
  return new Request(url, { method, headers: { 'accept-encoding': headers.get('accept-encoding') ?? '' } })
}

function missing({ body, headers }: Response): Response {
  return new Response(body, { status: 404, headers })
}

const nowherePage = renderNowhere(wordsOf('en'))

function nowhere(): Response {
  const headers = { ...documentHeaders, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
  return new Response(nowherePage, { status: 404, headers })
}

/** What nearly everybody asks for: without a router in between. */
function pageItself(store: PageStore, request: Request): FoundPage | undefined {
  const url = new URL(request.url)
  const found = visiblePage(store, url)
  return found && url.pathname === (found.base || '/') ? found : undefined
}

/** Those that are not for everybody are refused until they can be shown to those for whom they are. */
function visiblePage(store: PageStore, url: URL): FoundPage | undefined {
  const found = findPage(store, url)
  return found?.kept.snapshot.access.kind === 'public' ? found : undefined
}
