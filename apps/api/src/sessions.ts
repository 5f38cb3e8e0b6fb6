import { findPerson, type Person } from '@repo/db/queries/users'
import { createMiddleware } from 'hono/factory'
import type { ApiDeps } from './deps.ts'
import { AppError } from './problems.ts'
import { sessionSeconds } from './tokens.ts'

const cookieName = 'betteruptime_session'

/** What a route that needs a signed-in person finds in its context. */
export interface SignedIn {
  Variables: { person: Person }
}

export const requirePerson = (deps: SessionDeps) =>
  createMiddleware<SignedIn>(async (context, next) => {
    context.set('person', await getPerson(deps, context.req.raw))
    await next()
  })

export type SessionDeps = Pick<ApiDeps, 'sql' | 'tokens' | 'clock'>

/**
 * The person behind a request: by the token in `Authorization` (with or without `Bearer`), else by the session cookie.
 * A cookie is sent by the browser whoever asks for it, so with it the request must come from our own pages.
 *
 * @throws AppError `unauthenticated` or `forbidden_origin`.
 */
export async function getPerson({ sql, tokens, clock }: SessionDeps, request: Request): Promise<Person> {
  const header = request.headers.get('authorization')
  const token = header ? header.replace(/^Bearer\s+/i, '').trim() : readCookie(request)
  if (!token) throw new AppError('unauthenticated')
  if (!header) refuseForeignOrigin(request)
  const userId = await tokens.verify(token, clock.nowMs())
  const person = userId && (await findPerson(sql, userId))
  if (!person) throw new AppError('unauthenticated', 'the token is not valid, or no longer')
  return person
}

export function sessionCookie(token: string): string {
  return `${cookieName}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${sessionSeconds}`
}

export const endedSessionCookie = `${cookieName}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`

function readCookie(request: Request): string | undefined {
  const cookies = request.headers.get('cookie')?.split(';') ?? []
  return cookies
    .map((cookie) => cookie.trim())
    .find((cookie) => cookie.startsWith(`${cookieName}=`))
    ?.slice(cookieName.length + 1)
}

/** Reading pages across origins is stopped by CORS; changing things and opening sockets is stopped here. */
function refuseForeignOrigin(request: Request): void {
  const changes = !['GET', 'HEAD'].includes(request.method) || request.headers.get('upgrade') !== null
  if (!changes) return
  const origin = request.headers.get('origin')
  const sameOrigin = origin === null || (URL.canParse(origin) && new URL(origin).host === request.headers.get('host'))
  if (!sameOrigin || request.headers.get('sec-fetch-site') === 'cross-site') throw new AppError('forbidden_origin')
}
