import type { Series, SeriesRange } from '@repo/contracts/ticks'
import type { LatencyWindow } from '@repo/ui/latency-series'

export const rangeText: Record<SeriesRange, string> = {
  '1h': '1 h',
  '24h': '24 h',
  '7d': '7 d',
  '30d': '30 d',
  '90d': '90 d',
}

export const rangeOptions = (Object.entries(rangeText) as [SeriesRange, string][]).map(([value, text]) => ({
  value,
  text,
}))

const YOUNG_MS = 2 * 3_600_000

/** A young monitor has nothing to show of a whole day. */
export function defaultRange(createdAt: string, nowMs: number): SeriesRange {
  return nowMs - Date.parse(createdAt) < YOUNG_MS ? '1h' : '24h'
}

export function parseRange(text: string, fallback: SeriesRange): SeriesRange {
  return Object.hasOwn(rangeText, text) ? (text as SeriesRange) : fallback
}

const FEWEST_BUCKETS = 12

/** The range that the chart spans; it does not begin long before the monitor did. */
export function chartWindow({ from, to, bucketSeconds }: Omit<Series, 'summary'>, createdAt: string): LatencyWindow {
  const bucketMs = bucketSeconds * 1_000
  const toMs = Date.parse(to)
  const bornMs = Math.floor(Date.parse(createdAt) / bucketMs) * bucketMs
  return { fromMs: Math.max(Date.parse(from), Math.min(bornMs, toMs - FEWEST_BUCKETS * bucketMs)), toMs, bucketMs }
}
