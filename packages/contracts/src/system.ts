import { systemProblemKinds } from '@repo/domain/system-health'
import { z } from 'zod'

/** How the monitor itself is. */

export const systemStates = ['working', 'degraded', 'stopped'] as const

export const systemIncidentSchema = z.object({
  id: z.string(),
  kind: z.enum(systemProblemKinds),
  /** Null where it is of all of them. */
  region: z.string().nullable(),
  beganAt: z.iso.datetime(),
  /** Null while it lasts. */
  endedAt: z.iso.datetime().nullable(),
  message: z.string(),
  /** Whether people could miss an outage of theirs meanwhile. */
  stopsAlerts: z.boolean(),
  /** Names of processes among it; null to all but the operator. */
  details: z.record(z.string(), z.unknown()).nullable(),
})
export type SystemIncident = z.output<typeof systemIncidentSchema>

export const systemRegionSchema = z.object({
  name: z.string(),
  /** Whether monitors are checked from there. */
  watched: z.boolean(),
  /** That were seen just now. */
  consumers: z.number().int(),
  /** Of those, the ones that count: their canaries answer, and they judge known targets rightly. */
  consumersCounting: z.number().int(),
  checksPerSecond: z.number(),
  /** Whether it fails where others do not, and has no vote. */
  quarantined: z.boolean(),
  /** Whether a canary check came the whole way just now. */
  pathOpen: z.boolean(),
  /** Since the newest canary check came the whole way; null where none ever did. */
  resultAgeSeconds: z.number().nullable(),
  /** Per cent of the slots of the last five minutes that have a result, rounded down at three decimals; null where none came due. */
  coveragePercent: z.number().nullable(),
})
export type SystemRegion = z.output<typeof systemRegionSchema>

/** `GET /api/v1/system` */
export const systemSchema = z.object({
  state: z.enum(systemStates),
  asOf: z.iso.datetime(),
  checksPerSecond: z.number(),
  /** Of the newest canary check that came the whole way; null where none ever did. */
  resultAgeSeconds: z.number().nullable(),
  regions: z.array(systemRegionSchema),
  /** Those that last, the oldest first. */
  open: z.array(systemIncidentSchema),
  /** The last fifty that ended, the newest first. */
  ended: z.array(systemIncidentSchema),
  /** Null to all but the operator. */
  consumers: z
    .array(
      z.object({
        name: z.string(),
        region: z.string(),
        version: z.string(),
        online: z.boolean(),
        trusted: z.boolean(),
        checksPerSecond: z.number(),
        clockOffsetMs: z.number().int(),
        seenAt: z.iso.datetime(),
      }),
    )
    .nullable(),
})
export type System = z.output<typeof systemSchema>
