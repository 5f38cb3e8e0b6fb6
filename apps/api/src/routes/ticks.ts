import { createRoute, z } from '@hono/zod-openapi'
import { isPlainText } from '@repo/contracts/plain-text'
import {
  isoTime,
  phaseSeriesSchema,
  type SeriesRange,
  seriesRanges,
  seriesSchema,
  tickPageSchema,
  toTickJson,
  usToMs,
} from '@repo/contracts/ticks'
import { findRegionKey } from '@repo/db/queries/region-key'
import { listPhases, type PhaseMeans, readSeries, type SeriesBucket, type Window } from '@repo/db/queries/series'
import { listTicks } from '@repo/db/queries/ticks'
import { createGuard } from '../access/guard.ts'
import { inTenant } from '../access/tenant.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import type { ApiDeps } from '../deps.ts'
import { getStored, idParams, ownedBy } from '../monitor-reading.ts'
import { AppError } from '../problems.ts'
import { jsonAnswer, openApiRouter, pageQuery, problems } from './openapi.ts'

const regionQuery = z.string().max(200).refine(isPlainText, 'has control characters').optional()

const ticks = createRoute({
  method: 'get',
  path: '/monitors/{id}/ticks',
  summary: 'List the ticks of a monitor, newest first',
  request: {
    params: idParams,
    query: z.object({
      ...pageQuery,
      /** Begins with this instant, and not with the newest. */
      through: z.iso.datetime().optional(),
      /** Only those of this region. */
      region: regionQuery,
    }),
  },
  responses: { 200: jsonAnswer(tickPageSchema, 'A page of ticks'), ...problems },
})

const spanQuery = {
  range: z.enum(seriesRanges).optional(),
  /** In place of a range: from an instant up to another, at most 90 days later. */
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
  region: regionQuery,
}

const series = createRoute({
  method: 'get',
  path: '/monitors/{id}/series',
  summary: 'Latency and counts over a range, in buckets',
  request: {
    params: idParams,
    query: z.object(spanQuery),
  },
  responses: { 200: jsonAnswer(seriesSchema, 'The series'), ...problems },
})

const phases = createRoute({
  method: 'get',
  path: '/monitors/{id}/phases',
  summary: 'Where the time of passing checks went over a range, in buckets',
  request: { params: idParams, query: z.object(spanQuery) },
  responses: { 200: jsonAnswer(phaseSeriesSchema, 'The phases'), ...problems },
})

const cursorSchema = z.object({
  scheduledAtMs: z.number().int().min(0).max(Date.UTC(2200, 0)),
  regionKey: z.number().int().min(0).max(32_767),
})

/** What every tick of an instant comes after. @throws AppError where it is beyond all time. */
function lastAt(through: string): z.output<typeof cursorSchema> {
  const last = cursorSchema.safeParse({ scheduledAtMs: Date.parse(through), regionKey: 32_767 })
  if (!last.success) throw new AppError('invalid_parameter', 'through: is beyond all time')
  return last.data
}

export function tickRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)

  routes.openapi(guard(ticks, { role: 'viewer', resource: 'monitors', access: 'read' }), async (c) => {
    const { limit, cursor, through, region } = c.req.valid('query')
    const owned = ownedBy(c.get('principal').workspaceId, c.req.valid('param').id)
    const after = decodeCursor(cursor, cursorSchema) ?? (through ? lastAt(through) : undefined)
    const asked = { limit, region, cursor: after }
    const page = await inTenant(deps, c, async (sql) => listTicks(sql, (await getStored(sql, owned)).monitorKey, asked))
    return c.json({ items: page.items.map(toTickJson), nextCursor: encodeCursor(page.next) }, 200)
  })

  routes.openapi(guard(series, { role: 'viewer', resource: 'monitors', access: 'read' }), async (c) => {
    const { region, ...asked } = c.req.valid('query')
    const owned = ownedBy(c.get('principal').workspaceId, c.req.valid('param').id)
    const span = spanOf(asked, deps.clock.nowMs())
    const { window, buckets, summary } = await inTenant(deps, c, async (sql) => {
      const monitor = await getStored(sql, owned)
      const windows = [windowOf(span, monitor), windowOf(span, monitor, HOUR_MS)] as const
      const regionKey = region === undefined ? undefined : await findRegionKey(sql, region)
      const read = async (window: Window) => ({
        window,
        ...(await readSeries(sql, monitor.monitorKey, { ...window, regionKey })),
      })
      return readKept(span, windows, read)
    })
    return c.json(
      {
        range: span.range,
        from: isoTime(window.fromMs),
        to: isoTime(window.toMs),
        bucketSeconds: window.bucketMs / 1_000,
        buckets: buckets.map((bucket) => ({ at: isoTime(bucket.atMs), ...toFigures(bucket) })),
        summary: toFigures(summary ?? emptyBucket),
      },
      200,
    )
  })

  routes.openapi(guard(phases, { role: 'viewer', resource: 'monitors', access: 'read' }), async (c) => {
    const { region, ...asked } = c.req.valid('query')
    const owned = ownedBy(c.get('principal').workspaceId, c.req.valid('param').id)
    const span = spanOf(asked, deps.clock.nowMs())
    const { window, buckets } = await inTenant(deps, c, async (sql) => {
      const monitor = await getStored(sql, owned)
      const regionKey = region === undefined ? undefined : await findRegionKey(sql, region)
      const read = async (window: Window) => ({
        window,
        buckets: await listPhases(sql, monitor.monitorKey, { ...window, regionKey }),
      })
      return readKept(span, [windowOf(span, monitor), windowOf(span, monitor, HOUR_MS)], read)
    })
    return c.json(
      {
        from: isoTime(window.fromMs),
        to: isoTime(window.toMs),
        bucketSeconds: window.bucketMs / 1_000,
        buckets: buckets.map(toPhases),
      },
      200,
    )
  })

  return routes
}

interface Reading {
  readonly window: Window
  readonly buckets: readonly { readonly atMs: number }[]
}

/**
 * What is long past has no ticks any more, but the sums of its hours. Where they begin before the ticks do, the whole is read
 * from them: half of a chart would else look as if nobody had watched.
 */
async function readKept<Read extends Reading>(
  span: Span,
  [exact, summed]: readonly [Window, Window],
  read: (window: Window) => Promise<Read>,
): Promise<Read> {
  const reading = await read(exact)
  const firstMs = reading.buckets[0]?.atMs ?? Number.POSITIVE_INFINITY
  if (span.range !== null || exact.bucketMs % HOUR_MS === 0 || firstMs - exact.fromMs < HOUR_MS) return reading
  const older = await read(summed)
  const summedMs = older.buckets[0]?.atMs ?? Number.POSITIVE_INFINITY
  return reading.buckets.length === 0 || summedMs + summed.bucketMs <= firstMs ? older : reading
}

function toPhases({ atMs, dns, connect, tls, firstByte, transfer }: PhaseMeans) {
  return {
    at: isoTime(atMs),
    dnsMs: usToMs(dns),
    connectMs: usToMs(connect),
    tlsMs: usToMs(tls),
    firstByteMs: usToMs(firstByte),
    transferMs: usToMs(transfer),
  }
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const hoursOf: Record<SeriesRange, number> = { '1h': 1, '24h': 24, '7d': 168, '30d': 720, '90d': 2_160 }
const longestMs = hoursOf['90d'] * HOUR_MS
const bucketsWanted = 288
/** With more ticks than this, a day too is read from the sums of its hours. */
const mostTicks = 20_000
interface Span {
  readonly range: SeriesRange | null
  readonly fromMs: number
  readonly toMs: number
}

/** @throws AppError where it has no end, or ends before it begins, or is too long. */
export function spanOf(
  { range, from, to }: { range?: SeriesRange | undefined; from?: string | undefined; to?: string | undefined },
  nowMs: number,
): Span {
  if (from === undefined && to === undefined) {
    const wanted = range ?? '24h'
    return { range: wanted, fromMs: nowMs - hoursOf[wanted] * HOUR_MS, toMs: nowMs }
  }
  const [fromMs, toMs] = [Date.parse(from ?? ''), Date.parse(to ?? '')]
  if (range !== undefined) throw new AppError('invalid_parameter', 'range: leaves no place for from and to')
  if (!(fromMs < toMs)) throw new AppError('invalid_parameter', 'from: has to be before to')
  if (toMs - fromMs > longestMs) throw new AppError('invalid_parameter', 'to: is more than 90 days after from')
  if (fromMs < 0 || toMs > Date.UTC(2200, 0)) throw new AppError('invalid_parameter', 'from: is beyond all time')
  return { range: null, fromMs, toMs }
}

/** Whole buckets, none shorter than the monitor's interval: a bucket without a tick is then a real gap. */
export function windowOf(
  { range, ...span }: Span,
  { intervalMs, regions }: { intervalMs: number; regions: { readonly length: number } },
  leastUnitMs = 1_000,
): Window {
  const lengthMs = span.toMs - span.fromMs
  const isMuch = (lengthMs / intervalMs) * regions.length > mostTicks
  const unitMs = Math.max(unitOf(lengthMs), isMuch ? HOUR_MS : leastUnitMs)
  const bucketMs = Math.ceil(Math.max(lengthMs / bucketsWanted, intervalMs) / unitMs) * unitMs
  const toMs = Math.ceil(span.toMs / bucketMs) * bucketMs
  const count = Math.ceil(lengthMs / bucketMs)
  const fromMs = range === null ? Math.floor(span.fromMs / bucketMs) * bucketMs : toMs - count * bucketMs
  return { fromMs, toMs, bucketMs }
}

/** Longer ranges are read from sums of whole hours, or of whole days. */
function unitOf(lengthMs: number): number {
  if (lengthMs <= DAY_MS) return 1_000
  return lengthMs <= 30 * DAY_MS ? HOUR_MS : DAY_MS
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
