import { outcomeCodes } from '@repo/domain/outcome'
import { statuses } from '@repo/domain/status'
import { z } from 'zod'

/** When monitors were down, and how much of the time they were not. */

export const incidentSchema = z.object({
  monitor: z.object({ id: z.string(), name: z.string() }),
  beganAt: z.iso.datetime(),
  /** Null while it lasts. */
  endedAt: z.iso.datetime().nullable(),
  /** So far, where it lasts. */
  durationSeconds: z.number(),
  /** Why, where it is known: of one that lasts. */
  cause: z.object({ code: z.enum(outcomeCodes), message: z.string(), region: z.string() }).nullable(),
})
export type Incident = z.output<typeof incidentSchema>

/** `GET /api/v1/incidents?limit=1…200&cursor=…&open=true`, newest first, and the same of one monitor as `/monitors/:id/outages`. */
export const incidentPageSchema = z.object({ items: z.array(incidentSchema), nextCursor: z.string().nullable() })

export const uptimeRanges = ['24h', '7d', '30d', '90d'] as const
export type UptimeRange = (typeof uptimeRanges)[number]

const seconds = z.number()
const durationsShape = Object.fromEntries(statuses.map((status) => [status, seconds])) as Record<
  (typeof statuses)[number],
  typeof seconds
>
const figures = {
  /** Per cent of the time in which it was watched, rounded down at three decimals; null where nothing is known. */
  uptimePercent: z.number().nullable(),
  outages: z.number().int(),
  /** How long it had each status. */
  seconds: z.object(durationsShape),
}

/** `GET /api/v1/monitors/:id/uptime?range=24h|7d|30d|90d&timeZone=Europe/Berlin`: each day, oldest first, and all together. */
export const uptimeSchema = z.object({
  range: z.enum(uptimeRanges),
  timeZone: z.string(),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  summary: z.object(figures),
  /** Days in which nothing was said of it are left out. */
  days: z.array(z.object({ date: z.string(), ...figures })),
})
