'use client'
import { useEffect, useMemo, useRef, useState } from 'react'
import uPlot from 'uplot'
import { latencyText } from './duration.ts'
import { latencyOptions, readChartColours } from './latency-options.ts'
import { type LatencyBucket, type LatencyColumns, type LatencyWindow, latencyColumns } from './latency-series.ts'

interface LatencyChartProps {
  buckets: readonly LatencyBucket[]
  window: LatencyWindow
  /** The chart is painted anew in the colours of the theme that this names. */
  theme: string
  timeText: (ms: number) => string
}

const HEIGHT_PX = 300

/** p50 as a line, p50 to p95 as a band, p99 dotted; holes stay holes, and columns with failed checks are tinted. */
export function LatencyChart({ buckets, window, theme, timeText }: LatencyChartProps) {
  const host = useRef<HTMLDivElement>(null)
  const [cursor, setCursor] = useState<number | null>(null)
  const { fromMs, toMs, bucketMs } = window
  const columns = useMemo(() => latencyColumns(buckets, { fromMs, toMs, bucketMs }), [buckets, fromMs, toMs, bucketMs])
  const latest = useRef(columns)
  const plot = useRef<uPlot>(null)

  useEffect(() => {
    latest.current = columns
  }, [columns])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a chart is built once per theme and window; new buckets are set below
  useEffect(() => {
    if (!host.current) return
    const element = host.current
    const options = latencyOptions({
      colours: readChartColours(element),
      window,
      downColumns: () => latest.current.down,
      onCursor: setCursor,
    })
    const chart = new uPlot(
      { ...options, width: element.clientWidth, height: HEIGHT_PX },
      toData(latest.current),
      element,
    )
    plot.current = chart
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT_PX }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      chart.destroy()
      plot.current = null
    }
  }, [theme, bucketMs])

  useEffect(() => {
    plot.current?.batch(() => {
      plot.current?.setData(toData(columns), false)
      plot.current?.setScale('x', { min: fromMs / 1_000, max: toMs / 1_000 })
    })
  }, [columns, fromMs, toMs])

  return (
    <>
      <div
        ref={host}
        aria-hidden="true"
        data-testid="latency-chart"
        style={{ height: HEIGHT_PX }}
        className="-mx-1 min-w-0"
      />
      <Readout columns={columns} index={cursor} timeText={timeText} />
    </>
  )
}

function toData({ seconds, p50, p95, p99 }: LatencyColumns): uPlot.AlignedData {
  return [seconds, p50, p95, p99]
}

interface ReadoutProps {
  columns: LatencyColumns
  index: number | null
  timeText: (ms: number) => string
}

/** The legend; while the pointer is over the chart it tells the values there. */
function Readout({ columns, index, timeText }: ReadoutProps) {
  const seconds = index === null ? undefined : columns.seconds[index]
  const values = [
    { name: 'p95', column: columns.p95, line: 'border-t-2' },
    { name: 'p50', column: columns.p50, line: 'border-t' },
    { name: 'p99', column: columns.p99, line: 'border-t-2 border-dotted' },
  ]
  return (
    <p aria-hidden="true" className="num flex min-h-5 flex-wrap gap-x-4 text-12 text-muted">
      {values.map(({ name, column, line }) => (
        <span key={name} className="inline-flex items-center gap-1.5">
          <span className={`w-3.5 border-up ${line}`} />
          {name}
          {index !== null && <span className="text-fg">{latencyText(column[index] ?? null)}</span>}
        </span>
      ))}
      {seconds !== undefined && <span>{timeText(seconds * 1_000)}</span>}
    </p>
  )
}
