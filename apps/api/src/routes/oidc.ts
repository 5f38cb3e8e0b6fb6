import { createRoute, z } from '@hono/zod-openapi'
import type { ProblemCode } from '@repo/contracts/problem'
import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import type { Asked } from '../access/guard.ts'
import { ownOrigin } from '../access/own-origin.ts'
import type { Entrance } from '../accounts/enter.ts'
import type { OidcLogin } from '../accounts/oidc.ts'
import { beginLogin, finishLogin, loginSeconds } from '../accounts/oidc-entrance.ts'
import type { ApiDeps } from '../deps.ts'
import { AppError } from '../problems.ts'
import { openApiRouter } from './openapi.ts'
import { cookieOf } from './sign-in.ts'

const begin = createRoute({
  method: 'get',
  path: '/sign-in/oidc',
  summary: 'Sign in by the login of the organisation: for a browser, which is sent there',
  request: { query: z.object({ next: z.string().optional() }) },
  responses: { 302: { description: 'To the identity provider; where that fails, to `/signin?error=<code>`' } },
})
const finish = createRoute({
  method: 'get',
  path: '/sign-in/oidc/callback',
  summary: 'Where the identity provider sends a browser back to',
  responses: {
    302: {
      description: 'Signed in, with a session cookie, and to `next`; where that fails, to `/signin?error=<code>`',
    },
  },
})

const callbackPath = '/api/v1/sign-in/oidc/callback'
const cookieName = 'betteruptime_login'

export function oidcRoutes(deps: ApiDeps) {
  const routes = openApiRouter()

  routes.openapi(begin, (c) =>
    orSignIn(deps, c, async () => {
      const { login, origin } = setUp(deps, c)
      const next = ownPath(c.req.valid('query').next, origin)
      const begun = await beginLogin(deps, c, { login, redirectUri: `${origin}${callbackPath}`, next })
      c.header('set-cookie', loginCookie(c, begun.challenge, loginSeconds))
      return begun.url
    }),
  )

  routes.openapi(finish, (c) =>
    orSignIn(deps, c, async () => {
      const { login } = setUp(deps, c)
      const query = new URL(c.req.url).searchParams
      const challenge = getCookie(c, cookieName)
      const { entrance, next } = await finishLogin(deps, c, { login, challenge, query })
      c.header('set-cookie', loginCookie(c, '', 0))
      const cookie = cookieOf(entrance, c.get('caller'))['set-cookie']
      if (cookie !== undefined) c.header('set-cookie', cookie, { append: true })
      return placeAfter(entrance, next)
    }),
  )
  return routes
}

function setUp(deps: ApiDeps, context: Context<Asked>): { login: OidcLogin; origin: string } {
  const origin = ownOrigin(deps, context)
  if (!deps.oidc || origin === undefined) throw new AppError('not_configured')
  return { login: deps.oidc, origin }
}

/** It is a person's browser that asks: what fails is said by a page, not by a document. */
async function orSignIn(deps: ApiDeps, context: Context<Asked>, work: () => Promise<string>) {
  try {
    return context.redirect(await work(), 302)
  } catch (error) {
    return context.redirect(`/signin?error=${codeOf(deps, context, error)}`, 302)
  }
}

function codeOf({ log }: ApiDeps, context: Context<Asked>, error: unknown): ProblemCode {
  const { requestId, address } = context.get('caller')
  if (!(error instanceof AppError)) {
    log.error({ err: error, requestId }, 'a login of the organisation failed')
    return 'internal'
  }
  log.info({ err: error.cause, code: error.code, address, requestId }, 'somebody could not sign in by the organisation')
  return error.code
}

/** Of this browser only, and of these two addresses. It comes back from another site by a link: so `Lax`, and not `Strict`. */
function loginCookie(context: Context<Asked>, value: string, seconds: number): string {
  const secure = context.get('caller').isSecure ? '; Secure' : ''
  return `${cookieName}=${value}; Path=/api/v1/sign-in/oidc; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure}`
}

/** A path of this origin, whatever the address asks for. */
export function ownPath(wanted: string | undefined, origin: string): string {
  if (!wanted?.startsWith('/') || !URL.canParse(wanted, origin)) return '/'
  const url = new URL(wanted, origin)
  // `/.//evil.example` is a path of ours whose short form is an address of theirs.
  if (url.origin !== origin || url.pathname.startsWith('//')) return '/'
  return url.pathname + url.search
}

/** The page of signing in asks for the code; what it answers with stands behind `#`, where no log sees it. */
function placeAfter(entrance: Entrance, next: string): string {
  if (entrance.state === 'signed_in') return next
  return `/signin?next=${encodeURIComponent(next)}#second-factor=${entrance.challenge}`
}
