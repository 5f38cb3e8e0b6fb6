import type { createRoute } from '@hono/zod-openapi'
import { isAtLeast, type Role } from '@repo/domain/role'
import { type Access, allows, type Resource } from '@repo/domain/scope'
import type { Caller } from '@repo/service/caller'
import type { MiddlewareHandler } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { ApiDeps } from '../deps.ts'
import type { Principal } from '../principal.ts'
import { AppError } from '../problems.ts'
import { problem } from '../routes/openapi.ts'
import { isNowhere } from './nowhere.ts'

/** What a route finds in its context: `caller` always, `principal` behind a guard. */
export interface Asked {
  Variables: { caller: Caller; principal: Principal }
}

/** What a route asks of whoever calls it. */
export type Needs =
  /** A role in the workspace, and, of an API key, a scope. */
  | { readonly role: Role; readonly resource: Resource; readonly access: Access }
  /** Somebody who is signed in, for what is theirs alone; API keys may not. */
  | { readonly person: true }
  /** Whoever operates the instance; API keys may not. */
  | { readonly operator: true }

type RouteConfig = Parameters<typeof createRoute>[0]

type LockDeps = Pick<ApiDeps, 'authenticator' | 'requestMeter' | 'livePositionOf'>

/** Lets a request through where who sent it may do what `needs` says, and tells the route who it is. */
export function createLock(deps: LockDeps) {
  return (needs: Needs) =>
    createMiddleware<Asked>(async (context, next) => {
      const principal = await deps.authenticator.authenticate(context.req.raw)
      context.set('principal', principal)
      for (const [name, value] of Object.entries(await deps.requestMeter.take(principal))) context.header(name, value)
      refuse(principal, needs)
      // Before anything is read: what happens meanwhile is told once more rather than not at all.
      const position = deps.livePositionOf?.(principal.workspaceId)
      if (position !== undefined) context.header('live-position', position)
      await next()
    })
}

/**
 * Puts a lock before a route, and into its description what opens it: `x-needs`. The matrix of the tests goes by that; a
 * route without a lock must be in its list of public ones. `then` are further middlewares, behind the lock.
 */
export function createGuard(deps: LockDeps) {
  const lock = createLock(deps)
  return <Route extends RouteConfig>(route: Route, needs: Needs, ...then: MiddlewareHandler[]): Route => ({
    ...route,
    middleware: [lock(needs), ...then],
    security: [{ token: [] }, { cookie: [] }],
    'x-needs': needs,
    responses: { ...route.responses, ...refusals },
  })
}

const refusals = {
  401: problem('Not signed in, or no longer'),
  403: problem('The role or the scopes do not allow this, or a page of another site asked'),
  429: problem('Too many requests: wait as long as Retry-After says'),
}

/** @throws AppError that says what is missing. */
export function refuse(principal: Principal, needs: Needs): void {
  if ('person' in needs || 'operator' in needs) {
    if (principal.kind === 'key') throw new AppError('session_required')
    if ('operator' in needs && !principal.isOperator)
      throw new AppError('insufficient_role', 'it is for the operator of this instance')
    return
  }
  if (isNowhere(principal)) throw new AppError('not_found', 'you are in no workspace')
  if (principal.kind === 'key' && !allows(principal.scopes, needs.resource, needs.access))
    throw new AppError('insufficient_scope', `it takes ${needs.resource}:${needs.access}`)
  if (!isAtLeast(principal.role, needs.role))
    throw new AppError('insufficient_role', `it takes the role ${needs.role}, and yours is ${principal.role}`)
}
