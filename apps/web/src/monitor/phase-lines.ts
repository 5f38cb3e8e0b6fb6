import type { PhaseSeries } from '@repo/contracts/ticks'
import type { ChartBand, ChartLine } from '@repo/ui/latency-options'
import { gridOf, type LatencyWindow } from '@repo/ui/latency-series'
import { msg, t } from '@repo/ui/words'

type Bucket = PhaseSeries['buckets'][number]

/** In the order in which they happen. */
const phases = [
  { key: 'dnsMs', name: msg('DNS'), csvName: 'dns_ms', colour: '--series-1' },
  { key: 'connectMs', name: msg('Connect'), csvName: 'connect_ms', colour: '--series-2' },
  { key: 'tlsMs', name: msg('TLS'), csvName: 'tls_ms', colour: '--series-3' },
  { key: 'firstByteMs', name: msg('Wait'), csvName: 'wait_ms', colour: '--series-4' },
  { key: 'transferMs', name: msg('Download'), csvName: 'download_ms', colour: '--series-5' },
] as const

export interface PhaseLine extends ChartLine {
  readonly name: string
  readonly csvName: string
}

/** Only those that any check had: a plain website has no TLS. */
function presentIn(buckets: readonly Bucket[]) {
  return phases.filter(({ key }) => buckets.some((bucket) => bucket[key] !== null))
}

/** Each phase on top of those before it, so that the upper edge is the whole; the legend tells of each by itself. */
export function phaseLines(buckets: readonly Bucket[], window: LatencyWindow): PhaseLine[] {
  // Where no check passed nothing took any time: that is a gap, and not a floor.
  const passed = buckets.filter((bucket) => phases.some(({ key }) => bucket[key] !== null))
  const byAt = new Map(passed.map((bucket) => [Date.parse(bucket.at), bucket]))
  const grid = gridOf(window).map((atMs) => byAt.get(atMs))
  let below = grid.map((bucket): number | null => (bucket ? 0 : null))
  return presentIn(buckets).map(({ key, name, csvName, colour }) => {
    const told = grid.map((bucket) => (bucket ? (bucket[key] ?? 0) : null))
    below = below.map((sum, index) => (sum === null ? null : sum + (told[index] ?? 0)))
    return { key, name: t<string>(name), csvName, colour, values: below, told, widthPx: 1 }
  })
}

/** On what the first phase stands. */
export function floorLine(lines: readonly PhaseLine[]): ChartLine {
  const values = lines[0]?.values.map((value) => (value === null ? null : 0)) ?? []
  return { key: 'floor', values, colour: '--line', widthPx: 0 }
}

export function phaseBands(lines: readonly PhaseLine[]): ChartBand[] {
  return lines.map(({ key, colour }, index) => ({
    upper: key,
    lower: lines[index - 1]?.key ?? 'floor',
    colour,
    opacity: 0.55,
  }))
}

/** Which phase takes the most of the time, over all buckets. */
export function longestPhase(
  lines: readonly PhaseLine[],
): { readonly name: string; readonly share: number } | undefined {
  const sums = lines.map(({ name, told = [] }) => ({ name, ms: told.reduce<number>((sum, ms) => sum + (ms ?? 0), 0) }))
  const whole = sums.reduce((sum, { ms }) => sum + ms, 0)
  const [longest] = sums.toSorted((a, b) => b.ms - a.ms)
  return longest && whole > 0 ? { name: longest.name, share: longest.ms / whole } : undefined
}
