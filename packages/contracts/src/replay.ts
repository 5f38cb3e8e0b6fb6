import { outcomeCodes } from '@repo/domain/outcome'
import { z } from 'zod'
import { changedPolicySchema, policySchema } from './policy.ts'

/** What stored checks would have come to under another policy. */

export const replayLimits = { days: 30, looks: 500_000, incidents: 500 } as const

const instant = z.iso.datetime({ offset: true })

/** `POST /api/v1/monitors/:id/replay`. What is left out of `policy` is as the monitor has it. */
export const replayAskedSchema = z
  .object({ from: instant, to: instant, policy: changedPolicySchema.default({}) })
  .strict()

const replayedIncidentSchema = z.object({
  severity: z.enum(['down', 'degraded']),
  beganAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  durationSeconds: z.number(),
  cause: z.object({ code: z.enum(outcomeCodes), message: z.string(), region: z.string() }).nullable(),
})

const outcomeShape = {
  /** The newest first, up to 500. */
  incidents: z.array(replayedIncidentSchema),
  /** How many there are. */
  count: z.number().int(),
  /** One for each that opens, and one for each that ends. */
  alerts: z.number().int(),
  downSeconds: z.number(),
}

export const replaySchema = z.object({
  policy: policySchema,
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  /** How many checks were read. */
  checks: z.number().int(),
  /** Under the policy that was asked for, and under the one that the monitor has. */
  replayed: z.object(outcomeShape),
  present: z.object(outcomeShape),
})
export type Replayed = z.output<typeof replaySchema>
