import { createRoute } from '@hono/zod-openapi'
import { isoTime } from '@repo/contracts/ticks'
import {
  changeWorkspaceSchema,
  nameWorkspaceSchema,
  workspaceDetailSchema,
  workspaceListSchema,
  workspaceSchema,
} from '@repo/contracts/workspaces'
import type { Sql } from '@repo/db/database'
import { findProfile } from '@repo/db/queries/users'
import {
  createWorkspace,
  findWorkspace,
  listWorkspacesOf,
  renameWorkspace,
  setTimeZone,
} from '@repo/db/queries/workspaces'
import { nextDigestMs } from '@repo/domain/digest'
import { parseWorkspaceId } from '@repo/domain/ids'
import type { Role } from '@repo/domain/role'
import type { Context } from 'hono'
import { record, recordAs } from '../access/audit.ts'
import { type Asked, createGuard } from '../access/guard.ts'
import { inTenant } from '../access/tenant.ts'
import { addFirstPolicy, addMailChannel } from '../accounts/welcome.ts'
import type { ApiDeps } from '../deps.ts'
import { AppError } from '../problems.ts'
import { findUsage } from '../workspace-limits.ts'
import { jsonAnswer, jsonRequest, openApiRouter, problems } from './openapi.ts'

const list = createRoute({
  method: 'get',
  path: '/workspaces',
  summary: 'The workspaces that you are in',
  responses: { 200: jsonAnswer(workspaceListSchema, 'The workspaces') },
})
const create = createRoute({
  method: 'post',
  path: '/workspaces',
  summary: 'Make a further workspace, of which you are the owner',
  request: jsonRequest(nameWorkspaceSchema),
  responses: { 201: jsonAnswer(workspaceSchema, 'The workspace'), 400: problems[400] },
})
const read = createRoute({
  method: 'get',
  path: '/workspace',
  summary: 'The workspace that you work in, what it may have and has',
  responses: { 200: jsonAnswer(workspaceDetailSchema, 'The workspace') },
})
const rename = createRoute({
  method: 'patch',
  path: '/workspace',
  summary: 'Rename the workspace, or say by whose clocks its week begins',
  request: jsonRequest(changeWorkspaceSchema),
  responses: { 200: jsonAnswer(workspaceDetailSchema, 'The workspace'), 400: problems[400] },
})
export function workspaceRoutes(deps: ApiDeps) {
  const { sql, clock } = deps
  const routes = openApiRouter()
  const guard = createGuard(deps)

  routes.openapi(guard(list, { person: true }), async (c) => {
    const workspaces = await listWorkspacesOf(sql, c.get('principal').userId)
    return c.json({ items: workspaces.map(toWorkspaceJson) }, 200)
  })

  routes.openapi(guard(create, { person: true }), async (c) => {
    const { userId, username } = c.get('principal')
    const { name } = c.req.valid('json')
    const id = parseWorkspaceId(Bun.randomUUIDv7())
    const nowMs = clock.nowMs()
    await sql.transaction(async (tx) => {
      if (!(await createWorkspace(tx, { id, name, ownerId: userId, nowMs })))
        throw new AppError('limit_reached', 'you own all the workspaces that one person may own')
      await addFirstPolicy(tx, id, nowMs)
      const email = (await findProfile(tx, userId))?.email
      await addMailChannel(deps, tx, { workspaceId: id, userId, username, email, nowMs })
      const actor = { actorKind: 'person', actorId: userId, actorName: username } as const
      await recordAs(tx, c, { action: 'workspace.created', subjectId: id, after: { name }, ...actor, workspaceId: id })
    })
    return c.json(toWorkspaceJson({ id, name, role: 'owner', createdAtMs: nowMs }), 201)
  })

  routes.openapi(guard(read, { role: 'viewer', resource: 'workspace', access: 'read' }), async (c) =>
    c.json(await detailOf(deps, c), 200),
  )

  routes.openapi(guard(rename, { role: 'admin', resource: 'workspace', access: 'write' }), async (c) => {
    const { workspaceId, workspaceName } = c.get('principal')
    const { name, timeZone } = c.req.valid('json')
    await inTenant(deps, c, async (tx) => {
      if (name !== undefined) {
        await renameWorkspace(tx, workspaceId, name)
        const [before, after] = [{ name: workspaceName }, { name }]
        await record(tx, c, { action: 'workspace.renamed', subjectId: workspaceId, before, after })
      }
      if (timeZone !== undefined) await changeTimeZone(tx, c, { timeZone, nowMs: clock.nowMs() })
    })
    return c.json(await detailOf(deps, c), 200)
  })
  return routes
}

async function changeTimeZone(
  tx: Sql,
  context: Context<Asked>,
  { timeZone, nowMs }: { timeZone: string; nowMs: number },
): Promise<void> {
  const { workspaceId } = context.get('principal')
  const before = await findWorkspace(tx, workspaceId)
  await setTimeZone(tx, workspaceId, { timeZone, nextDigestMs: nextDigestMs(timeZone, nowMs) })
  await record(tx, context, {
    action: 'workspace.time_zone_changed',
    subjectId: workspaceId,
    before: { timeZone: before?.timeZone },
    after: { timeZone },
  })
}

async function detailOf(deps: ApiDeps, context: Context<Asked>) {
  const { workspaceId, role } = context.get('principal')
  return inTenant(deps, context, async (sql) => {
    const workspace = await findWorkspace(sql, workspaceId)
    if (!workspace) throw new AppError('not_found')
    const usage = await findUsage(sql, workspaceId, deps.limits)
    if (!usage) throw new AppError('not_found')
    const { limits, used } = usage
    return {
      ...toWorkspaceJson({ ...workspace, role }),
      timeZone: workspace.timeZone,
      limits: {
        monitors: { used: used.monitors, limit: limits.monitors },
        members: { used: used.members, limit: limits.members },
        checksPerMinute: { used: used.checksPerMinute, limit: limits.checksPerMinute },
        intervalFloorSeconds: limits.intervalFloorSeconds,
      },
    }
  })
}

interface ShownWorkspace {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly createdAtMs: number
}

export function toWorkspaceJson({ id, name, role, createdAtMs }: ShownWorkspace) {
  return { id, name, role, createdAt: isoTime(createdAtMs) }
}
