import { createRoute, z } from '@hono/zod-openapi'
import { begunLinkSchema, identityListSchema, proofSchema } from '@repo/contracts/accounts'
import { isoTime } from '@repo/contracts/ticks'
import { listIdentities } from '@repo/db/queries/oidc-identities'
import { createGuard } from '../access/guard.ts'
import { identityId, unlink } from '../accounts/identities.ts'
import { attemptSeconds, beginAttempt } from '../accounts/oidc-attempts.ts'
import { prove } from '../accounts/prove.ts'
import type { ApiDeps } from '../deps.ts'
import { attemptCookie, oidcSetUp } from './oidc.ts'
import { jsonAnswer, jsonRequest, openApiRouter, problem, problems } from './openapi.ts'

const list = createRoute({
  method: 'get',
  path: '/account/identities',
  summary: 'The logins of the organisation that open your account',
  responses: { 200: jsonAnswer(identityListSchema, 'The logins') },
})
const begin = createRoute({
  method: 'post',
  path: '/account/identities',
  summary:
    'Begin to link a login of the organisation: the browser goes to `url`, comes back signed in as now, and ends at `/settings/security`',
  request: jsonRequest(proofSchema),
  responses: {
    200: jsonAnswer(begunLinkSchema, 'Where to go, within ten minutes; with a cookie for coming back'),
    400: problems[400],
    401: problem('The password is wrong'),
    501: problem('There is no such login here, or the instance does not know its own name'),
    503: problem('The identity provider does not answer'),
  },
})
const remove = createRoute({
  method: 'delete',
  path: '/account/identities/{id}',
  summary: 'Unlink a login of the organisation; every other session of yours ends',
  request: { params: z.object({ id: z.string() }), ...jsonRequest(proofSchema) },
  responses: {
    204: { description: 'Unlinked' },
    400: problems[400],
    401: problem('The password is wrong'),
    404: problem('No such login, or not yours'),
    409: problem('It is the last way in: there is no password and no passkey'),
  },
})

export function identityRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  const person = { person: true } as const

  routes.openapi(guard(list, person), async (c) => {
    const identities = await listIdentities(deps.sql, c.get('principal').userId)
    const items = identities.map((one) => ({
      id: identityId(one),
      issuer: one.issuer,
      createdAt: isoTime(one.createdAtMs),
    }))
    return c.json({ items }, 200)
  })

  routes.openapi(guard(begin, person), async (c) => {
    const { login, redirectUri } = oidcSetUp(deps, c)
    // A login opens more than a session does: whoever has only that may not link one.
    await prove(deps, c, c.req.valid('json'))
    const errand = { kind: 'link', sessionId: c.get('principal').id } as const
    const { url, challenge } = await beginAttempt(deps, c, { login, redirectUri, errand })
    return c.json({ url }, 200, { 'set-cookie': attemptCookie(c, challenge, attemptSeconds) })
  })

  routes.openapi(guard(remove, person), async (c) => {
    await prove(deps, c, c.req.valid('json'))
    await unlink(deps, c, c.req.valid('param').id)
    return c.body(null, 204)
  })
  return routes
}
