import { z } from 'zod'

/** Which monitors have become much slower. */

export const slowdownLimits = { default: 5, max: 20 } as const

/** `GET /api/v1/slowdowns?limit=1…20`: what slowed down by the largest factor is first. Paused ones are left out. */
export const slowdownsSchema = z.object({
  items: z.array(
    z.object({
      monitor: z.object({ id: z.string(), name: z.string() }),
      /** Of passing checks: of the last 24 whole hours and the one that runs, and of the 24 hours before. */
      p95Ms: z.number().nonnegative(),
      beforeMs: z.number().nonnegative(),
    }),
  ),
})
export type Slowdowns = z.output<typeof slowdownsSchema>
