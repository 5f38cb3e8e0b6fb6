import { z } from 'zod'
import { onCallLayersSchema } from './alerts.ts'
import { monitorName } from './monitors.ts'

/** Who is on call, and who stands in for whom. */

const instant = z.iso.datetime({ offset: true })

/** `POST /api/v1/schedules`. */
export const createScheduleSchema = z.object({ name: monitorName, layers: onCallLayersSchema }).strict()

/** `PATCH /api/v1/schedules/:id`: what is left out stays as it is; layers are set as a whole. */
export const changeScheduleSchema = z
  .object({ name: monitorName.optional(), layers: onCallLayersSchema.optional() })
  .strict()
  .refine((change) => Object.keys(change).length > 0, 'nothing to change')

/** `POST /api/v1/schedules/:id/overrides`: somebody is on call in place of whoever would be. */
export const createOverrideSchema = z
  .object({ userId: z.uuid(), from: instant, to: instant })
  .strict()
  .refine(({ from, to }) => Date.parse(to) > Date.parse(from), 'it ends before it begins')

export const overrideSchema = z.object({
  id: z.string(),
  userId: z.string(),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
})

export const scheduleSchema = z.object({
  id: z.string(),
  name: z.string(),
  layers: onCallLayersSchema,
  /** In the order in which they were made. */
  overrides: z.array(overrideSchema),
  /** Who is on call now; null is nobody. */
  onCall: z.string().nullable(),
  version: z.number().int(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type ScheduleJson = z.output<typeof scheduleSchema>

/** `GET /api/v1/schedules`: all of them, in the order in which they were made. */
export const scheduleListSchema = z.object({ items: z.array(scheduleSchema) })

/** `GET /api/v1/schedules/:id/shifts?from=…&to=…`: 90 days at most, without gaps. */
export const shiftListSchema = z.object({
  items: z.array(z.object({ userId: z.string().nullable(), from: z.iso.datetime(), to: z.iso.datetime() })),
})

export const shiftLimits = { spanDays: 90 } as const
