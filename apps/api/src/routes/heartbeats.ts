import { createRoute, z } from '@hono/zod-openapi'
import {
  type Heartbeat,
  heartbeatSchema,
  type PingJson,
  pingBodySchema,
  pingPageSchema,
} from '@repo/contracts/heartbeats'
import { storedSpecSchema } from '@repo/contracts/spec-schemas'
import { isoTime, isoTimeOrNull } from '@repo/contracts/ticks'
import { isPinged } from '@repo/contracts/watched-by'
import type { Sql } from '@repo/db/database'
import { findPingBody, listPings, pingsKept, type StoredPing } from '@repo/db/queries/heartbeat-pings'
import { findHeartbeat, replaceToken, type StoredHeartbeat } from '@repo/db/queries/heartbeats'
import type { StoredMonitor } from '@repo/db/queries/monitors'
import { nextSilence } from '@repo/domain/heartbeat'
import { isAtLeast } from '@repo/domain/role'
import { allows } from '@repo/domain/scope'
import type { Context } from 'hono'
import { record } from '../access/audit.ts'
import { type Asked, createGuard } from '../access/guard.ts'
import { ownOrigin } from '../access/own-origin.ts'
import { inTenant } from '../access/tenant.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import type { ApiDeps } from '../deps.ts'
import { heartbeatContext, makeHeartbeatToken } from '../heartbeats/watching.ts'
import { getStored, idParams, type Owned, ownedBy } from '../monitor-reading.ts'
import { AppError } from '../problems.ts'
import { jsonAnswer, openApiRouter, problem, problems } from './openapi.ts'

const none = problem('Not found, not yours, or nothing that tells of itself')

const read = createRoute({
  method: 'get',
  path: '/monitors/{id}/heartbeat',
  summary: 'By what a job tells of itself, and what is known of it',
  request: { params: idParams },
  responses: { 200: jsonAnswer(heartbeatSchema, 'The heartbeat'), 404: none },
})
const rotate = createRoute({
  method: 'post',
  path: '/monitors/{id}/heartbeat/rotate',
  summary: 'Give a heartbeat a new address; the old one is nobody’s from now on',
  request: { params: idParams },
  responses: { 200: jsonAnswer(heartbeatSchema, 'The heartbeat with its new address'), 404: none },
})
const list = createRoute({
  method: 'get',
  path: '/monitors/{id}/heartbeat/pings',
  summary: 'List the last pings of a job, newest first',
  request: {
    params: idParams,
    query: z.object({
      limit: z.coerce.number().int().min(1).max(pingsKept).default(50),
      cursor: z.string().optional(),
    }),
  },
  responses: { 200: jsonAnswer(pingPageSchema, 'A page of pings'), 400: problems[400], 404: none },
})
const body = createRoute({
  method: 'get',
  path: '/monitors/{id}/heartbeat/pings/{n}/body',
  summary: 'Read what a ping had to say',
  request: { params: z.object({ id: z.string(), n: z.string() }) },
  responses: {
    200: jsonAnswer(pingBodySchema, 'The beginning of its body'),
    404: problem('Not found, not yours, not kept any more, or without a body'),
  },
})

const look = { role: 'viewer', resource: 'monitors', access: 'read' } as const
const write = { role: 'member', resource: 'monitors', access: 'write' } as const
const cursorSchema = z.object({ n: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER) })

export function heartbeatRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)

  routes.openapi(guard(read, look), async (c) => {
    const owned = ownedBy(c.get('principal').workspaceId, c.req.valid('param').id)
    const found = await inTenant(deps, c, (sql) => getHeartbeat(sql, owned))
    return c.json(toHeartbeatJson(deps, c, found), 200)
  })

  routes.openapi(guard(rotate, write), async (c) => {
    const { workspaceId } = c.get('principal')
    const owned = ownedBy(workspaceId, c.req.valid('param').id)
    const found = await inTenant(deps, c, async (sql) => {
      const { monitor } = await getHeartbeat(sql, owned)
      await replaceToken(sql, { ...makeHeartbeatToken(deps, workspaceId), workspaceId, monitorKey: monitor.monitorKey })
      await record(sql, c, { action: 'monitor.address_rotated', subjectId: owned.id })
      return getHeartbeat(sql, owned)
    })
    return c.json(toHeartbeatJson(deps, c, found), 200)
  })

  routes.openapi(guard(list, look), async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const owned = ownedBy(c.get('principal').workspaceId, c.req.valid('param').id)
    const beforeN = decodeCursor(cursor, cursorSchema)?.n
    const page = await inTenant(deps, c, async (sql) => {
      const { monitor } = await getHeartbeat(sql, owned)
      return listPings(sql, monitor.monitorKey, { limit, beforeN })
    })
    const nextCursor = encodeCursor(page.nextN === undefined ? null : { n: page.nextN })
    return c.json({ items: page.items.map(toPingJson), nextCursor }, 200)
  })

  routes.openapi(guard(body, look), async (c) => {
    const { id, n } = c.req.valid('param')
    const owned = ownedBy(c.get('principal').workspaceId, id)
    if (!/^[1-9]\d{0,14}$/.test(n)) throw new AppError('not_found')
    const found = await inTenant(deps, c, async (sql) => {
      const { monitor } = await getHeartbeat(sql, owned)
      return findPingBody(sql, monitor.monitorKey, Number(n))
    })
    if (found?.body === undefined || found.body === null) throw new AppError('not_found')
    const isWhole = new TextEncoder().encode(found.body).length >= found.bodyBytes
    return c.json({ body: found.body, bytes: found.bodyBytes, isWhole }, 200)
  })

  return routes
}

interface Found {
  readonly monitor: StoredMonitor
  readonly heartbeat: StoredHeartbeat
}

/** @throws AppError `not_found`, also for a monitor that is probed. */
async function getHeartbeat(sql: Sql, owned: Owned): Promise<Found> {
  const monitor = await getStored(sql, owned)
  const heartbeat = await findHeartbeat(sql, monitor)
  if (!heartbeat) throw new AppError('not_found', 'it is probed, and does not tell of itself')
  return { monitor, heartbeat }
}

function toHeartbeatJson(deps: ApiDeps, context: Context<Asked>, { monitor, heartbeat }: Found): Heartbeat {
  const spec = storedSpecSchema.safeParse(monitor.spec)
  const stand = { ...heartbeat, scheduleFromMs: monitor.scheduleFromMs }
  const plan = spec.success && isPinged(spec.data) && monitor.pausedAtMs === null ? spec.data : undefined
  const silence = plan && nextSilence(plan, stand)
  return {
    urls: mayPing(context) ? urlsOf(deps, context, heartbeat) : null,
    pings: heartbeat.pings,
    lastPingAt: isoTimeOrNull(heartbeat.lastPingAtMs),
    lastFinishedAt: isoTimeOrNull(heartbeat.lastFinishedMs),
    running: heartbeat.runs.map(({ runId, startedAtMs }) => ({ runId, since: isoTime(startedAtMs) })),
    deadlineAt: isoTimeOrNull(silence?.dueMs ?? null),
  }
}

/** Who sees the address can say that all is well: that is for those who may change the monitor. */
function mayPing(context: Context<Asked>): boolean {
  const { kind, role, scopes } = context.get('principal')
  return isAtLeast(role, write.role) && (kind === 'session' || allows(scopes, write.resource, write.access))
}

function urlsOf(deps: ApiDeps, context: Context<Asked>, { token }: StoredHeartbeat): NonNullable<Heartbeat['urls']> {
  const plain = deps.keyring.open(token, heartbeatContext(context.get('principal').workspaceId))
  const origin = ownOrigin(deps, context) ?? ''
  return { ping: `${origin}/heartbeat/${plain}`, push: `${origin}/api/push/${plain}` }
}

function toPingJson({ atMs, ...ping }: StoredPing): PingJson {
  return { ...ping, at: isoTime(atMs) }
}
