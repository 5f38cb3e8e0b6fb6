import {
  faultOfSchedule,
  type MaintenanceSchedule,
  maintenanceLimits,
  type Period,
  weekdays,
} from '@repo/domain/maintenance'
import { z } from 'zod'
import { monitorName, tag } from './monitors.ts'
import { longText } from './status-pages.ts'
import { isoTime } from './ticks.ts'
import { timeZone } from './time-zone.ts'

/** Planned maintenance: when, and of which monitors. */

const MINUTE_MS = 60_000
const instant = z.iso.datetime({ offset: true })
const at = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'is not a time of day, such as 02:30')
const weekday = z.enum(weekdays)
const { min, max } = maintenanceLimits.durationMs
const recurring = {
  timeZone,
  durationMinutes: z
    .number()
    .int()
    .min(min / MINUTE_MS)
    .max(max / MINUTE_MS),
  /** Nothing begins before this. */
  from: instant.optional(),
  /** Nothing begins at or after this. */
  until: instant.optional(),
}
const monthDay = z.union([
  z.object({ day: z.union([z.number().int().min(1).max(31), z.literal('last')]) }).strict(),
  z
    .object({
      weekday,
      nth: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5), z.literal('last')]),
    })
    .strict(),
])
const days = z
  .array(weekday)
  .min(1)
  .max(7)
  .refine((list) => new Set(list).size === list.length, 'a day is named twice')

const scheduleParts = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('once'), startsAt: instant, endsAt: instant }).strict(),
  z.object({ kind: z.literal('weekly'), days, at, ...recurring }).strict(),
  z.object({ kind: z.literal('monthly'), on: monthDay, at, ...recurring }).strict(),
  z.object({ kind: z.literal('cron'), expression: z.string().trim().min(9).max(200), ...recurring }).strict(),
])
export type ScheduleJson = z.output<typeof scheduleParts>
/** Of what is stored it was found out already that it makes sense. */
export const storedScheduleSchema = scheduleParts

/** By the clocks of a place: an occurrence begins by the clock, and lasts for so much real time (docs/maintenance.md). */
export const scheduleSchema = scheduleParts.superRefine((schedule, context) => {
  const fault = faultOfSchedule(toSchedule(schedule))
  if (fault !== undefined) context.addIssue({ code: 'custom', message: fault })
})

export function toSchedule(json: ScheduleJson): MaintenanceSchedule {
  if (json.kind === 'once') return { kind: 'once', startMs: Date.parse(json.startsAt), endMs: Date.parse(json.endsAt) }
  const { durationMinutes, from, until, ...rest } = json
  return {
    ...rest,
    durationMs: durationMinutes * MINUTE_MS,
    fromMs: from === undefined ? null : Date.parse(from),
    untilMs: until === undefined ? null : Date.parse(until),
  }
}

/** Whom a window is of. */
export const appliesToSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }).strict(),
  z.object({ kind: z.literal('tags'), tags: z.array(tag).min(1).max(20) }).strict(),
  z
    .object({
      kind: z.literal('monitors'),
      monitorIds: z
        .array(z.uuid())
        .min(1)
        .max(1_000)
        .refine((list) => new Set(list).size === list.length, 'a monitor is named twice'),
    })
    .strict(),
])
export type AppliesTo = z.output<typeof appliesToSchema>

const shownAppliesToSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('tags'), tags: z.array(z.string()) }),
  z.object({ kind: z.literal('monitors'), monitorIds: z.array(z.string()) }),
])

/** What status pages say of a window: its name and its monitors are ours alone. */
export const windowAnnouncementSchema = z.object({ title: monitorName, body: longText.default('') }).strict()
export type WindowAnnouncement = z.output<typeof windowAnnouncementSchema>

/** `POST /api/v1/maintenance`. Pages say nothing of one without an announcement. */
export const createWindowSchema = z
  .object({
    name: monitorName,
    schedule: scheduleSchema,
    appliesTo: appliesToSchema,
    announcement: windowAnnouncementSchema.nullable().optional(),
  })
  .strict()

/** `PATCH /api/v1/maintenance/:id`: what is left out stays as it is. */
export const changeWindowSchema = z
  .object({
    name: monitorName.optional(),
    schedule: scheduleSchema.optional(),
    appliesTo: appliesToSchema.optional(),
    announcement: windowAnnouncementSchema.nullable().optional(),
  })
  .strict()
  .refine((change) => Object.keys(change).length > 0, 'nothing to change')

export const periodSchema = z.object({ startsAt: z.iso.datetime(), endsAt: z.iso.datetime() })

export const windowStates = ['now', 'upcoming', 'past'] as const

export const windowSchema = z.object({
  id: z.string(),
  name: z.string(),
  schedule: scheduleParts,
  /** Monitors that are gone are left out, so there may be none. */
  appliesTo: shownAppliesToSchema,
  /** What status pages say of it; null where they say nothing. */
  announcement: windowAnnouncementSchema.nullable(),
  state: z.enum(windowStates),
  /** The time that lasts now, or else the one that comes next; null where none comes any more. */
  next: periodSchema.nullable(),
  version: z.number().int(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type Window = z.output<typeof windowSchema>

/** `GET /api/v1/maintenance?limit=1…200&cursor=…`, in the order in which they were made. */
export const windowPageSchema = z.object({ items: z.array(windowSchema), nextCursor: z.string().nullable() })

/** `POST /api/v1/maintenance/preview`: what a schedule means, before it is saved. */
export const previewSchema = z
  .object({ schedule: scheduleSchema, count: z.number().int().min(1).max(50).default(10) })
  .strict()
export const previewAnswerSchema = z.object({ occurrences: z.array(periodSchema) })

export function toPeriodJson({ fromMs, toMs }: Period): z.output<typeof periodSchema> {
  return { startsAt: isoTime(fromMs), endsAt: isoTime(toMs) }
}
