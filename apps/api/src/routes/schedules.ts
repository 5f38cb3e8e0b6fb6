import { createRoute } from '@hono/zod-openapi'
import { changeScheduleSchema, createScheduleSchema, scheduleListSchema, scheduleSchema } from '@repo/contracts/on-call'
import {
  changeSchedule,
  createSchedule,
  deleteSchedule,
  listSchedules,
  type StoredSchedule,
} from '@repo/db/queries/on-call'
import { parseScheduleId } from '@repo/domain/ids'
import { onCallLimits } from '@repo/domain/on-call'
import { record } from '../access/audit.ts'
import { createGuard } from '../access/guard.ts'
import { idempotent } from '../access/idempotency.ts'
import { inTenant } from '../access/tenant.ts'
import { entityTag, expectedVersion } from '../access/versions.ts'
import type { ApiDeps } from '../deps.ts'
import { idParams } from '../monitor-reading.ts'
import { idOr404, refuseMissed } from '../named-monitors.ts'
import { AppError } from '../problems.ts'
import { auditedSchedule, getSchedule, refuseStrangers, toScheduleJson } from '../schedules.ts'
import {
  idempotencyKey,
  ifMatch,
  jsonAnswer,
  jsonRequest,
  keyedProblems,
  openApiRouter,
  problem,
  problems,
} from './openapi.ts'

const list = createRoute({
  method: 'get',
  path: '/schedules',
  summary: 'All on-call schedules of the workspace, in the order in which they were made',
  responses: { 200: jsonAnswer(scheduleListSchema, 'The schedules') },
})
const create = createRoute({
  method: 'post',
  path: '/schedules',
  summary: 'Let people take turns in being on call',
  request: { headers: idempotencyKey, ...jsonRequest(createScheduleSchema) },
  responses: { 201: jsonAnswer(scheduleSchema, 'The schedule'), 400: problems[400], ...keyedProblems },
})
const read = createRoute({
  method: 'get',
  path: '/schedules/{id}',
  summary: 'Read a schedule, with who is on call now',
  request: { params: idParams },
  responses: { 200: jsonAnswer(scheduleSchema, 'The schedule'), 404: problems[404] },
})
const changedMeanwhile = { 412: problem('It has another version than If-Match says') }
const change = createRoute({
  method: 'patch',
  path: '/schedules/{id}',
  summary: 'Change a schedule',
  request: { params: idParams, headers: ifMatch, ...jsonRequest(changeScheduleSchema) },
  responses: { 200: jsonAnswer(scheduleSchema, 'The schedule after the change'), ...problems, ...changedMeanwhile },
})
const remove = createRoute({
  method: 'delete',
  path: '/schedules/{id}',
  summary: 'Delete a schedule; policies that name it tell nobody by it any more',
  request: { params: idParams, headers: ifMatch },
  responses: { 204: { description: 'Deleted' }, 404: problems[404], ...changedMeanwhile },
})

const write = { role: 'member', resource: 'monitors', access: 'write' } as const
const look = { role: 'viewer', resource: 'monitors', access: 'read' } as const

export function scheduleRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  const nowMs = () => deps.clock.nowMs()

  routes.openapi(guard(list, look), async (c) => {
    const { workspaceId } = c.get('principal')
    const schedules = await inTenant(deps, c, (sql) => listSchedules(sql, workspaceId))
    return c.json({ items: schedules.flatMap(readable) }, 200)
  })

  routes.openapi(guard(create, write, idempotent(deps)), async (c) => {
    const { name, layers } = c.req.valid('json')
    const owned = { workspaceId: c.get('principal').workspaceId, id: parseScheduleId(Bun.randomUUIDv7()) }
    const schedule = await inTenant(deps, c, async (sql) => {
      if ((await listSchedules(sql, owned.workspaceId)).length >= onCallLimits.schedules)
        throw new AppError('limit_reached', `at most ${onCallLimits.schedules} schedules`)
      await refuseStrangers(sql, owned.workspaceId, layers)
      await createSchedule(sql, { ...owned, name, layers }, nowMs())
      await record(sql, c, {
        action: 'schedule.created',
        subjectId: owned.id,
        after: auditedSchedule({ name, layers }),
      })
      return getSchedule(sql, owned)
    })
    const headers = { etag: entityTag(schedule.version), location: `/api/v1/schedules/${owned.id}` }
    return c.json(toScheduleJson(schedule, nowMs()), 201, headers)
  })

  routes.openapi(guard(read, look), async (c) => {
    const id = idOr404(parseScheduleId, c.req.valid('param').id)
    const schedule = await inTenant(deps, c, (sql) => getSchedule(sql, { ...c.get('principal'), id }))
    return c.json(toScheduleJson(schedule, nowMs()), 200, { etag: entityTag(schedule.version) })
  })

  routes.openapi(guard(change, write), async (c) => {
    const { name, layers } = c.req.valid('json')
    const { workspaceId } = c.get('principal')
    const owned = { workspaceId, id: idOr404(parseScheduleId, c.req.valid('param').id) }
    const version = expectedVersion(c)
    const schedule = await inTenant(deps, c, async (sql) => {
      const before = await getSchedule(sql, owned)
      if (layers) await refuseStrangers(sql, workspaceId, layers)
      refuseMissed(await changeSchedule(sql, owned, { name, layers, nowMs: nowMs(), expectedVersion: version }))
      const after = await getSchedule(sql, owned)
      await record(sql, c, {
        action: 'schedule.changed',
        subjectId: owned.id,
        before: auditedSchedule(before),
        after: auditedSchedule(after),
      })
      return after
    })
    return c.json(toScheduleJson(schedule, nowMs()), 200, { etag: entityTag(schedule.version) })
  })

  routes.openapi(guard(remove, write), async (c) => {
    const { workspaceId } = c.get('principal')
    const owned = { workspaceId, id: idOr404(parseScheduleId, c.req.valid('param').id) }
    const version = expectedVersion(c)
    await inTenant(deps, c, async (sql) => {
      const before = await getSchedule(sql, owned)
      refuseMissed(await deleteSchedule(sql, owned, { expectedVersion: version }))
      await record(sql, c, { action: 'schedule.deleted', subjectId: owned.id, before: auditedSchedule(before) })
    })
    return c.body(null, 204)
  })
  return routes

  /** One that somebody has spoilt hides no other: it is left out, and can be deleted by its id. */
  function readable(schedule: StoredSchedule) {
    try {
      return [toScheduleJson(schedule, nowMs())]
    } catch (err) {
      deps.log.error({ err, scheduleId: schedule.id }, 'a schedule cannot be read')
      return []
    }
  }
}
