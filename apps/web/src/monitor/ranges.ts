import type { SeriesRange } from '@repo/contracts/ticks'

export const rangeText: Record<SeriesRange, string> = { '1h': '1 h', '24h': '24 h', '7d': '7 d', '30d': '30 d' }

export const rangeOptions = (Object.entries(rangeText) as [SeriesRange, string][]).map(([value, text]) => ({
  value,
  text,
}))

export function parseRange(text: string): SeriesRange {
  return text in rangeText ? (text as SeriesRange) : '24h'
}
