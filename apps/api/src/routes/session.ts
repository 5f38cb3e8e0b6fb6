import { createRoute, z } from '@hono/zod-openapi'
import { sessionListSchema } from '@repo/contracts/accounts'
import { sessionSchema } from '@repo/contracts/session'
import { isoTime } from '@repo/contracts/ticks'
import { chooseWorkspaceSchema } from '@repo/contracts/workspaces'
import { listSessions, revokeOtherSessions, revokeSession, switchWorkspace } from '@repo/db/queries/sessions'
import { parseSessionId, parseWorkspaceId } from '@repo/domain/ids'
import { recordOwn } from '../access/audit.ts'
import { endedSessionCookie } from '../access/cookies.ts'
import { createGuard } from '../access/guard.ts'
import { revoke } from '../access/revoke.ts'
import type { ApiDeps } from '../deps.ts'
import type { Principal } from '../principal.ts'
import { AppError } from '../problems.ts'
import { jsonAnswer, jsonRequest, openApiRouter, problems } from './openapi.ts'

const read = createRoute({
  method: 'get',
  path: '/session',
  summary: 'Who is signed in, and in which workspace',
  responses: { 200: jsonAnswer(sessionSchema, 'The session') },
})
const end = createRoute({
  method: 'delete',
  path: '/session',
  summary: 'Sign out: the token and what was opened with it end',
  responses: { 204: { description: 'Signed out' } },
})
const choose = createRoute({
  method: 'put',
  path: '/session/workspace',
  summary: 'Work in another of your workspaces; a single request says so in X-Workspace-Id',
  request: jsonRequest(chooseWorkspaceSchema),
  responses: { 204: { description: 'From the next request on' }, ...problems },
})
const list = createRoute({
  method: 'get',
  path: '/sessions',
  summary: 'Where you are signed in',
  responses: { 200: jsonAnswer(sessionListSchema, 'Your sessions, the one last seen first') },
})
const endOthers = createRoute({
  method: 'delete',
  path: '/sessions',
  summary: 'Sign out everywhere else',
  responses: { 204: { description: 'Signed out' } },
})
const endOne = createRoute({
  method: 'delete',
  path: '/sessions/{id}',
  summary: 'Sign out somewhere',
  request: { params: z.object({ id: z.string() }) },
  responses: { 204: { description: 'Signed out' }, 404: problems[404] },
})

const person = { person: true } as const

/** `GET /session` is also for keys: whoever holds one may ask whose it is. */
export function sessionRoutes(deps: ApiDeps) {
  const { sql, clock } = deps
  const routes = openApiRouter()
  const guard = createGuard(deps)

  routes.openapi(guard(read, { role: 'viewer', resource: 'workspace', access: 'read' }), (c) => {
    const { userId, username, isOperator, workspaceId, workspaceName, role } = c.get('principal')
    const user = { id: userId, username, isOperator }
    return c.json({ user, workspace: { id: workspaceId, name: workspaceName, role } }, 200)
  })
  routes.openapi(guard(end, person), async (c) => {
    const { id, userId } = c.get('principal')
    await revokeSession(sql, { userId, sessionId: parseSessionId(id), nowMs: clock.nowMs() })
    await revoke(deps, { sessionIds: [id] })
    return c.body(null, 204, { 'set-cookie': endedSessionCookie })
  })
  routes.openapi(guard(choose, person), async (c) => {
    const { id, userId } = c.get('principal')
    const workspaceId = asWorkspaceId(c.req.valid('json').workspaceId)
    if (!(await switchWorkspace(sql, { userId, sessionId: parseSessionId(id), workspaceId })))
      throw new AppError('not_found')
    // Its sockets are of the workspace before: they are closed, and come back in the new one.
    await revoke(deps, { sessionIds: [id] })
    return c.body(null, 204)
  })
  routes.openapi(guard(list, person), async (c) => {
    const principal = c.get('principal')
    const sessions = await listSessions(sql, principal.userId, clock.nowMs())
    return c.json({ items: sessions.map((session) => toSessionJson(session, principal)) }, 200)
  })
  routes.openapi(guard(endOthers, person), async (c) => {
    const { id, userId } = c.get('principal')
    const own = { userId, sessionId: parseSessionId(id), nowMs: clock.nowMs() }
    const sessionIds = await sql.transaction(async (tx) => {
      const ended = await revokeOtherSessions(tx, own)
      await recordOwn(tx, c, { action: 'account.sessions_ended', after: { sessions: ended.length } })
      return ended
    })
    await revoke(deps, { sessionIds })
    return c.body(null, 204)
  })
  routes.openapi(guard(endOne, person), async (c) => {
    const sessionId = asSessionId(c.req.valid('param').id)
    const { userId } = c.get('principal')
    await sql.transaction(async (tx) => {
      if (!(await revokeSession(tx, { userId, sessionId, nowMs: clock.nowMs() }))) throw new AppError('not_found')
      await recordOwn(tx, c, { action: 'account.sessions_ended', after: { sessions: 1 } })
    })
    await revoke(deps, { sessionIds: [sessionId] })
    return c.body(null, 204)
  })
  return routes
}

function asSessionId(text: string) {
  try {
    return parseSessionId(text)
  } catch {
    throw new AppError('not_found')
  }
}

/** A text that is no id of ours is the id of nothing; in upper case it is. */
function asWorkspaceId(text: string) {
  return parseWorkspaceId(text.toLowerCase())
}

type Listed = Awaited<ReturnType<typeof listSessions>>[number]

function toSessionJson({ id, method, userAgent, address, ...times }: Listed, principal: Principal) {
  return {
    ...{ id, method },
    isThis: id === principal.id,
    userAgent: userAgent ?? '',
    address: address ?? '',
    createdAt: isoTime(times.createdAtMs),
    lastSeenAt: isoTime(times.lastSeenAtMs),
    expiresAt: isoTime(times.expiresAtMs),
  }
}
