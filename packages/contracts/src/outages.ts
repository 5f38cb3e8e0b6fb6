import { outcomeCodes } from '@repo/domain/outcome'
import { z } from 'zod'

/** A stretch of time in which a monitor was down. */
export const outageSchema = z.object({
  monitor: z.object({ id: z.string(), name: z.string() }),
  beganAt: z.iso.datetime(),
  /** Null while it lasts. */
  endedAt: z.iso.datetime().nullable(),
  /** So far, where it lasts. */
  durationSeconds: z.number(),
  /** Why, where it is known: of one that lasts. */
  cause: z.object({ code: z.enum(outcomeCodes), message: z.string(), region: z.string() }).nullable(),
})
export type Outage = z.output<typeof outageSchema>

/** `GET /api/v1/monitors/:id/outages?limit=1…200&cursor=…&open=true`, newest first. */
export const outagePageSchema = z.object({ items: z.array(outageSchema), nextCursor: z.string().nullable() })
