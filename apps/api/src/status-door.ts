import { hopByHop, type StatusDoor } from './front-door.ts'
import { AppError, problemResponse } from './problems.ts'

/** Where the process of the status pages listens, and what it knows this one by. */
export interface StatusOrigin {
  readonly url: string
  /** Without it, it believes what it is told of who asks only where it trusts our address. */
  readonly token?: string | undefined
}

/** Cookies of the status pages begin so; no other is passed on to them. */
const cookiePrefix = 'status_'

/**
 * Passes what is below `/status/` on to the process of the status pages. The answer goes through as it comes, for as long as it
 * comes: events are sent on a request that never ends.
 */
export function createStatusDoor(origin: () => StatusOrigin | undefined): StatusDoor {
  return async (request, { address, isSecure }) => {
    const to = origin()
    if (!to) return problemResponse(new AppError('not_found', 'this process has no status pages'))
    const { pathname, search, host } = new URL(request.url)
    const headers = new Headers(request.headers)
    for (const name of [...hopByHop, 'authorization', 'cookie', 'x-status-door']) headers.delete(name)
    const cookies = (request.headers.get('cookie') ?? '').split(/;\s*/).filter((pair) => pair.startsWith(cookiePrefix))
    if (cookies.length > 0) headers.set('cookie', cookies.join('; '))
    headers.set('x-forwarded-for', address)
    headers.set('x-forwarded-host', host)
    headers.set('x-forwarded-proto', isSecure ? 'https' : 'http')
    if (to.token) headers.set('x-status-door', to.token)
    try {
      return await passOn(`${to.url}${pathname}${search}`, {
        method: request.method,
        headers,
        signal: request.signal,
        ...(request.body && { body: await request.arrayBuffer() }),
      })
    } catch {
      return new Response('The status pages are not available at the moment.\n', {
        status: 503,
        headers: { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '2' },
      })
    }
  }
}

async function passOn(url: string, init: RequestInit): Promise<Response> {
  // As it is packed; and without the end that Bun else gives to an answer of which nothing comes for long.
  const answer = await fetch(url, { ...init, redirect: 'manual', decompress: false, timeout: false } as RequestInit)
  const headers = new Headers(answer.headers)
  for (const name of hopByHop) headers.delete(name)
  return new Response(answer.body, { status: answer.status, headers })
}
