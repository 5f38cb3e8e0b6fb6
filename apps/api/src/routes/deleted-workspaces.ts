import { createRoute, z } from '@hono/zod-openapi'
import { isoTime } from '@repo/contracts/ticks'
import { deletedWorkspaceListSchema, workspaceSchema } from '@repo/contracts/workspaces'
import {
  type DeletedWorkspace,
  deleteWorkspace,
  type ListedDeletedWorkspace,
  listDeletedWorkspaces,
  restoreWorkspace,
} from '@repo/db/queries/deleted-workspaces'
import { retriedTransaction } from '@repo/db/retried-transaction'
import { parseWorkspaceId } from '@repo/domain/ids'
import { workspaceDeletedMail } from '@repo/notifiers/workspace-mail'
import type { Context } from 'hono'
import { actorOf, recordAs } from '../access/audit.ts'
import { type Asked, createGuard } from '../access/guard.ts'
import { revoke } from '../access/revoke.ts'
import { mailPerson } from '../accounts/tell-person.ts'
import type { ApiDeps } from '../deps.ts'
import { announceChanges } from '../monitors.ts'
import { AppError } from '../problems.ts'
import { jsonAnswer, openApiRouter, problems } from './openapi.ts'
import { toWorkspaceJson } from './workspace.ts'

const remove = createRoute({
  method: 'delete',
  path: '/workspace',
  summary: 'Delete the workspace with everything in it; its owners may bring it back for seven days',
  responses: { 204: { description: 'Deleted' } },
})
const list = createRoute({
  method: 'get',
  path: '/workspaces/deleted',
  summary: 'The deleted workspaces that you owned and may bring back, the one deleted last first',
  responses: { 200: jsonAnswer(deletedWorkspaceListSchema, 'The workspaces, and until when') },
})
const restore = createRoute({
  method: 'post',
  path: '/workspaces/deleted/{id}/restore',
  summary: 'Bring a deleted workspace back, with everybody and everything in it',
  request: { params: z.object({ id: z.uuid() }) },
  responses: { 200: jsonAnswer(workspaceSchema, 'The workspace'), 400: problems[400], 404: problems[404] },
})

export function deletedWorkspaceRoutes(deps: ApiDeps) {
  const { sql, clock } = deps
  const routes = openApiRouter()
  const guard = createGuard(deps)

  routes.openapi(guard(remove, { role: 'owner', resource: 'workspace', access: 'write' }), async (c) => {
    const { workspaceId } = c.get('principal')
    const gone = await retriedTransaction(sql, async (tx) => {
      const deleted = await deleteWorkspace(tx, workspaceId, clock.nowMs())
      if (!deleted) throw new AppError('not_found')
      const before = { name: c.get('principal').workspaceName }
      const deed = { action: 'workspace.deleted', subjectId: workspaceId, before, ...actorOf(c.get('principal')) }
      await recordAs(tx, c, { ...deed, workspaceId })
      // Its own log goes with it, when it does.
      await recordAs(tx, c, { ...deed, workspaceId: null })
      return deleted
    })
    const events = gone.monitorIds.map((monitorId) => ({ type: 'monitor.deleted', monitorId }) as const)
    announceChanges(deps, { workspaceId, ids: gone.monitorIds }, events)
    await revoke(deps, { userIds: gone.userIds })
    tellOwners(deps, c, gone)
    return c.body(null, 204)
  })

  routes.openapi(guard(list, { person: true }), async (c) => {
    const workspaces = await listDeletedWorkspaces(sql, c.get('principal').userId)
    return c.json({ items: workspaces.map(toDeletedJson) }, 200)
  })

  routes.openapi(guard(restore, { person: true }), async (c) => {
    const { userId, username } = c.get('principal')
    const workspaceId = parseWorkspaceId(c.req.valid('param').id)
    const restored = await retriedTransaction(sql, async (tx) => {
      const back = await restoreWorkspace(tx, { workspaceId, ownerId: userId, nowMs: clock.nowMs() })
      if (!back) throw new AppError('not_found')
      const actor = { actorKind: 'person', actorId: userId, actorName: username } as const
      const deed = { action: 'workspace.restored', subjectId: workspaceId, after: { name: back.name }, ...actor }
      await recordAs(tx, c, { ...deed, workspaceId })
      await recordAs(tx, c, { ...deed, workspaceId: null })
      return back
    })
    announceChanges(deps, { workspaceId, ids: restored.monitorIds }, [])
    await revoke(deps, { userIds: restored.userIds })
    return c.json(toWorkspaceJson({ ...restored, id: workspaceId, role: 'owner' }), 200)
  })
  return routes
}

function tellOwners(deps: ApiDeps, context: Context<Asked>, { ownerIds, untilMs }: DeletedWorkspace): void {
  const { username: by, workspaceName } = context.get('principal')
  const { publicUrl } = deps
  const mail = workspaceDeletedMail({ workspaceName, by, untilMs, publicUrl })
  for (const userId of ownerIds) mailPerson(deps, context, { userId, about: 'workspace_deleted', write: () => mail })
}

function toDeletedJson({ id, name, monitors, deletedAtMs, untilMs }: ListedDeletedWorkspace) {
  return { id, name, monitors, deletedAt: isoTime(deletedAtMs), restorableUntil: isoTime(untilMs) }
}
