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
