'use client'
import { type RefObject, useEffect, useMemo, useRef } from 'react'
import uPlot from 'uplot'
import { type ChartBand, type ChartGround, type ChartLine, latencyOptions, tokenReader } from './latency-options.ts'
import { paintGround, paintLabels, paintLimit, paintPoints } from './latency-paint.ts'
import { gapsIn, gridOf, type LatencyWindow } from './latency-series.ts'

interface LatencyChartProps {
  /** On the grid of the window; those that are shown. */
  lines: readonly ChartLine[]
  bands?: readonly ChartBand[]
  ground: ChartGround
  window: LatencyWindow
  /** The chart is painted anew in the colours of the theme that this names. */
  theme: string
  /** Charts of the same key move their cursors together. */
  syncKey: string
  onCursor: (index: number | null) => void
  onZoom: (fromMs: number, toMs: number) => void
  onPick: (index: number) => void
  heightPx?: number
  testId?: string
}

const HEIGHT_PX = 300
const CLICK_PX = 4

/** Lines over time. Holes stay holes; outages are tinted; dragging over a stretch asks for it, a click for one bucket. */
export function LatencyChart({ heightPx = HEIGHT_PX, testId = 'latency-chart', ...props }: LatencyChartProps) {
  const host = useRef<HTMLDivElement>(null)
  const { lines, ground, window, theme } = props
  const seconds = useMemo(() => gridOf(window).map((ms) => ms / 1_000), [window])
  const latest = useRef({ ...props, seconds })
  const plot = useRef<uPlot>(null)
  useEffect(() => {
    latest.current = { ...props, seconds }
  })
  // What the options of a chart are made of; with the same, only the data are set.
  const form = `${theme} ${window.bucketMs} ${lines.map(({ key, label }) => `${key}/${label}`).join()}`

  // biome-ignore lint/correctness/useExhaustiveDependencies: a chart is built once per form; new data are set below
  useEffect(() => {
    const element = host.current
    if (!element) return
    const chart = openChart(element, latest, heightPx)
    plot.current = chart
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: heightPx }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      chart.destroy()
      plot.current = null
    }
  }, [form])

  // biome-ignore lint/correctness/useExhaustiveDependencies: what lies behind the lines is painted with them
  useEffect(() => {
    plot.current?.batch(() => {
      plot.current?.setData(toData(seconds, lines), false)
      plot.current?.setScale('x', { min: window.fromMs / 1_000, max: window.toMs / 1_000 })
    })
  }, [seconds, lines, ground, window])

  return (
    <div
      ref={host}
      aria-hidden="true"
      data-testid={testId}
      data-gaps={lines.reduce((sum, { values }) => sum + gapsIn(values), 0)}
      data-points={ground.points?.length ?? 0}
      data-lines={lines.map(({ key }) => key).join(' ')}
      style={{ height: heightPx }}
      className="-mx-1 min-w-0"
    />
  )
}

type Latest = RefObject<LatencyChartProps & { seconds: readonly number[] }>

function openChart(element: HTMLElement, latest: Latest, height: number): uPlot {
  const token = tokenReader(element)
  const { lines, bands = [], syncKey, seconds } = latest.current
  const options = latencyOptions({
    ...{ lines, bands, token, syncKey },
    window: () => latest.current.window,
    limitMs: () => latest.current.ground.limit?.ms,
    onCursor: (index) => latest.current.onCursor(index),
    onZoom: (fromMs, toMs) => latest.current.onZoom(fromMs, toMs),
  })
  const hooks: uPlot.Hooks.Arrays = {
    ...options.hooks,
    drawClear: [(plot) => paintGround(plot, latest.current.ground, { token, window: latest.current.window })],
    draw: [
      (plot) => {
        paintLimit(plot, latest.current.ground.limit, token)
        paintPoints(plot, latest.current.ground, token)
        paintLabels(plot, latest.current.lines, token)
      },
    ],
    ready: [(plot) => listenForClicks(plot, (index) => latest.current.onPick(index))],
  }
  return new uPlot({ ...options, hooks, width: element.clientWidth, height }, toData(seconds, lines), element)
}

/** A click, and not the end of a stretch that was dragged over. */
function listenForClicks(plot: uPlot, onPick: (index: number) => void): void {
  let pressedX = 0
  plot.over.addEventListener('mousedown', ({ clientX }) => {
    pressedX = clientX
  })
  plot.over.addEventListener('click', ({ clientX }) => {
    const { idx } = plot.cursor
    if (Math.abs(clientX - pressedX) <= CLICK_PX && idx != null) onPick(idx)
  })
}

function toData(seconds: readonly number[], lines: readonly ChartLine[]): uPlot.AlignedData {
  return [[...seconds], ...lines.map(({ values }) => [...values])]
}
