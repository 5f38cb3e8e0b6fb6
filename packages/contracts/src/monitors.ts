import { monitorLimits } from '@repo/domain/limits'
import { outcomeCodes } from '@repo/domain/outcome'
import { parseRegion } from '@repo/domain/region'
import { z } from 'zod'
import { checkSpecSchema } from './check-spec.ts'
import { isPlainText } from './plain-text.ts'
import { changedPolicySchema, policySchema } from './policy.ts'
import { changedSpecSchema, shownSpecSchema } from './spec-schemas.ts'
import { tickMarkSchema } from './ticks.ts'

export const monitorName = z
  .string()
  .trim()
  .min(1, 'a name is required')
  .max(monitorLimits.nameLength, `a name has at most ${monitorLimits.nameLength} characters`)
  .refine(isPlainText, 'a name has no control characters')
const intervalSeconds = z.number().int().min(monitorLimits.intervalSeconds.min).max(monitorLimits.intervalSeconds.max)
export const regionName = z.string().superRefine((text, context) => {
  try {
    parseRegion(text)
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message })
  }
})
export const regionNames = z
  .array(regionName)
  .min(1, 'at least one region is required')
  .max(monitorLimits.regions)
  .refine((list) => new Set(list).size === list.length, 'a region is named twice')

/** None is silenced where it is empty. */
const mutedRegions = z
  .array(regionName)
  .max(monitorLimits.regions)
  .refine((list) => new Set(list).size === list.length, 'a region is named twice')

export const tagLimits = { count: 20, length: 40 } as const
export const tag = z
  .string()
  .trim()
  .min(1, 'a tag is not empty')
  .max(tagLimits.length, `a tag has at most ${tagLimits.length} characters`)
  .refine(isPlainText, 'a tag has no control characters')
export const tags = z
  .array(tag)
  .max(tagLimits.count, `a monitor has at most ${tagLimits.count} tags`)
  .refine((list) => new Set(list).size === list.length, 'a tag is named twice')

/** A look that is longer than this is not kept, so that no body is too large by them. */
export const lookLimits = { length: 16_000, keptMs: 300_000 } as const

/** `POST /api/v1/monitors`. Without a name the monitor is called by its host and path; without regions it is checked from all of the instance's. */
export const createMonitorSchema = z
  .object({
    name: monitorName.optional(),
    spec: checkSpecSchema,
    intervalSeconds: intervalSeconds.default(monitorLimits.intervalSeconds.default),
    regions: regionNames.optional(),
    tags: tags.default([]),
    policy: changedPolicySchema.optional(),
    mutedRegions: mutedRegions.optional(),
    /** What a test run of the very same spec has just seen: its first results. What is too old, or of another one, is passed over. */
    looks: z.array(z.string().max(lookLimits.length)).max(monitorLimits.regions).optional(),
  })
  .strict()
export type CreateMonitor = z.input<typeof createMonitorSchema>

/** `PATCH /api/v1/monitors/:id`: what is left out stays as it is, and so does a secret where `{ "set": true }` stands. */
export const changeMonitorSchema = z
  .object({
    name: monitorName.optional(),
    spec: changedSpecSchema.optional(),
    intervalSeconds: intervalSeconds.optional(),
    regions: regionNames.optional(),
    tags: tags.optional(),
    policy: changedPolicySchema.optional(),
    mutedRegions: mutedRegions.optional(),
  })
  .strict()
  .refine((change) => Object.keys(change).length > 0, 'nothing to change')
export type ChangeMonitor = z.input<typeof changeMonitorSchema>

/** What every listing and every live change says about a monitor. */
export const monitorSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** With `{ "set": true }` in place of each secret. */
  spec: shownSpecSchema,
  intervalSeconds: z.number().int(),
  regions: z.array(z.string()),
  tags: z.array(z.string()),
  /** How its verdict is reached. */
  policy: policySchema,
  /** Regions of its own that look and have no vote. */
  mutedRegions: z.array(z.string()),
  /** How often people changed it, from 1; its entity tag. */
  version: z.number().int(),
  status: z.enum(['up', 'degraded', 'down', 'unknown', 'maintenance', 'paused']),
  /** Since when the monitor has had this status; null while nothing is known. */
  since: z.iso.datetime().nullable(),
  /** Why it is not up, in one sentence; null while it is up or nothing was seen yet. */
  cause: z.object({ code: z.enum(outcomeCodes), message: z.string(), region: z.string() }).nullable(),
  /** How many regions say so: `failing` of `reporting` of `configured`. */
  agreement: z.object({ failing: z.number().int(), reporting: z.number().int(), configured: z.number().int() }),
  last: tickMarkSchema.nullable(),
  /** As many of the last ticks as were asked for (`recent`), up to 60, oldest first. */
  recent: z.array(tickMarkSchema),
  /** Renewed about once a minute; null where nothing is known. */
  figures: z.object({
    /** Of the last 24 hours, as `GET /monitors/:id/uptime` reckons it. */
    uptimePercent24h: z.number().nullable(),
    uptimePercent30d: z.number().nullable(),
    /** Of the passing checks of the last 24 whole hours and the one that runs. */
    p95Ms: z.number().nullable(),
  }),
  nextCheckAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
})
export type Monitor = z.output<typeof monitorSchema>

/** How many monitors of the workspace have each status. */
export const monitorCountsSchema = z.object({
  total: z.number().int(),
  up: z.number().int(),
  degraded: z.number().int(),
  down: z.number().int(),
  unknown: z.number().int(),
  maintenance: z.number().int(),
  paused: z.number().int(),
})
export type MonitorCounts = z.output<typeof monitorCountsSchema>

/**
 * The order of a list; a minus turns it round. `status` is the worst first, then by name. `-p95` is the slowest first, and the
 * uptimes without a minus are the lowest first; those of which nothing is known stand last either way, and what is alike goes by name.
 */
export const monitorSortings = [
  'status',
  'name',
  '-name',
  'created',
  '-created',
  'changed',
  '-changed',
  'p95',
  '-p95',
  'uptime24h',
  '-uptime24h',
  'uptime30d',
  '-uptime30d',
] as const
export const recentLimit = 60

/**
 * `GET /api/v1/monitors?limit=1…200&cursor=…&sort=-changed&from=end&status=down&kind=http&tag=shop&text=shop&recent=0…60`, by
 * keyset pages. Of `text` every word is in the name, in what is watched or in a tag, or begins the id. With `from=end` the first page is the end of the list, and the next ones lead to its beginning; within a page
 * the order is the same. `counts` is of the whole workspace, whatever the filter.
 */
export const monitorPageSchema = z.object({
  items: z.array(monitorSchema),
  nextCursor: z.string().nullable(),
  counts: monitorCountsSchema,
})
export type MonitorPage = z.output<typeof monitorPageSchema>

/** `POST /api/v1/monitors/:id/check`: the instant by which the ticks are known once they have come. */
export const checkNowSchema = z.object({ scheduledAt: z.iso.datetime(), regions: z.array(z.string()) })

/** `GET /api/v1/regions`: what a new monitor can be checked from, and who works there. */
export const regionsSchema = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      /** Whether a consumer works there just now whose canaries answer. */
      online: z.boolean(),
      lastSeenAt: z.iso.datetime().nullable(),
      consumers: z.array(
        z.object({
          name: z.string(),
          version: z.string(),
          online: z.boolean(),
          /** False while it judges targets of its own wrongly: nothing that it sees counts. */
          trusted: z.boolean(),
          checksPerSecond: z.number(),
          /** At the 99th percentile. */
          startLagMs: z.number(),
          probesRunning: z.number().int(),
          clockOffsetMs: z.number().int(),
          seenAt: z.iso.datetime(),
        }),
      ),
    }),
  ),
})
export type Regions = z.output<typeof regionsSchema>
