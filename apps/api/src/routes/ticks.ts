import { createRoute, z } from '@hono/zod-openapi'
import {
  isoTime,
  type SeriesRange,
  seriesRanges,
  seriesSchema,
  tickPageSchema,
  toTickJson,
  usToMs,
} from '@repo/contracts/ticks'
import { listSeries, type SeriesBucket, summariseSeries, type Window } from '@repo/db/queries/series'
import { listTicks } from '@repo/db/queries/ticks'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import type { ApiDeps } from '../deps.ts'
import { getStored, idParams, ownedBy } from './monitors.ts'
import { jsonAnswer, openApiRouter, problems } from './openapi.ts'

const ticks = createRoute({
  method: 'get',
  path: '/monitors/{id}/ticks',
  summary: 'List the ticks of a monitor, newest first',
  request: {
    params: idParams,
    query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50), cursor: z.string().optional() }),
  },
  responses: { 200: jsonAnswer(tickPageSchema, 'A page of ticks'), ...problems },
})

const series = createRoute({
  method: 'get',
  path: '/monitors/{id}/series',
  summary: 'Latency and counts over a range, in buckets',
  request: { params: idParams, query: z.object({ range: z.enum(seriesRanges).default('24h') }) },
  responses: { 200: jsonAnswer(seriesSchema, 'The series'), ...problems },
})

const cursorSchema = z.object({
  scheduledAtMs: z.number().int().min(0).max(Date.UTC(2200, 0)),
  regionKey: z.number().int().min(0).max(32_767),
})

export function tickRoutes(deps: ApiDeps) {
  const routes = openApiRouter()

  routes.openapi(ticks, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const monitor = await getStored(deps, ownedBy(c.get('person').workspaceId, c.req.valid('param').id))
    const page = await listTicks(deps.sql, monitor.monitorKey, { limit, cursor: decodeCursor(cursor, cursorSchema) })
    return c.json({ items: page.items.map(toTickJson), nextCursor: encodeCursor(page.next) }, 200)
  })

  routes.openapi(series, async (c) => {
    const { range } = c.req.valid('query')
    const monitor = await getStored(deps, ownedBy(c.get('person').workspaceId, c.req.valid('param').id))
    const window = windowOf(range, { nowMs: deps.clock.nowMs(), intervalMs: monitor.intervalMs })
    const [buckets, summary] = await Promise.all([
      listSeries(deps.sql, monitor.monitorKey, window),
      summariseSeries(deps.sql, monitor.monitorKey, window),
    ])
    return c.json(
      {
        range,
        from: isoTime(window.fromMs),
        to: isoTime(window.toMs),
        bucketSeconds: window.bucketMs / 1_000,
        buckets: buckets.map((bucket) => ({ at: isoTime(bucket.atMs), ...toFigures(bucket) })),
        summary: toFigures(summary ?? emptyBucket),
      },
      200,
    )
  })

  return routes
}

const HOUR_MS = 3_600_000
const lengths: Record<SeriesRange, number> = {
  '1h': HOUR_MS,
  '24h': 24 * HOUR_MS,
  '7d': 168 * HOUR_MS,
  '30d': 720 * HOUR_MS,
}
const bucketsWanted = 288

/** Whole buckets, none shorter than the monitor's interval: a bucket without a tick is then a real gap. */
export function windowOf(range: SeriesRange, { nowMs, intervalMs }: { nowMs: number; intervalMs: number }): Window {
  const wantedMs = Math.max(lengths[range] / bucketsWanted, intervalMs)
  const bucketMs = Math.ceil(wantedMs / 1_000) * 1_000
  const toMs = Math.ceil(nowMs / bucketMs) * bucketMs
  return { fromMs: toMs - Math.ceil(lengths[range] / bucketMs) * bucketMs, toMs, bucketMs }
}

const emptyBucket: SeriesBucket = {
  atMs: 0,
  checks: 0,
  up: 0,
  degraded: 0,
  down: 0,
  unknown: 0,
  p50Us: null,
  p95Us: null,
  p99Us: null,
}

function toFigures({ checks, up, degraded, down, unknown, p50Us, p95Us, p99Us }: SeriesBucket) {
  return { checks, up, degraded, down, unknown, p50Ms: usToMs(p50Us), p95Ms: usToMs(p95Us), p99Ms: usToMs(p99Us) }
}
