import { createRoute, z } from '@hono/zod-openapi'
import {
  changeGroupSchema,
  createGroupSchema,
  type Group,
  groupOutagePageSchema,
  groupPageSchema,
  groupSchema,
} from '@repo/contracts/groups'
import { isoTime, isoTimeOrNull } from '@repo/contracts/ticks'
import type { Sql } from '@repo/db/database'
import { listGroupOutages } from '@repo/db/queries/group-outages'
import { changeGroup, countGroups, createGroup, deleteGroup, listGroups } from '@repo/db/queries/monitor-groups'
import { type GroupId, parseGroupId, type WorkspaceId } from '@repo/domain/ids'
import { groupLimits } from '@repo/domain/monitor-group'
import { record } from '../access/audit.ts'
import { createGuard } from '../access/guard.ts'
import { idempotent } from '../access/idempotency.ts'
import { inTenant } from '../access/tenant.ts'
import { entityTag, expectedVersion } from '../access/versions.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import type { ApiDeps } from '../deps.ts'
import { auditedGroup, chooseMembers, getGroup, toGroupsJson } from '../monitor-groups.ts'
import { idParams } from '../monitor-reading.ts'
import { idOr404, refuseMissed } from '../named-monitors.ts'
import { AppError } from '../problems.ts'
import {
  idempotencyKey,
  ifMatch,
  jsonAnswer,
  jsonRequest,
  keyedProblems,
  openApiRouter,
  pageQuery,
  problem,
  problems,
} from './openapi.ts'

const lookProblems = { 400: problems[400], 404: problems[404] }
const list = createRoute({
  method: 'get',
  path: '/groups',
  summary: 'The groups of the workspace, in the order in which they were made',
  request: { query: z.object(pageQuery) },
  responses: { 200: jsonAnswer(groupPageSchema, 'A page of groups'), 400: problems[400] },
})
const create = createRoute({
  method: 'post',
  path: '/groups',
  summary: 'Create a group of monitors',
  request: { headers: idempotencyKey, ...jsonRequest(createGroupSchema) },
  responses: { 201: jsonAnswer(groupSchema, 'The group'), 400: problems[400], ...keyedProblems },
})
const read = createRoute({
  method: 'get',
  path: '/groups/{id}',
  summary: 'Read a group, with what its members say now',
  request: { params: idParams },
  responses: { 200: jsonAnswer(groupSchema, 'The group'), 404: problems[404] },
})
const outages = createRoute({
  method: 'get',
  path: '/groups/{id}/outages',
  summary: 'When a group did not work, newest first',
  request: { params: idParams, query: z.object(pageQuery) },
  responses: { 200: jsonAnswer(groupOutagePageSchema, 'A page of outages'), ...lookProblems },
})
const changedMeanwhile = { 412: problem('It has another version than If-Match says') }
const change = createRoute({
  method: 'patch',
  path: '/groups/{id}',
  summary: 'Change a group',
  request: { params: idParams, headers: ifMatch, ...jsonRequest(changeGroupSchema) },
  responses: { 200: jsonAnswer(groupSchema, 'The group after the change'), ...problems, ...changedMeanwhile },
})
const remove = createRoute({
  method: 'delete',
  path: '/groups/{id}',
  summary: 'Delete a group; its monitors stay',
  request: { params: idParams, headers: ifMatch },
  responses: { 204: { description: 'Deleted' }, 404: problems[404], ...changedMeanwhile },
})

const write = { role: 'member', resource: 'monitors', access: 'write' } as const
const look = { role: 'viewer', resource: 'monitors', access: 'read' } as const
const cursorSchema = z.object({ id: z.uuid() })
const outageCursorSchema = z.object({ beganAtMs: z.number().min(0).max(Date.UTC(2200, 0)), id: z.uuid() })

export function groupRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  const nowMs = () => deps.clock.nowMs()

  routes.openapi(guard(list, look), async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const after = decodeCursor(cursor, cursorSchema)
    const { workspaceId } = c.get('principal')
    const page = await inTenant(deps, c, async (sql) => {
      const { items, next } = await listGroups(sql, workspaceId, { limit, cursor: after })
      return { items: await toGroupsJson(sql, workspaceId, items), nextCursor: encodeCursor(next) }
    })
    return c.json(page, 200)
  })

  routes.openapi(guard(create, write, idempotent(deps)), async (c) => {
    const { name, rule, members } = c.req.valid('json')
    const owned = { workspaceId: c.get('principal').workspaceId, id: parseGroupId(Bun.randomUUIDv7()) }
    const json = await inTenant(deps, c, async (sql) => {
      if ((await countGroups(sql, owned.workspaceId)) >= groupLimits.groups)
        throw new AppError('limit_reached', `at most ${groupLimits.groups} groups`)
      const created = { ...owned, name, rule, members: await chooseMembers(sql, owned.workspaceId, members) }
      await createGroup(sql, created, nowMs())
      await record(sql, c, { action: 'group.created', subjectId: owned.id, after: auditedGroup(created) })
      return readGroup(sql, owned)
    })
    return c.json(json, 201, { etag: entityTag(json.version), location: `/api/v1/groups/${owned.id}` })
  })

  routes.openapi(guard(read, look), async (c) => {
    const id = idOr404(parseGroupId, c.req.valid('param').id)
    const json = await inTenant(deps, c, (sql) => readGroup(sql, { ...c.get('principal'), id }))
    return c.json(json, 200, { etag: entityTag(json.version) })
  })

  routes.openapi(guard(outages, look), async (c) => {
    const id = idOr404(parseGroupId, c.req.valid('param').id)
    const { limit, cursor } = c.req.valid('query')
    const after = decodeCursor(cursor, outageCursorSchema)
    const page = await inTenant(deps, c, async (sql) => {
      await getGroup(sql, { ...c.get('principal'), id })
      return listGroupOutages(sql, id, { limit, after })
    })
    const items = page.items.map(({ beganAtMs, endedAtMs, ...one }) => ({
      ...one,
      beganAt: isoTime(beganAtMs),
      endedAt: isoTimeOrNull(endedAtMs),
    }))
    return c.json({ items, nextCursor: encodeCursor(page.next) }, 200)
  })

  routes.openapi(guard(change, write), async (c) => {
    const { members, ...values } = c.req.valid('json')
    const { workspaceId } = c.get('principal')
    const owned = { workspaceId, id: idOr404(parseGroupId, c.req.valid('param').id) }
    const version = expectedVersion(c)
    const json = await inTenant(deps, c, async (sql) => {
      const before = await getGroup(sql, owned)
      const chosen = members && (await chooseMembers(sql, workspaceId, members))
      const asked = { ...values, members: chosen, nowMs: nowMs(), expectedVersion: version }
      refuseMissed(await changeGroup(sql, owned, asked))
      const after = auditedGroup(await getGroup(sql, owned))
      await record(sql, c, { action: 'group.changed', subjectId: owned.id, before: auditedGroup(before), after })
      return readGroup(sql, owned)
    })
    return c.json(json, 200, { etag: entityTag(json.version) })
  })

  routes.openapi(guard(remove, write), async (c) => {
    const { workspaceId } = c.get('principal')
    const owned = { workspaceId, id: idOr404(parseGroupId, c.req.valid('param').id) }
    const version = expectedVersion(c)
    await inTenant(deps, c, async (sql) => {
      const before = await getGroup(sql, owned)
      refuseMissed(await deleteGroup(sql, owned, { expectedVersion: version }))
      await record(sql, c, { action: 'group.deleted', subjectId: owned.id, before: auditedGroup(before) })
    })
    return c.body(null, 204)
  })
  return routes
}

async function readGroup(sql: Sql, owned: { readonly workspaceId: WorkspaceId; readonly id: GroupId }): Promise<Group> {
  const [json] = await toGroupsJson(sql, owned.workspaceId, [await getGroup(sql, owned)])
  if (!json) throw new AppError('not_found')
  return json
}
