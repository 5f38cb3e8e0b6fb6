import { memo } from 'react'
import { rowTicks, type TickGeometry, type TickShape, tickPaths, tickSummary } from './tick-shape.ts'

interface TickLineProps {
  ticks: readonly TickShape[]
  /** How many ticks the line has room for; fewer stand at its right end. */
  slots?: number
  geometry?: TickGeometry
  className?: string
}

/** The signature of the product: a tick per check on a hairline, latency as height, verdict as colour and as shape. */
export const TickLine = memo(function TickLine({
  ticks,
  slots = 60,
  geometry = rowTicks,
  className = '',
}: TickLineProps) {
  const widthPx = slots * geometry.stepPx
  const paths = tickPaths(ticks, slots, geometry)
  return (
    <svg
      role="img"
      aria-label={tickSummary(ticks.slice(-slots))}
      width={widthPx}
      height={geometry.heightPx + 1}
      viewBox={`0 0 ${widthPx} ${geometry.heightPx + 1}`}
      preserveAspectRatio="none"
      className={className}
    >
      <path d={`M0 ${geometry.heightPx + 0.5}h${widthPx}`} stroke="var(--line)" />
      {paths.up && <path d={paths.up} fill="var(--up)" />}
      {paths.degraded && <path d={paths.degraded} fill="var(--degraded)" />}
      {paths.unknown && <path d={paths.unknown} fill="var(--unknown)" />}
      {paths.down && <path d={paths.down} fill="var(--down)" />}
    </svg>
  )
})
