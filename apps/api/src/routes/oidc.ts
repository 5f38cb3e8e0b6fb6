import { createRoute, z } from '@hono/zod-openapi'
import type { ProblemCode } from '@repo/contracts/problem'
import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import type { Asked } from '../access/guard.ts'
import { ownOrigin } from '../access/own-origin.ts'
import type { Entrance } from '../accounts/enter.ts'
import { finishLink } from '../accounts/identities.ts'
import type { OidcLogin } from '../accounts/oidc.ts'
import { attemptSeconds, beginAttempt, type Errand, findAttempt, type Returned } from '../accounts/oidc-attempts.ts'
import { enterByIdentity } from '../accounts/oidc-entrance.ts'
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
      description:
        'Signed in, with a session cookie, and to `next`; where that fails, to `/signin?error=<code>`. Linked, and to `/settings/security`; where that fails, to `/settings/security?error=<code>`',
    },
  },
})

const callbackPath = '/api/v1/sign-in/oidc/callback'
const signInPage = '/signin'
/** Where people look after what opens their account. */
const linkPage = '/settings/security'
const cookieName = 'betteruptime_login'

export function oidcRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  /** It is a person's browser that asks: what fails is said by a page, not by a document. */
  const placeOr = (c: Context<Asked>, page: string, work: () => Promise<string>) =>
    work().catch((error: unknown) => `${page}?error=${codeOf(deps, c, error)}`)

  routes.openapi(begin, async (c) => {
    const place = await placeOr(c, signInPage, async () => {
      const { login, origin, redirectUri } = oidcSetUp(deps, c)
      const next = ownPath(c.req.valid('query').next, origin)
      const begun = await beginAttempt(deps, c, { login, redirectUri, errand: { kind: 'sign_in', next } })
      c.header('set-cookie', attemptCookie(c, begun.challenge, attemptSeconds))
      return begun.url
    })
    return c.redirect(place, 302)
  })

  routes.openapi(finish, async (c) => {
    const place = await placeOr(c, signInPage, async () => {
      const { login } = oidcSetUp(deps, c)
      const query = new URL(c.req.url).searchParams
      const returned = await findAttempt(deps, c, { challenge: getCookie(c, cookieName), query })
      const { errand } = returned
      return errand.kind === 'link'
        ? placeOr(c, linkPage, () => link(deps, c, { login, returned, errand }))
        : signIn(deps, c, { login, returned, errand })
    })
    return c.redirect(place, 302)
  })
  return routes
}

interface ComingBack<Kind extends Errand['kind']> {
  readonly login: OidcLogin
  readonly returned: Returned
  readonly errand: Errand & { kind: Kind }
}

async function link(deps: ApiDeps, context: Context<Asked>, coming: ComingBack<'link'>): Promise<string> {
  await finishLink(deps, context, coming)
  context.header('set-cookie', attemptCookie(context, '', 0))
  return linkPage
}

async function signIn(deps: ApiDeps, context: Context<Asked>, coming: ComingBack<'sign_in'>): Promise<string> {
  const { login, returned, errand } = coming
  const entrance = await enterByIdentity(deps, context, { login, person: await returned.settle(login) })
  context.header('set-cookie', attemptCookie(context, '', 0))
  const cookie = cookieOf(entrance, context.get('caller'))['set-cookie']
  if (cookie !== undefined) context.header('set-cookie', cookie, { append: true })
  return placeAfter(entrance, errand.next)
}

export interface OidcSetUp {
  readonly login: OidcLogin
  readonly origin: string
  /** The one that is registered with the provider: for signing in, and for linking too. */
  readonly redirectUri: string
}

/** @throws AppError `not_configured` where there is no such login. */
export function oidcSetUp(deps: ApiDeps, context: Context<Asked>): OidcSetUp {
  const origin = ownOrigin(deps, context)
  if (!deps.oidc || origin === undefined) throw new AppError('not_configured')
  return { login: deps.oidc, origin, redirectUri: `${origin}${callbackPath}` }
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
export function attemptCookie(context: Context<Asked>, value: string, seconds: number): string {
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
