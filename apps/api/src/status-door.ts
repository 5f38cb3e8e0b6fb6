import { type FrontDoor, hopByHop } from './front-door.ts'
import { AppError, problemResponse } from './problems.ts'

/** Cookies of the status pages begin so; no other is passed on to them. */
const cookiePrefix = 'status_'

/**
 * Passes what is below `/status/` on to the process of the status pages. The answer goes through as it comes, for as long as it
 * comes: events are sent on a request that never ends.
 */
export function createStatusDoor(origin: () => string | undefined): FrontDoor {
  return async (request) => {
    const to = origin()
    if (!to) return problemResponse(new AppError('not_found', 'this process has no status pages'))
    const { pathname, search, host } = new URL(request.url)
    const headers = new Headers(request.headers)
    for (const name of [...hopByHop, 'authorization', 'cookie']) headers.delete(name)
    const cookies = (request.headers.get('cookie') ?? '').split(/;\s*/).filter((pair) => pair.startsWith(cookiePrefix))
    if (cookies.length > 0) headers.set('cookie', cookies.join('; '))
    headers.set('x-forwarded-host', host)
    try {
      const answer = await fetch(`${to}${pathname}${search}`, {
        method: request.method,
        headers,
        signal: request.signal,
        redirect: 'manual',
        decompress: false,
        ...(request.body && { body: await request.arrayBuffer() }),
      } as RequestInit)
      const passed = new Headers(answer.headers)
      for (const name of hopByHop) passed.delete(name)
      return new Response(answer.body, { status: answer.status, headers: passed })
    } catch {
      return new Response('The status pages are not available at the moment.\n', {
        status: 503,
        headers: { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '2' },
      })
    }
  }
}
