import type { Series, SeriesRange } from '@repo/contracts/ticks'
import type { UptimeRange } from '@repo/contracts/uptime'
import type { LatencyWindow } from '@repo/ui/latency-series'
import { msg } from '@repo/ui/words'

export const rangeText: Record<SeriesRange, string> = {
  '1h': msg('1 h'),
  '24h': msg('24 h'),
  '7d': msg('7 d'),
  '30d': msg('30 d'),
  '90d': msg('90 d'),
}

export const ranges = Object.keys(rangeText) as SeriesRange[]
/** Those that uptime is told of. The list of the contract would bring its schemas along. */
export const uptimeRanges: readonly UptimeRange[] = ['24h', '7d', '30d', '90d']

const YOUNG_MS = 2 * 3_600_000

/** A young monitor has nothing to show of a whole day. */
export function defaultRange(createdAt: string, nowMs: number): SeriesRange {
  return nowMs - Date.parse(createdAt) < YOUNG_MS ? '1h' : '24h'
}

export function parseRange(text: string, fallback: SeriesRange): SeriesRange {
  return Object.hasOwn(rangeText, text) ? (text as SeriesRange) : fallback
}

const FEWEST_BUCKETS = 12

/** The stretch that the chart spans; a range does not begin long before the monitor did. */
export function chartWindow(
  { range, from, to, bucketSeconds }: Pick<Series, 'range' | 'from' | 'to' | 'bucketSeconds'>,
  createdAt: string,
): LatencyWindow {
  const bucketMs = bucketSeconds * 1_000
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)]
  if (range === null) return { fromMs, toMs, bucketMs }
  const bornMs = Math.floor(Date.parse(createdAt) / bucketMs) * bucketMs
  return { fromMs: Math.max(fromMs, Math.min(bornMs, toMs - FEWEST_BUCKETS * bucketMs)), toMs, bucketMs }
}
