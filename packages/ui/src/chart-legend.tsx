'use client'
import { latencyText } from './duration.ts'
import type { ChartLine } from './latency-options.ts'

interface ChartLegendProps {
  /** What the entries are: "Percentiles", "Regions". */
  label: string
  lines: readonly (ChartLine & { readonly name: string })[]
  hidden: ReadonlySet<string>
  onToggle: (key: string) => void
  /** The bucket under the cursor, of which the values are told, and when it began. */
  index: number | null
  timeText: string | undefined
}

/** The names of the lines, each a switch that hides its line and its column; under the cursor they tell their values. */
export function ChartLegend({ label, lines, hidden, onToggle, index, timeText }: ChartLegendProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would need a legend in sight
    <div role="group" aria-label={label} className="num flex min-h-6 flex-wrap items-center gap-x-1 text-12 text-muted">
      {lines.map((line) => {
        const isShown = !hidden.has(line.key)
        return (
          <button
            key={line.key}
            type="button"
            aria-pressed={isShown}
            onClick={() => onToggle(line.key)}
            className={`inline-flex min-h-6 items-center gap-1.5 rounded-control px-1.5 hover:bg-hover hover:text-fg pointer-coarse:min-h-11 ${isShown ? '' : 'line-through'}`}
          >
            <Sample line={line} isShown={isShown} />
            {line.name}
            {index !== null && isShown && (
              <span aria-hidden="true" className="text-fg">
                {latencyText(line.values[index] ?? null)}
              </span>
            )}
          </button>
        )
      })}
      {timeText !== undefined && (
        <span aria-hidden="true" className="px-1.5">
          {timeText}
        </span>
      )}
    </div>
  )
}

function Sample({ line: { colour, widthPx, dash, opacity }, isShown }: { line: ChartLine; isShown: boolean }) {
  return (
    <svg width="18" height="8" viewBox="0 0 18 8" aria-hidden="true" className="shrink-0">
      <path
        d="M0 4h18"
        stroke={isShown ? `var(${colour})` : 'var(--control)'}
        strokeOpacity={isShown ? opacity : 1}
        strokeWidth={widthPx}
        strokeDasharray={dash?.join(' ')}
      />
    </svg>
  )
}
