import { createRoute, z } from '@hono/zod-openapi'
import {
  enterByPasskeySchema,
  enteredSchema,
  newPasskeySchema,
  passkeyListSchema,
  passkeyOptionsSchema,
  proofSchema,
} from '@repo/contracts/accounts'
import { isoTime, isoTimeOrNull } from '@repo/contracts/ticks'
import { deletePasskey, type ListedPasskey, listPasskeys } from '@repo/db/queries/passkeys'
import { revokeOtherSessions } from '@repo/db/queries/sessions'
import { holdWaysIn } from '@repo/db/queries/ways-in'
import { parseSessionId } from '@repo/domain/ids'
import { recordOwn } from '../access/audit.ts'
import { createGuard } from '../access/guard.ts'
import { ownPagesOnly } from '../access/origin.ts'
import { revoke } from '../access/revoke.ts'
import { addPasskey, offerPasskey } from '../accounts/passkeys.ts'
import { askForPasskey, enterByPasskey } from '../accounts/passkeys-entrance.ts'
import { isCredentialId, passkeySite } from '../accounts/passkeys-site.ts'
import { prove } from '../accounts/prove.ts'
import { tellPerson } from '../accounts/tell-person.ts'
import type { ApiDeps } from '../deps.ts'
import { AppError } from '../problems.ts'
import { jsonAnswer, jsonRequest, openApiRouter, problem, problems } from './openapi.ts'
import { cookieOf, toEntered } from './sign-in.ts'

const nameless = problem('The instance does not know its own name: PUBLIC_URL is not set')
const tries = {
  403: problem('A page of another site asked'),
  429: problem('Too many tries: wait as long as Retry-After says'),
  501: nameless,
}

const offer = createRoute({
  method: 'post',
  path: '/account/passkeys/options',
  summary: 'Begin to make a passkey: what the browser needs, good for five minutes',
  request: jsonRequest(proofSchema),
  responses: {
    200: jsonAnswer(passkeyOptionsSchema, 'For `navigator.credentials.create`'),
    400: problems[400],
    401: problem('The password is wrong'),
    501: nameless,
  },
})
const add = createRoute({
  method: 'post',
  path: '/account/passkeys',
  summary: 'Keep the passkey that the browser made',
  request: jsonRequest(newPasskeySchema),
  responses: {
    201: jsonAnswer(passkeyListSchema.shape.items.element, 'The passkey'),
    400: problem('The body is not valid, or the passkey answers no offer of ours'),
    501: nameless,
  },
})
const list = createRoute({
  method: 'get',
  path: '/account/passkeys',
  summary: 'Your passkeys',
  responses: { 200: jsonAnswer(passkeyListSchema, 'The passkeys') },
})
const remove = createRoute({
  method: 'delete',
  path: '/account/passkeys/{id}',
  summary: 'Remove a passkey; every other session of yours ends',
  request: { params: z.object({ id: z.string() }), ...jsonRequest(proofSchema) },
  responses: {
    204: { description: 'Removed' },
    400: problems[400],
    401: problem('The password is wrong'),
    404: problem('No such passkey, or not yours'),
    409: problem('It is the last way in: there is no password and no login of the organisation'),
  },
})
const ask = createRoute({
  method: 'post',
  path: '/sign-in/passkey/options',
  middleware: ownPagesOnly,
  summary: 'Begin to sign in by a passkey: what the browser needs, good for five minutes',
  responses: { 200: jsonAnswer(passkeyOptionsSchema, 'For `navigator.credentials.get`'), ...tries },
})
const enter = createRoute({
  method: 'post',
  path: '/sign-in/passkey',
  middleware: ownPagesOnly,
  summary: 'Sign in by a passkey, which is both factors at once',
  request: jsonRequest(enterByPasskeySchema),
  responses: {
    200: jsonAnswer(enteredSchema, 'Signed in, with a session cookie'),
    400: problem('The body is not valid'),
    401: problem('The passkey is not known here, or its answer is wrong or late'),
    ...tries,
  },
})

export function passkeyRoutes(deps: ApiDeps) {
  const { sql } = deps
  const routes = openApiRouter()
  const guard = createGuard(deps)
  const person = { person: true } as const

  routes.openapi(ask, async (c) => c.json(await askForPasskey(deps, c.get('caller'), passkeySite(deps, c)), 200))

  routes.openapi(enter, async (c) => {
    const entering = { ...c.req.valid('json'), site: passkeySite(deps, c) }
    const entrance = await enterByPasskey(deps, c.get('caller'), entering)
    return c.json(toEntered(entrance), 200, cookieOf(entrance, c.get('caller')))
  })

  routes.openapi(guard(offer, person), async (c) => {
    const site = passkeySite(deps, c)
    // A passkey opens more than a session does: whoever has only that may not make one.
    await prove(deps, c, c.req.valid('json'))
    return c.json(await offerPasskey(deps, site, c.get('principal')), 200)
  })

  routes.openapi(guard(add, person), async (c) => {
    const { userId } = c.get('principal')
    const id = await addPasskey(deps, c, { ...c.req.valid('json'), site: passkeySite(deps, c) })
    const made = (await listPasskeys(sql, userId)).find(({ credentialId }) => credentialId === id)
    if (!made) throw new AppError('not_found')
    return c.json(toPasskeyJson(made), 201)
  })

  routes.openapi(guard(list, person), async (c) => {
    const passkeys = await listPasskeys(sql, c.get('principal').userId)
    return c.json({ items: passkeys.map(toPasskeyJson) }, 200)
  })

  routes.openapi(guard(remove, person), async (c) => {
    const { userId } = c.get('principal')
    await prove(deps, c, c.req.valid('json'))
    const credentialId = c.req.valid('param').id
    if (!isCredentialId(credentialId)) throw new AppError('not_found')
    const { sessionIds, name } = await sql.transaction(async (tx) => {
      const { hasPassword, passkeys, identities } = await holdWaysIn(tx, userId)
      const passkey = (await listPasskeys(tx, userId)).find((one) => one.credentialId === credentialId)
      if (!passkey) throw new AppError('not_found')
      // A linked login opens nothing where the instance has no login of an organisation any more.
      const logins = deps.oidc ? identities : 0
      if (!hasPassword && passkeys === 1 && logins === 0)
        throw new AppError('last_way_in', 'set a password or add another passkey before you remove it')
      await deletePasskey(tx, { userId, credentialId })
      const { name } = passkey
      await recordOwn(tx, c, { action: 'account.passkey_removed', before: { name } })
      // Whoever removes a passkey may have lost it, and somebody may have come in by it.
      const nowMs = c.get('caller').atMs
      const others = { userId, sessionId: parseSessionId(c.get('principal').id), nowMs }
      return { sessionIds: await revokeOtherSessions(tx, others), name }
    })
    await revoke(deps, { sessionIds })
    tellPerson(deps, c, { userId, change: { kind: 'passkey_removed', name } })
    return c.body(null, 204)
  })
  return routes
}

function toPasskeyJson({ credentialId, name, createdAtMs, lastUsedAtMs }: ListedPasskey) {
  return { id: credentialId, name, createdAt: isoTime(createdAtMs), lastUsedAt: isoTimeOrNull(lastUsedAtMs) }
}
