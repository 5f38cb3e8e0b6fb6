import { createRoute, z } from '@hono/zod-openapi'
import { createOverrideSchema, overrideSchema, shiftLimits, shiftListSchema } from '@repo/contracts/on-call'
import { isoTime } from '@repo/contracts/ticks'
import { listMembers } from '@repo/db/queries/members'
import { createOverride, deleteOverride } from '@repo/db/queries/on-call'
import { parseOverrideId, parseScheduleId, parseUserId } from '@repo/domain/ids'
import { onCallLimits, shiftsOf } from '@repo/domain/on-call'
import { record } from '../access/audit.ts'
import { createGuard } from '../access/guard.ts'
import { idempotent } from '../access/idempotency.ts'
import { inTenant } from '../access/tenant.ts'
import { refuseMissing } from '../alert-policies.ts'
import type { ApiDeps } from '../deps.ts'
import { idParams } from '../monitor-reading.ts'
import { idOr404 } from '../named-monitors.ts'
import { AppError } from '../problems.ts'
import { getSchedule, toCalendar, toOnCallSchedule } from '../schedules.ts'
import { idempotencyKey, jsonAnswer, jsonRequest, keyedProblems, openApiRouter, problems } from './openapi.ts'

const instant = z.iso.datetime({ offset: true })
const shifts = createRoute({
  method: 'get',
  path: '/schedules/{id}/shifts',
  summary: 'Who is on call from when until when; 90 days at most, the next 30 where nothing is said',
  request: { params: idParams, query: z.object({ from: instant.optional(), to: instant.optional() }) },
  responses: { 200: jsonAnswer(shiftListSchema, 'The shifts, without gaps'), ...problems },
})
const calendar = createRoute({
  method: 'get',
  path: '/schedules/{id}/ical',
  summary: 'The shifts of the last week and the next 90 days as an iCalendar',
  request: { params: idParams },
  responses: {
    200: { description: 'The calendar', content: { 'text/calendar': { schema: z.string() } } },
    404: problems[404],
  },
})
const create = createRoute({
  method: 'post',
  path: '/schedules/{id}/overrides',
  summary: 'Have somebody on call in place of whoever would be',
  request: { params: idParams, headers: idempotencyKey, ...jsonRequest(createOverrideSchema) },
  responses: { 201: jsonAnswer(overrideSchema, 'The override'), ...problems, ...keyedProblems },
})
const remove = createRoute({
  method: 'delete',
  path: '/schedules/{id}/overrides/{overrideId}',
  summary: 'Take an override back',
  request: { params: z.object({ id: z.string(), overrideId: z.string() }) },
  responses: { 204: { description: 'Taken back' }, 404: problems[404] },
})

const DAY_MS = 86_400_000
const write = { role: 'member', resource: 'monitors', access: 'write' } as const
const look = { role: 'viewer', resource: 'monitors', access: 'read' } as const

/** What follows from schedules, and who stands in for whom. */
export function shiftRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  const nowMs = () => deps.clock.nowMs()

  routes.openapi(guard(shifts, look), async (c) => {
    const id = idOr404(parseScheduleId, c.req.valid('param').id)
    const { from, to } = c.req.valid('query')
    const fromMs = from === undefined ? nowMs() : Date.parse(from)
    const span = { fromMs, toMs: to === undefined ? fromMs + 30 * DAY_MS : Date.parse(to) }
    if (span.toMs <= fromMs || span.toMs - fromMs > shiftLimits.spanDays * DAY_MS)
      throw new AppError('invalid_parameter', `to: is not later than from by ${shiftLimits.spanDays} days at most`)
    const schedule = await inTenant(deps, c, (sql) => getSchedule(sql, { ...c.get('principal'), id }))
    const items = shiftsOf(toOnCallSchedule(schedule), span).map((shift) => ({
      userId: shift.userId,
      from: isoTime(shift.fromMs),
      to: isoTime(shift.toMs),
    }))
    return c.json({ items }, 200)
  })

  routes.openapi(guard(calendar, look), async (c) => {
    const { workspaceId } = c.get('principal')
    const id = idOr404(parseScheduleId, c.req.valid('param').id)
    const [schedule, members] = await inTenant(
      deps,
      c,
      async (sql) => [await getSchedule(sql, { workspaceId, id }), await listMembers(sql, workspaceId)] as const,
    )
    const names = new Map<string, string>(members.map(({ userId, username }) => [userId, username]))
    // From midnight on, so that a shift begins at the same instant in every answer of a day.
    const todayMs = Math.floor(nowMs() / DAY_MS) * DAY_MS
    const span = { fromMs: todayMs - 7 * DAY_MS, toMs: todayMs + shiftLimits.spanDays * DAY_MS }
    const text = toCalendar({ schedule, shifts: shiftsOf(toOnCallSchedule(schedule), span), names, nowMs: nowMs() })
    return c.body(text, 200, { 'content-type': 'text/calendar; charset=utf-8' })
  })

  routes.openapi(guard(create, write, idempotent(deps)), async (c) => {
    const { userId, from, to } = c.req.valid('json')
    const { workspaceId } = c.get('principal')
    const scheduleId = idOr404(parseScheduleId, c.req.valid('param').id)
    const made = {
      ...{ id: parseOverrideId(Bun.randomUUIDv7()), userId: parseUserId(userId.toLowerCase()) },
      ...{ fromMs: Date.parse(from), toMs: Date.parse(to) },
    }
    const json = { id: made.id, userId: made.userId, from: isoTime(made.fromMs), to: isoTime(made.toMs) }
    await inTenant(deps, c, async (sql) => {
      const { overrides } = await getSchedule(sql, { workspaceId, id: scheduleId })
      if (overrides.length >= onCallLimits.overrides)
        throw new AppError('limit_reached', `at most ${onCallLimits.overrides} overrides`)
      await refuseMissing(sql, workspaceId, [{ kind: 'person', id: userId, field: 'userId' }])
      await createOverride(sql, { ...made, scheduleId, workspaceId }, nowMs())
      await record(sql, c, { action: 'schedule.override_created', subjectId: scheduleId, after: json })
    })
    return c.json(json, 201)
  })

  routes.openapi(guard(remove, write), async (c) => {
    const { workspaceId } = c.get('principal')
    const { id, overrideId } = c.req.valid('param')
    const owned = {
      workspaceId,
      scheduleId: idOr404(parseScheduleId, id),
      id: idOr404(parseOverrideId, overrideId),
    }
    await inTenant(deps, c, async (sql) => {
      const { overrides } = await getSchedule(sql, { workspaceId, id: owned.scheduleId })
      const before = overrides.find((one) => one.id === owned.id)
      if (!before || !(await deleteOverride(sql, owned))) throw new AppError('not_found')
      await record(sql, c, { action: 'schedule.override_deleted', subjectId: owned.scheduleId, before: { ...before } })
    })
    return c.body(null, 204)
  })
  return routes
}
