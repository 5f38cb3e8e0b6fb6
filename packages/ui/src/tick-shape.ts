import type { OutcomeVerdict } from '@repo/domain/outcome'
import { statusWord } from './status.tsx'
import { t } from './words.ts'

/** One tick of a tick line, as little as is needed to draw it. */
export interface TickShape {
  readonly verdict: OutcomeVerdict
  readonly responseTimeMs: number | null
}

export interface TickGeometry {
  readonly heightPx: number
  readonly tickWidthPx: number
  readonly stepPx: number
}

export const rowTicks: TickGeometry = { heightPx: 24, tickWidthPx: 2.6, stepPx: 3.4 }

const LOWEST_PX = 3
const FASTEST_MS = 1
const SLOWEST_MS = 10_000

/** Spreads the usual latencies, which a bare logarithm from 1 ms to 10 s would press into the middle. */
const SPREAD = 1.5

/** Height by the logarithm of the latency; a tick without a measured time is as high as can be. */
export function tickHeight(responseTimeMs: number | null, heightPx: number): number {
  const roomPx = heightPx - 2 - LOWEST_PX
  if (responseTimeMs === null) return heightPx - 2
  const clampedMs = Math.min(Math.max(responseTimeMs, FASTEST_MS), SLOWEST_MS)
  return LOWEST_PX + roomPx * (Math.log(clampedMs / FASTEST_MS) / Math.log(SLOWEST_MS / FASTEST_MS)) ** SPREAD
}

/** One SVG path per verdict for a whole line: sixty ticks are four nodes at most, however many rows are on the screen. */
export function tickPaths(
  ticks: readonly TickShape[],
  slots: number,
  geometry: TickGeometry,
): Record<OutcomeVerdict, string> {
  const paths: Record<OutcomeVerdict, string> = { up: '', degraded: '', down: '', unknown: '' }
  const shown = ticks.slice(-slots)
  shown.forEach((tick, index) => {
    const x = (slots - shown.length + index) * geometry.stepPx
    paths[tick.verdict] += shapes[tick.verdict](x, tick.responseTimeMs, geometry)
  })
  return paths
}

type Shape = (x: number, responseTimeMs: number | null, geometry: TickGeometry) => string

const shapes: Record<OutcomeVerdict, Shape> = {
  /** A flat top. */
  up: (x, responseTimeMs, { heightPx, tickWidthPx }) => {
    const height = tickHeight(responseTimeMs ?? FASTEST_MS, heightPx)
    return `M${at(x)} ${heightPx}v${at(-height)}h${tickWidthPx}v${at(height)}z`
  },
  /** A notch in the top. */
  degraded: (x, responseTimeMs, { heightPx, tickWidthPx }) => {
    const height = Math.max(tickHeight(responseTimeMs, heightPx), heightPx * 0.5)
    const half = tickWidthPx / 2
    return `M${at(x)} ${heightPx}v${at(-height)}l${at(half)} 3l${at(half)} -3v${at(height)}z`
  },
  /** Full height, the top cut aslant. */
  down: (x, _responseTimeMs, { heightPx, tickWidthPx }) => `M${at(x)} ${heightPx}V0l${tickWidthPx} 4V${heightPx}z`,
  /** A dot on the line: nothing was seen. */
  unknown: (x, _responseTimeMs, { heightPx, tickWidthPx }) => {
    const side = tickWidthPx * 0.7
    return `M${at(x)} ${at(heightPx - 1.5)}v${at(-side)}h${at(side)}v${at(side)}z`
  },
}

function at(value: number): string {
  return String(Math.round(value * 100) / 100)
}

/** What a screen reader says of a line: "58 up, 2 down of the last 60 checks". */
export function tickSummary(ticks: readonly TickShape[]): string {
  if (ticks.length === 0) return t('No checks yet')
  const counts = new Map<OutcomeVerdict, number>()
  for (const { verdict } of ticks) counts.set(verdict, (counts.get(verdict) ?? 0) + 1)
  const parts = [...counts].map(([verdict, count]) => `${count} ${statusWord[verdict].toLowerCase()}`)
  return t('{list} of the last {total, plural, one {check} other {# checks}}', {
    list: parts.join(', '),
    total: ticks.length,
  })
}
