import type { Tick as DomainTick } from '@repo/domain/check'
import { outcomeCodes } from '@repo/domain/outcome'
import { z } from 'zod'

const ms = z.number().nonnegative()
const verdict = z.enum(['up', 'degraded', 'down', 'unknown'])

/** One tick as the API gives it. Times are ISO 8601 in UTC; durations are milliseconds with microsecond fractions. */
export const tickSchema = z.object({
  region: z.string(),
  scheduledAt: z.iso.datetime(),
  startedAt: z.iso.datetime(),
  verdict,
  code: z.enum(outcomeCodes),
  message: z.string(),
  status: z.number().int().nullable(),
  address: z.string().nullable(),
  redirects: z.number().int(),
  certificateExpiresAt: z.iso.datetime().nullable(),
  phases: z.object({
    dnsMs: ms.nullable(),
    connectMs: ms.nullable(),
    tlsMs: ms.nullable(),
    firstByteMs: ms.nullable(),
    transferMs: ms.nullable(),
    totalMs: ms,
  }),
})
export type Tick = z.output<typeof tickSchema>

/** A tick as the API and the live channel give it. */
export function toTickJson({ region, scheduledAtMs, startedAtMs, outcome }: DomainTick): Tick {
  const { phases, certificateExpiresAtMs, ...said } = outcome
  return {
    region,
    scheduledAt: isoTime(scheduledAtMs),
    startedAt: isoTime(startedAtMs),
    ...said,
    certificateExpiresAt: isoTimeOrNull(certificateExpiresAtMs),
    phases: {
      dnsMs: usToMs(phases.dns),
      connectMs: usToMs(phases.connect),
      tlsMs: usToMs(phases.tls),
      firstByteMs: usToMs(phases.firstByte),
      transferMs: usToMs(phases.transfer),
      totalMs: phases.total / 1_000,
    },
  }
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}

export function isoTimeOrNull(ms: number | null): string | null {
  return ms === null ? null : isoTime(ms)
}

export function usToMs(us: number | null): number | null {
  return us === null ? null : us / 1_000
}

/** `GET /api/v1/monitors/:id/ticks?limit=1…200&cursor=…`, newest first. */
export const tickPageSchema = z.object({ items: z.array(tickSchema), nextCursor: z.string().nullable() })
export type TickPage = z.output<typeof tickPageSchema>

/** The least that a tick line draws: one slot in one region. `responseTimeMs` is null where nothing was measured. */
export const tickMarkSchema = z.object({
  region: z.string(),
  scheduledAt: z.iso.datetime(),
  verdict,
  responseTimeMs: ms.nullable(),
})
export type TickMark = z.output<typeof tickMarkSchema>

/** The ranges that the dashboard offers. */
export const seriesRanges = ['1h', '24h', '7d', '30d', '90d'] as const
export type SeriesRange = (typeof seriesRanges)[number]
/** One bucket of a latency chart; latencies cover passing checks only and are null where there were none. */
export const seriesBucketSchema = z.object({
  at: z.iso.datetime(),
  checks: z.number().int(),
  up: z.number().int(),
  degraded: z.number().int(),
  down: z.number().int(),
  unknown: z.number().int(),
  p50Ms: ms.nullable(),
  p95Ms: ms.nullable(),
  p99Ms: ms.nullable(),
})

/**
 * `GET /api/v1/monitors/:id/series?range=1h|24h|7d|30d|90d&region=eu-1`: of one region, or of all together; with `from` and `to`
 * in place of `range`, of what lies between them, up to 90 days. Buckets without any check are left out: a gap stays a gap. Counts are exact; percentiles are within 1.6 % where buckets are whole hours.
 */
export const seriesSchema = z.object({
  /** Null where `from` and `to` were asked for. */
  range: z.enum(seriesRanges).nullable(),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  bucketSeconds: z.number().int(),
  buckets: z.array(seriesBucketSchema),
  summary: seriesBucketSchema.omit({ at: true }),
})
export type Series = z.output<typeof seriesSchema>

/**
 * `GET /api/v1/monitors/:id/phases`, asked as a series: the mean of each phase of passing checks in the same buckets. A phase is null
 * where none of them had it.
 */
export const phaseSeriesSchema = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  bucketSeconds: z.number().int(),
  buckets: z.array(
    z.object({
      at: z.iso.datetime(),
      dnsMs: ms.nullable(),
      connectMs: ms.nullable(),
      tlsMs: ms.nullable(),
      firstByteMs: ms.nullable(),
      transferMs: ms.nullable(),
    }),
  ),
})
export type PhaseSeries = z.output<typeof phaseSeriesSchema>
