import { monitorLimits } from '@repo/domain/limits'
import { z } from 'zod'
import { regionNames, tags } from './monitors.ts'
import { changedPolicySchema } from './policy.ts'
import { timeoutMs } from './specs/fields.ts'

/**
 * `POST /api/v1/monitors/alert-delay`: of a monitor as it would be saved. Without regions it is checked from all of the instance's.
 * With `monitorId` it is of one that is there, as it would be changed: its groups, and the tags and the policy that are left out, are as it has them.
 */
export const askDelaySchema = z
  .object({
    intervalSeconds: z
      .number()
      .int()
      .min(monitorLimits.intervalSeconds.min)
      .max(monitorLimits.intervalSeconds.max)
      .default(monitorLimits.intervalSeconds.default),
    timeoutMs,
    regions: regionNames.optional(),
    monitorId: z.uuid().optional(),
    /** By which alert policies may choose it. */
    tags: tags.optional(),
    policy: changedPolicySchema.optional(),
  })
  .strict()
export type AskDelay = z.input<typeof askDelaySchema>

export const alertDelaySchema = z.object({
  /** So many regions must find it down, of so many. */
  regionsNeeded: z.number().int(),
  regions: z.number().int(),
  /** Each of them by so many looks in a row. */
  looksNeeded: z.number().int(),
  /** From the beginning of an outage to the first check that fails, at most. */
  noticedSeconds: z.number(),
  /** From that check to the alert, where the target refuses at once. */
  usualSeconds: z.number(),
  /** The same where it does not answer at all. */
  slowestSeconds: z.number(),
  /** So much of both the alert policies wait before they tell anybody; null where none is about such a monitor. */
  waitSeconds: z.number().nullable(),
})
export type AlertDelayJson = z.output<typeof alertDelaySchema>
