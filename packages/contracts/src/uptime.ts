import { statuses } from '@repo/domain/status'
import { z } from 'zod'

/** How much of the time a monitor was not down. */

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
  summary: z.object({
    ...figures,
    /** The share of single checks that passed, over all regions; null where none was carried out. Unknown ones do not count. */
    reachability: z.object({ percent: z.number().nullable(), passed: z.number().int(), checks: z.number().int() }),
  }),
  /** Days in which nothing was said of it are left out. */
  days: z.array(z.object({ date: z.string(), ...figures })),
})
export type Uptime = z.output<typeof uptimeSchema>
