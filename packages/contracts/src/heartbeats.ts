import { pingKinds } from '@repo/domain/heartbeat'
import { z } from 'zod'

/** `GET /api/v1/monitors/:id/heartbeat`: by what a job tells of itself, and what is known of it. */
export const heartbeatSchema = z.object({
  /** Null for those who may only look: whoever knows an address can say that all is well. */
  urls: z.object({ ping: z.string(), push: z.string() }).nullable(),
  pings: z.number().int(),
  lastPingAt: z.iso.datetime().nullable(),
  lastFinishedAt: z.iso.datetime().nullable(),
  /** The runs that have begun and not ended, the oldest first. */
  running: z.array(z.object({ runId: z.string().nullable(), since: z.iso.datetime() })),
  /** By when the next ping has to come; null while nothing is waited for. */
  deadlineAt: z.iso.datetime().nullable(),
})
export type Heartbeat = z.output<typeof heartbeatSchema>

const pingSchema = z.object({
  /** Which of all pings of the job it is, from 1. */
  n: z.number().int(),
  at: z.iso.datetime(),
  kind: z.enum(pingKinds),
  method: z.string(),
  exitCode: z.number().int().nullable(),
  /** How long the run took that it ended; null where nobody told of its start. */
  durationMs: z.number().int().nullable(),
  runId: z.string().nullable(),
  address: z.string(),
  userAgent: z.string(),
  bodyBytes: z.number().int(),
})
export type PingJson = z.output<typeof pingSchema>

/** `GET /api/v1/monitors/:id/heartbeat/pings`: the last hundred are kept. */
export const pingPageSchema = z.object({ items: z.array(pingSchema), nextCursor: z.string().nullable() })
export type PingPage = z.output<typeof pingPageSchema>

/** `GET /api/v1/monitors/:id/heartbeat/pings/:n/body` */
export const pingBodySchema = z.object({
  body: z.string(),
  /** How long it was when it came. */
  bytes: z.number().int(),
  isWhole: z.boolean(),
})

/** Of the body of a ping so much is kept, and so much is said of it where a run failed. */
export const pingLimits = { bodyBytes: 10_240, wordsLength: 200, perMinute: 600 } as const
