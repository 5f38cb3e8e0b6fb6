import type { Caller } from '@repo/service/caller'
import { AppError, problemResponse } from './problems.ts'

/** Answers whatever is not the API's. */
export type FrontDoor = (request: Request) => Promise<Response>

/** Answers what is below `/status/`, and is told who asks. */
export type StatusDoor = (request: Request, caller: Pick<Caller, 'address' | 'isSecure'>) => Promise<Response>

/** Where no dashboard is configured. */
export const closedFrontDoor: FrontDoor = async () =>
  problemResponse(new AppError('not_found', 'this process serves the API alone: see /api/v1/openapi.json'))

export const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** Passes pages on from the dashboard's process, so that browser, API and socket share one origin. */
export function createFrontDoor(webOrigin: string, { withinMs = 10_000 } = {}): FrontDoor {
  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return problemResponse(new AppError('method_not_allowed'))
    const { pathname, search, host } = new URL(request.url)
    const headers = new Headers(request.headers)
    for (const name of hopByHop) headers.delete(name)
    // Pages are the same for everybody: the session is for the API alone, and the dashboard's process never sees it.
    headers.delete('cookie')
    headers.delete('authorization')
    headers.set('x-forwarded-host', host)
    try {
      return await passOn(`${webOrigin}${pathname}${search}`, {
        method: request.method,
        headers,
        signal: AbortSignal.any([request.signal, AbortSignal.timeout(withinMs)]),
      })
    } catch {
      return starting()
    }
  }
}

async function passOn(url: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(url, { ...init, redirect: 'manual', decompress: false } as RequestInit)
  const headers = new Headers(answer.headers)
  for (const name of hopByHop) headers.delete(name)
  return new Response(answer.body, { status: answer.status, headers })
}

function starting(): Response {
  const page =
    '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="2"><title>BetterUptime</title><p>The dashboard is starting. This page looks again in two seconds.</p>'
  return new Response(page, {
    status: 503,
    headers: { 'content-type': 'text/html; charset=utf-8', 'retry-after': '2' },
  })
}
