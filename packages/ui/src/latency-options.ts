import type uPlot from 'uplot'
import { type LatencyWindow, loneIndices } from './latency-series.ts'

export interface ChartColours {
  readonly line: string
  readonly grid: string
  readonly text: string
  readonly downTint: string
  readonly down: string
  readonly font: string
}

interface LatencyOptions {
  readonly colours: ChartColours
  readonly window: LatencyWindow
  readonly downColumns: () => readonly boolean[]
  readonly onCursor: (index: number | null) => void
}

export function readChartColours(element: Element): ChartColours {
  const style = getComputedStyle(element)
  const read = (name: string) => style.getPropertyValue(name).trim()
  return {
    line: read('--up'),
    grid: read('--line'),
    text: read('--muted'),
    downTint: read('--down-tint'),
    down: read('--down'),
    font: `11px ${read('--font-plex') || 'monospace'}`,
  }
}

export function latencyOptions(given: LatencyOptions): Omit<uPlot.Options, 'width' | 'height'> {
  const { colours, window } = given
  const axis = { stroke: colours.text, font: colours.font, ticks: { show: false } }
  return {
    legend: { show: false },
    padding: [8, 8, 0, 0],
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { time: true, range: () => [window.fromMs / 1_000, window.toMs / 1_000] },
      y: { range: (_plot, _min, max) => [0, niceCeiling(max)] },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 28, space: 72, values: timeLabels(window.toMs - window.fromMs) },
      {
        ...axis,
        grid: { stroke: colours.grid, width: 1 },
        size: 56,
        space: 48,
        values: (_plot, splits) => splits.map(msLabel),
      },
    ],
    series: [
      {},
      percentile({ stroke: colours.line, width: 1 }),
      percentile({ stroke: colours.line, width: 2 }),
      percentile({ stroke: withAlpha(colours.line, 0.75), width: 1.5, dash: [2, 4] }),
    ],
    bands: [{ series: [2, 1], fill: withAlpha(colours.line, 0.16) }],
    hooks: {
      drawClear: [(plot) => tintDownColumns(plot, given)],
      setCursor: [(plot) => given.onCursor(plot.cursor.idx ?? null)],
    },
  }
}

function percentile(look: Pick<uPlot.Series, 'stroke' | 'width' | 'dash'>): uPlot.Series {
  return {
    ...look,
    spanGaps: false,
    points: {
      size: 5,
      show: true,
      ...(look.stroke === undefined ? {} : { fill: look.stroke }),
      filter: (plot, seriesIndex) => loneIndices(plot.data[seriesIndex] ?? []),
    },
  }
}

function tintDownColumns(plot: uPlot, { colours, window, downColumns }: LatencyOptions): void {
  const seconds = plot.data[0]
  const { ctx, bbox } = plot
  const within = (at: number) =>
    Math.round(Math.min(Math.max(plot.valToPos(at, 'x', true), bbox.left), bbox.left + bbox.width))
  downColumns().forEach((down, index) => {
    const at = seconds[index]
    if (!down || at === undefined) return
    const left = within(at)
    const width = Math.max(2, within(at + window.bucketMs / 1_000) - left)
    ctx.fillStyle = colours.downTint
    ctx.fillRect(left, bbox.top, width, bbox.height)
    ctx.fillStyle = colours.down
    ctx.fillRect(left, bbox.top, width, 3 * devicePixelRatio)
  })
}

const SCALE_STEPS = [1, 1.5, 2, 3, 4, 5, 6, 8, 10]

/** The next round number above, so that the axis moves seldom; an empty chart still has one. */
export function niceCeiling(max: number | null): number {
  if (max === null || max <= 0 || !Number.isFinite(max)) return 100
  const power = 10 ** Math.floor(Math.log10(max))
  const step = SCALE_STEPS.find((candidate) => candidate * power >= max * 1.05) ?? 10
  return Math.max(step * power, 1)
}

function msLabel(ms: number): string {
  return ms >= 1_000 ? `${ms / 1_000} s` : `${ms} ms`
}

const DAY_MS = 86_400_000

function timeLabels(rangeMs: number): (plot: uPlot, splits: number[]) => string[] {
  const format = new Intl.DateTimeFormat(
    'en-GB',
    rangeMs > 2 * DAY_MS ? { day: 'numeric', month: 'short' } : { hour: '2-digit', minute: '2-digit' },
  )
  return (_plot, splits) => {
    const labels = splits.map((seconds) => format.format(seconds * 1_000))
    return labels.map((label, index) => (label === labels[index - 1] ? '' : label))
  }
}

/** `#rrggbb` with an alpha; a canvas does not know `color-mix`. */
function withAlpha(hex: string, alpha: number): string {
  return `${hex}${Math.round(alpha * 255)
    .toString(16)
    .padStart(2, '0')}`
}
