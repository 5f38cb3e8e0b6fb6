import type uPlot from 'uplot'
import { type Column, type LatencyWindow, loneIndices } from './latency-series.ts'
import { paintTexture, type TextureName } from './texture.tsx'
import { dateText } from './words.ts'

/** A line of the chart: its colour is the name of a token, for the canvas reads the theme by itself. */
export interface ChartLine {
  readonly key: string
  readonly values: Column
  readonly colour: `--${string}`
  readonly widthPx: number
  readonly dash?: readonly number[]
  readonly opacity?: number
  /** Written at its end. */
  readonly label?: string
  /** What the legend tells of it, where that is not where the line lies. */
  readonly told?: Column
  /** The same in words, where one number does not say it. */
  readonly text?: (index: number) => string
  /** Of what is filled below it, in the legend. */
  readonly texture?: TextureName
}

/** What is filled between two lines, by their keys, in the colour of a token. */
export interface ChartBand {
  readonly upper: string
  readonly lower: string
  readonly colour: `--${string}`
  readonly opacity: number
  readonly texture?: TextureName
}

/** What lies behind the lines. */
export interface ChartGround {
  /** Stretches in which it was down. */
  readonly spans: readonly { readonly fromMs: number; readonly toMs: number }[]
  /** Buckets in which a check failed, on the grid. */
  readonly failing: readonly boolean[]
  /** Single checks that are pointed out, of those within the window. */
  readonly points?: readonly { readonly atMs: number; readonly ms: number; readonly isDown: boolean }[]
  readonly limit: { readonly ms: number; readonly text: string } | undefined
}

export type ReadToken = (name: string) => string

interface LatencyOptions {
  readonly lines: readonly ChartLine[]
  readonly bands: readonly ChartBand[]
  readonly token: ReadToken
  readonly window: () => LatencyWindow
  readonly limitMs: () => number | undefined
  readonly onCursor: (index: number | null) => void
  readonly onZoom: (fromMs: number, toMs: number) => void
  readonly syncKey: string
}

export function tokenReader(element: Element): ReadToken {
  const style = getComputedStyle(element)
  return (name) => style.getPropertyValue(name).trim()
}

export function chartFont(token: ReadToken): string {
  return `11px ${token('--font-plex') || 'monospace'}`
}

const LABEL_ROOM_PX = 76
/** The last instant stands in the middle below its place. */
const HALF_INSTANT_PX = 20
const LEAST_ZOOM_PX = 6

export function latencyOptions(given: LatencyOptions): Omit<uPlot.Options, 'width' | 'height'> {
  const { lines, token, window } = given
  const axis = { stroke: token('--muted'), font: chartFont(token), ticks: { show: false } }
  const isLabelled = lines.some(({ label }) => label !== undefined)
  return {
    legend: { show: false },
    padding: [8, isLabelled ? LABEL_ROOM_PX : HALF_INSTANT_PX, 0, 0],
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false },
      points: { size: 6 },
      sync: { key: given.syncKey, setSeries: false },
    },
    scales: {
      x: { time: true, range: () => [window().fromMs / 1_000, window().toMs / 1_000] },
      y: { range: (_plot, _min, max) => [0, ceilingWith(given.limitMs(), max)] },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 28, space: 72, values: timeLabels(window) },
      {
        ...axis,
        grid: { stroke: token('--line'), width: 1 },
        size: 56,
        space: 48,
        values: (_plot, splits) => splits.map(msLabel),
      },
    ],
    series: [{}, ...lines.map((line) => seriesOf(line, token))],
    bands: bandsOf(given),
    hooks: {
      setCursor: [(plot) => given.onCursor(plot.cursor.idx ?? null)],
      setSelect: [(plot) => zoom(plot, given.onZoom)],
    },
  }
}

function seriesOf({ colour, widthPx, dash, opacity = 1 }: ChartLine, token: ReadToken): uPlot.Series {
  const stroke = withAlpha(token(colour), opacity)
  return {
    stroke,
    width: widthPx,
    ...(dash && { dash: [...dash] }),
    spanGaps: false,
    points: {
      size: 5,
      show: true,
      fill: stroke,
      filter: (plot, seriesIndex) => loneIndices(plot.data[seriesIndex] ?? []),
    },
  }
}

/** A band of which a line is hidden is not there. */
function bandsOf({ lines, bands, token }: LatencyOptions): uPlot.Band[] {
  const placeOf = (key: string) => lines.findIndex((line) => line.key === key) + 1
  return bands.flatMap(({ upper, lower, colour, opacity, texture }) => {
    const series: [number, number] = [placeOf(upper), placeOf(lower)]
    if (series.includes(0)) return []
    const fill = withAlpha(token(colour), opacity)
    return { series, fill: texture === undefined ? fill : paintTexture(texture, { fill, ink: token('--surface') }) }
  })
}

/** What was dragged over is asked for anew; nothing stays selected. */
function zoom(plot: uPlot, onZoom: LatencyOptions['onZoom']): void {
  const { left, width } = plot.select
  if (width < LEAST_ZOOM_PX) return
  const at = (px: number) => plot.posToVal(px, 'x') * 1_000
  const [fromMs, toMs] = [at(left), at(left + width)]
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
  onZoom(fromMs, toMs)
}

const SCALE_STEPS = [1, 1.5, 2, 3, 4, 5, 6, 8, 10]

/** The next round number above, so that the axis moves seldom; an empty chart still has one. */
export function niceCeiling(max: number | null): number {
  if (max === null || max <= 0 || !Number.isFinite(max)) return 100
  const power = 10 ** Math.floor(Math.log10(max))
  const step = SCALE_STEPS.find((candidate) => candidate * power >= max * 1.05) ?? 10
  return Math.max(step * power, 1)
}

/** The limit is part of what is seen where it lies near the latencies. */
export function ceilingWith(limitMs: number | undefined, max: number | null): number {
  const isNear = limitMs !== undefined && max !== null && limitMs <= max * 3
  return niceCeiling(isNear ? Math.max(limitMs, max) : max)
}

function msLabel(ms: number): string {
  return ms >= 1_000 ? `${ms / 1_000} s` : `${ms} ms`
}

const DAY_MS = 86_400_000

function timeLabels(window: () => LatencyWindow): (plot: uPlot, splits: number[]) => string[] {
  return (_plot, splits) => {
    const isLong = window().toMs - window().fromMs > 2 * DAY_MS
    const labels = splits.map((seconds) =>
      dateText(seconds * 1_000, isLong ? { day: 'numeric', month: 'short' } : { hour: '2-digit', minute: '2-digit' }),
    )
    return labels.map((label, index) => (label === labels[index - 1] ? '' : label))
  }
}

/** `#rrggbb` with an alpha; a canvas does not know `color-mix`. A colour of the system, such as `CanvasText`, stays as it is. */
export function withAlpha(colour: string, alpha: number): string {
  if (alpha === 1 || !colour.startsWith('#')) return colour
  // Style sheets are made smaller: what was written `#ffffff` is read as `#fff`.
  const whole = colour.length === 4 ? colour.replace(/[\da-f]/gi, '$&$&') : colour
  return `${whole}${Math.round(alpha * 255)
    .toString(16)
    .padStart(2, '0')}`
}
