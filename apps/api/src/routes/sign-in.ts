import { createRoute } from '@hono/zod-openapi'
import {
  type Entered,
  enteredSchema,
  enterSchema,
  joinSchema,
  type SignInMethods,
  secondFactorSchema,
  signInMethodsSchema,
} from '@repo/contracts/accounts'
import { createdUserSchema } from '@repo/contracts/first-api'
import { isoTime } from '@repo/contracts/ticks'
import { hasUsers } from '@repo/db/queries/users'
import type { Caller } from '@repo/service/caller'
import type { Context } from 'hono'
import { sessionCookie } from '../access/cookies.ts'
import type { Asked } from '../access/guard.ts'
import { ownPagesOnly } from '../access/origin.ts'
import { type Entrance, enter } from '../accounts/enter.ts'
import { join } from '../accounts/join.ts'
import { hasPasskeySite } from '../accounts/passkeys-site.ts'
import { passSecondFactor } from '../accounts/second-factor.ts'
import type { ApiDeps } from '../deps.ts'
import { jsonAnswer, jsonRequest, openApiRouter, problem } from './openapi.ts'

const methods = createRoute({
  method: 'get',
  path: '/sign-in/methods',
  summary: 'What a page of signing in has to offer',
  responses: { 200: jsonAnswer(signInMethodsSchema, 'The methods') },
})

const tries = {
  400: problem('The body is not valid'),
  403: problem('A page of another site asked'),
  429: problem('Too many tries: wait as long as Retry-After says'),
}

const signUp = createRoute({
  method: 'post',
  path: '/sign-up',
  middleware: ownPagesOnly,
  summary: 'Become a user of this instance, with a workspace of your own or by an invitation',
  request: jsonRequest(joinSchema),
  responses: {
    201: jsonAnswer(createdUserSchema, 'The user; signing in is the next step'),
    ...tries,
    403: problem('This instance takes nobody just like that, or a page of another site asked'),
    409: problem('The user name is taken'),
    410: problem('The invitation was used, was taken back, or is over'),
  },
})

const entered = jsonAnswer(enteredSchema, 'Signed in, with a session cookie; or a second factor is asked for')

const signIn = createRoute({
  method: 'post',
  path: '/sign-in',
  middleware: ownPagesOnly,
  summary: 'Sign in by name and password',
  request: jsonRequest(enterSchema),
  responses: { 200: entered, ...tries, 401: problem('User name or password is wrong') },
})

const secondFactor = createRoute({
  method: 'post',
  path: '/sign-in/second-factor',
  middleware: ownPagesOnly,
  summary: 'Answer the challenge of a second factor, by the authenticator app or a recovery code',
  request: jsonRequest(secondFactorSchema),
  responses: { 200: entered, ...tries, 401: problem('The code is wrong, was used already, or is over') },
})

/** For everybody: what is here must withstand strangers. */
export function signInRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  routes.openapi(methods, async (c) => c.json(await methodsOf(deps, c), 200))
  routes.openapi(signUp, async (c) => c.json({ id: await join(deps, c, c.req.valid('json')) }, 201))
  routes.openapi(signIn, async (c) => {
    const entrance = await enter(deps, c.get('caller'), c.req.valid('json'))
    return c.json(toEntered(entrance), 200, cookieOf(entrance, c.get('caller')))
  })
  routes.openapi(secondFactor, async (c) => {
    const entrance = await passSecondFactor(deps, c.get('caller'), c.req.valid('json'))
    return c.json(toEntered(entrance), 200, cookieOf(entrance, c.get('caller')))
  })
  return routes
}

async function methodsOf(deps: ApiDeps, context: Context<Asked>): Promise<SignInMethods> {
  const { sql, signUp, publicUrl, oidc, mailer } = deps
  return {
    signUp: signUp === 'open' || !(await hasUsers(sql)),
    signUpMode: signUp,
    oidc: oidc ? { name: oidc.name } : null,
    passkeys: hasPasskeySite(deps, context),
    passwordReset: mailer !== undefined && publicUrl !== undefined,
  }
}

export function toEntered(entrance: Entrance): Entered {
  const { expiresAtMs, ...rest } = entrance
  return { ...rest, expiresAt: isoTime(expiresAtMs) }
}

export function cookieOf(entrance: Entrance, caller: Caller): Record<string, string> {
  return entrance.state === 'signed_in' ? { 'set-cookie': sessionCookie(entrance.token, caller) } : {}
}
