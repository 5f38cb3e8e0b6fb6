import { createMiddleware } from 'hono/factory'
import { AppError } from '../problems.ts'

/**
 * Refuses what a page of another site makes a browser send: a changing request or a socket whose `Origin` is not ours, or
 * that says it is cross-site. Reading across origins is stopped by CORS. Who sends no `Origin` is no page.
 *
 * @throws AppError `forbidden_origin`.
 */
export function refuseForeignOrigin(request: Request): void {
  const changes = !['GET', 'HEAD'].includes(request.method) || request.headers.get('upgrade') !== null
  if (changes && isForeign(request)) throw new AppError('forbidden_origin')
}

export function isForeign(request: Request): boolean {
  const origin = request.headers.get('origin')
  const isOurs = origin === null || (URL.canParse(origin) && new URL(origin).host === request.headers.get('host'))
  return !isOurs || request.headers.get('sec-fetch-site') === 'cross-site'
}

/**
 * For what takes no token, such as signing up: there a token that is sent along proves nothing. A page of another site could
 * otherwise reach through a browser what only that browser reaches, and read the answer.
 */
export const ownPagesOnly = createMiddleware(async (context, next) => {
  refuseForeignOrigin(context.req.raw)
  await next()
})

/**
 * The first version's pages have an origin of their own, so its sign-up takes requests of pages on this machine too.
 *
 * @throws AppError `forbidden_origin` for a page of another site.
 */
export function refuseStrangePage(request: Request): void {
  if (isForeign(request) && !isOfThisMachine(request.headers.get('origin'))) throw new AppError('forbidden_origin')
}

function isOfThisMachine(origin: string | null): boolean {
  if (origin === null || !URL.canParse(origin)) return false
  const { hostname } = new URL(origin)
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}
