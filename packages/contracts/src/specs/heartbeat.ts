import { cronProblem, isTimeZone } from '@repo/domain/cron'
import { z } from 'zod'
import { isPlainText } from '../plain-text.ts'

/** Nobody is asked: a job tells of itself, and it is its silence that is remarked on. */

const longSeconds = 31 * 86_400
const seconds = (min: number, max: number) => z.number().int().min(min).max(max)

const period = z.object({ kind: z.literal('period'), seconds: seconds(10, 365 * 86_400) }).strict()

const cron = z
  .object({
    kind: z.literal('cron'),
    /** Five fields, or a nickname such as `@daily`. */
    expression: z.string().trim().min(1).max(200).refine(isPlainText, 'has control characters'),
    timeZone: z.string().max(64).refine(isTimeZone, 'is not a time zone, such as Europe/Berlin').default('UTC'),
  })
  .strict()
  .superRefine((schedule, context) => {
    // One fault at a time: in a time zone that is none, no expression is right.
    const problem = isTimeZone(schedule.timeZone) ? cronProblem(schedule) : undefined
    if (problem) context.addIssue({ code: 'custom', path: ['expression'], message: problem })
  })

export const heartbeatSpecSchema = z
  .object({
    kind: z.literal('heartbeat'),
    schedule: z.discriminatedUnion('kind', [period, cron]),
    /** How much later than expected a ping may come. */
    graceSeconds: seconds(1, longSeconds).default(300),
    /** How long a run may take, from `/start` to its end. */
    maxRunSeconds: seconds(1, longSeconds).nullable().default(null),
    /** The methods by which a ping counts; without it all of them. */
    methods: z
      .array(z.enum(['GET', 'HEAD', 'POST']))
      .min(1)
      .max(3)
      .optional(),
  })
  .strict()
export type HeartbeatSpec = z.output<typeof heartbeatSpecSchema>
