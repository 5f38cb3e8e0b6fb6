import type { PhaseSeries } from '@repo/contracts/ticks'
import { latencyText } from '@repo/ui/duration'
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
  const present = presentIn(buckets)
  const rounded = grid.map((bucket) => bucket && roundedParts(present.map(({ key }) => bucket[key] ?? 0)))
  let below = grid.map((bucket): number | null => (bucket ? 0 : null))
  return present.map(({ key, name, csvName, colour }, place) => {
    const told = grid.map((bucket) => (bucket ? (bucket[key] ?? 0) : null))
    const text = (index: number) => partText(rounded[index]?.parts[place])
    below = below.map((sum, index) => (sum === null ? null : sum + (told[index] ?? 0)))
    return {
      key,
      name: t<string>(name),
      csvName,
      colour,
      values: below,
      told,
      text,
      texture: textureOf(key),
      widthPx: 1,
    }
  })
}

const textureOf = (key: (typeof phases)[number]['key']) => phases.findIndex((phase) => phase.key === key)

/**
 * Parts rounded as their whole is, so that what is read adds up to it: the largest remainders are rounded up. In milliseconds.
 */
export function roundedParts(parts: readonly number[]): { readonly parts: readonly number[]; readonly whole: number } {
  const sum = parts.reduce((all, ms) => all + ms, 0)
  const stepMs = stepOf(sum)
  const exact = parts.map((ms) => ms / stepMs)
  const floors = exact.map(Math.floor)
  const missing = Math.round(sum / stepMs) - floors.reduce((all, steps) => all + steps, 0)
  const byRemainder = exact.map((steps, index) => ({ index, remainder: steps - Math.floor(steps) }))
  const raised = new Set(
    byRemainder
      .toSorted((a, b) => b.remainder - a.remainder)
      .slice(0, missing)
      .map(({ index }) => index),
  )
  const steps = floors.map((floor, index) => floor + (raised.has(index) ? 1 : 0))
  return { parts: steps.map((count) => count * stepMs), whole: Math.round(sum / stepMs) * stepMs }
}

/** In what steps a latency of this size is told. */
function stepOf(ms: number): number {
  if (ms < 1) return 0.01
  if (ms < 10) return 0.1
  if (ms < 1_000) return 1
  return ms < 10_000 ? 10 : 100
}

function partText(ms: number | undefined): string {
  if (ms === undefined) return '–'
  return ms > 0 && ms < 1_000 && Number.isInteger(ms) ? `${ms} ms` : ms === 0 ? '0 ms' : latencyText(ms)
}

/** On what the first phase stands. */
export function floorLine(lines: readonly PhaseLine[]): ChartLine {
  const values = lines[0]?.values.map((value) => (value === null ? null : 0)) ?? []
  return { key: 'floor', values, colour: '--line', widthPx: 0 }
}

export function phaseBands(lines: readonly PhaseLine[]): ChartBand[] {
  return lines.map(({ key, colour, texture }, index) => ({
    upper: key,
    lower: lines[index - 1]?.key ?? 'floor',
    colour,
    opacity: 0.7,
    ...(texture !== undefined && { texture }),
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
