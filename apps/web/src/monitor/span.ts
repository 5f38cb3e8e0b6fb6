import type { SeriesRange } from '@repo/contracts/ticks'
import { parseRange } from './ranges.ts'

/** What stretch of time is shown: up to now, or between two instants. */
export type Span =
  | { readonly kind: 'range'; readonly range: SeriesRange }
  | { readonly kind: 'custom'; readonly fromMs: number; readonly toMs: number }

const HOUR_MS = 3_600_000
export const rangeMs: Record<SeriesRange, number> = {
  '1h': HOUR_MS,
  '24h': 24 * HOUR_MS,
  '7d': 168 * HOUR_MS,
  '30d': 720 * HOUR_MS,
  '90d': 2_160 * HOUR_MS,
}
const LONGEST_MS = rangeMs['90d']
const SHORTEST_MS = 60_000

/** As the address says it; what it says wrongly is as good as not said. */
export function readSpan(params: URLSearchParams, usual: SeriesRange): Span {
  const [fromMs, toMs] = [Date.parse(params.get('from') ?? ''), Date.parse(params.get('to') ?? '')]
  return customSpan(fromMs, toMs) ?? { kind: 'range', range: parseRange(params.get('range') ?? '', usual) }
}

/** Undefined where the API would not take it. */
export function customSpan(fromMs: number, toMs: number): Span | undefined {
  const isFine = fromMs > 0 && toMs - fromMs >= SHORTEST_MS && toMs - fromMs <= LONGEST_MS
  return isFine ? { kind: 'custom', fromMs, toMs } : undefined
}

/** The query of the address, with the span in it in place of another. */
export function writeSpan(search: string, span: Span, usual: SeriesRange): string {
  const params = new URLSearchParams(search)
  for (const name of ['range', 'from', 'to']) params.delete(name)
  if (span.kind === 'custom') {
    params.set('from', secondText(span.fromMs))
    params.set('to', secondText(span.toMs))
  } else if (span.range !== usual) params.set('range', span.range)
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}

/** Whole seconds are enough, and shorter to read. */
function secondText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

/** From where to where a span is at an instant. */
export function boundsOf(span: Span, nowMs: number): { fromMs: number; toMs: number } {
  if (span.kind === 'custom') return { fromMs: span.fromMs, toMs: span.toMs }
  return { fromMs: nowMs - rangeMs[span.range], toMs: nowMs }
}

/** The stretch before or after, of the same length. None lies in the future: the last one is the range up to now, where there is one so long. */
export function shiftSpan(span: Span, direction: -1 | 1, nowMs: number): Span {
  const { fromMs, toMs } = boundsOf(span, nowMs)
  const lengthMs = toMs - fromMs
  if (direction === -1) return { kind: 'custom', fromMs: fromMs - lengthMs, toMs: fromMs }
  if (span.kind === 'range') return span
  if (toMs + lengthMs < nowMs) return { kind: 'custom', fromMs: toMs, toMs: toMs + lengthMs }
  const range = (Object.keys(rangeMs) as SeriesRange[]).find((one) => Math.abs(rangeMs[one] - lengthMs) < 2_000)
  return range ? { kind: 'range', range } : { kind: 'custom', fromMs: nowMs - lengthMs, toMs: nowMs }
}
