import { policyLimits } from '@repo/domain/policy'
import { z } from 'zod'

/** How a verdict on a monitor is reached; see `docs/verdicts.md`. */

const quorumSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('any') }).strict(),
  z.object({ kind: z.literal('majority') }).strict(),
  z.object({ kind: z.literal('all') }).strict(),
  z.object({ kind: z.literal('count'), count: z.number().int().min(1).max(policyLimits.regions) }).strict(),
])

const shape = {
  /** How many of the regions that could look must find it down. */
  quorum: quorumSchema,
  /** Failing looks in a row before a region votes down; null: one where others must agree, two where not. */
  failures: z.number().int().min(1).max(policyLimits.failures).nullable(),
  /** Passing looks in a row before it votes up again. */
  recoveries: z.number().int().min(1).max(policyLimits.recoveries),
  /** Whether being degraded opens an incident too. */
  degradedIsIncident: z.boolean(),
}

export const policySchema = z.object(shape)

/** What is left out stays as it is; of a new monitor it is the default. */
export const changedPolicySchema = z.object(shape).partial().strict()
export type ChangedPolicy = z.output<typeof changedPolicySchema>
