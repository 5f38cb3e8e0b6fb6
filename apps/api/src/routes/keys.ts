import { createRoute, z } from '@hono/zod-openapi'
import { isoTime, isoTimeOrNull } from '@repo/contracts/ticks'
import { createKeySchema, keyListSchema, newKeySchema } from '@repo/contracts/workspaces'
import { createKey, findKeyName, hasRoomForKey, listKeys, revokeKey } from '@repo/db/queries/api-keys'
import { type ApiKeyId, parseApiKeyId } from '@repo/domain/ids'
import { allows, type Scope } from '@repo/domain/scope'
import { record } from '../access/audit.ts'
import { createGuard } from '../access/guard.ts'
import { keyPrefix, makeToken, shownPrefix } from '../access/link-tokens.ts'
import { revoke } from '../access/revoke.ts'
import { inTenant } from '../access/tenant.ts'
import type { ApiDeps } from '../deps.ts'
import type { Principal } from '../principal.ts'
import { AppError } from '../problems.ts'
import { jsonAnswer, jsonRequest, openApiRouter, problem, problems } from './openapi.ts'

const list = createRoute({
  method: 'get',
  path: '/keys',
  summary: 'The API keys of the workspace',
  responses: { 200: jsonAnswer(keyListSchema, 'The keys, without what they open with') },
})
const create = createRoute({
  method: 'post',
  path: '/keys',
  summary: 'Make an API key; it is shown this once',
  request: jsonRequest(createKeySchema),
  responses: { 201: jsonAnswer(newKeySchema, 'The key'), 400: problems[400] },
})
const remove = createRoute({
  method: 'delete',
  path: '/keys/{id}',
  summary: 'Revoke an API key: it opens nothing from now on',
  request: { params: z.object({ id: z.string() }) },
  responses: { 204: { description: 'Revoked' }, 404: problem('No such key, or not yours') },
})

const DAY_MS = 86_400_000

export function keyRoutes(deps: ApiDeps) {
  const { clock } = deps
  const routes = openApiRouter()
  const guard = createGuard(deps)

  routes.openapi(guard(list, { role: 'admin', resource: 'keys', access: 'read' }), async (c) => {
    const { workspaceId } = c.get('principal')
    const keys = await inTenant(deps, c, (sql) => listKeys(sql, workspaceId))
    return c.json({ items: keys.map(toKeyJson) }, 200)
  })

  routes.openapi(guard(create, { role: 'admin', resource: 'keys', access: 'write' }), async (c) => {
    const principal = c.get('principal')
    const { name, scopes, expiresInDays } = c.req.valid('json')
    refuseMoreThanOwn(principal, scopes)
    const { token, hash } = makeToken(keyPrefix)
    const nowMs = clock.nowMs()
    const created = {
      id: parseApiKeyId(Bun.randomUUIDv7()),
      workspaceId: principal.workspaceId,
      createdBy: principal.userId,
      name,
      prefix: shownPrefix(token),
      hash,
      scopes,
      nowMs,
      expiresAtMs: expiresInDays === undefined ? null : nowMs + expiresInDays * DAY_MS,
    }
    refuseLonger(principal, created.expiresAtMs)
    await inTenant(deps, c, async (sql) => {
      if (!(await hasRoomForKey(sql, principal.workspaceId)))
        throw new AppError('limit_reached', 'this workspace has all the keys that it may have: revoke one first')
      await createKey(sql, created)
      const { id: subjectId, prefix } = created
      await record(sql, c, { action: 'key.created', subjectId, after: { name, prefix, scopes, expiresInDays } })
    })
    const shown = { ...created, createdByName: principal.username, createdAtMs: nowMs, lastUsedAtMs: null }
    return c.json({ ...toKeyJson(shown), key: token }, 201)
  })

  routes.openapi(guard(remove, { role: 'admin', resource: 'keys', access: 'write' }), async (c) => {
    const { workspaceId } = c.get('principal')
    const id = asKeyId(c.req.valid('param').id)
    await inTenant(deps, c, async (sql) => {
      if (!(await revokeKey(sql, { workspaceId, id, nowMs: clock.nowMs() }))) throw new AppError('not_found')
      await record(sql, c, {
        action: 'key.revoked',
        subjectId: id,
        before: await findKeyName(sql, { workspaceId, id }),
      })
    })
    await revoke(deps, { keyIds: [id] })
    return c.body(null, 204)
  })
  return routes
}

/** A key may not make one that may more than itself. */
function refuseMoreThanOwn(principal: Principal, wanted: readonly Scope[]): void {
  const missing = wanted.find((scope) => {
    const [resource, access] = scope.split(':') as [never, never]
    return access === undefined ? !principal.scopes.includes(scope) : !allows(principal.scopes, resource, access)
  })
  if (missing) throw new AppError('insufficient_scope', `this key has not the scope ${missing} itself`)
}

/** A key may not make one that outlives it. */
function refuseLonger({ kind, expiresAtMs: ownMs }: Principal, wantedMs: number | null): void {
  if (kind === 'key' && (wantedMs ?? Number.POSITIVE_INFINITY) > ownMs)
    throw new AppError('insufficient_scope', `this key ends at ${isoTime(ownMs)} itself`)
}

function asKeyId(text: string): ApiKeyId {
  try {
    return parseApiKeyId(text)
  } catch {
    throw new AppError('not_found')
  }
}

interface ShownKey {
  readonly id: string
  readonly name: string
  readonly prefix: string
  readonly scopes: readonly Scope[]
  readonly createdByName: string
  readonly createdAtMs: number
  readonly expiresAtMs: number | null
  readonly lastUsedAtMs: number | null
}

function toKeyJson(key: ShownKey) {
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    scopes: [...key.scopes],
    createdBy: key.createdByName,
    createdAt: isoTime(key.createdAtMs),
    expiresAt: isoTimeOrNull(key.expiresAtMs),
    lastUsedAt: isoTimeOrNull(key.lastUsedAtMs),
  }
}
