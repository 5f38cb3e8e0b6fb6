'use client'
import type { ReactNode } from 'react'
import { latencyText } from './duration.ts'
import type { ChartLine } from './latency-options.ts'
import { Texture } from './texture.tsx'

type NamedLine = ChartLine & { readonly name: string }

interface ChartLegendProps {
  /** What the entries are: "Percentiles", "Regions". */
  label: string
  lines: readonly NamedLine[]
  hidden?: ReadonlySet<string>
  /** Left out where the lines make sense only together. */
  onToggle?: (key: string) => void
  /** The bucket under the cursor, of which the values are told, and when it began. */
  index: number | null
  timeText: string | undefined
}

const none: ReadonlySet<string> = new Set()

/** The names of the lines, each a switch that hides its line and its column; under the cursor they tell their values. */
export function ChartLegend({ label, lines, hidden = none, onToggle, index, timeText }: ChartLegendProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would need a legend in sight
    <div role="group" aria-label={label} className="num flex min-h-6 flex-wrap items-center gap-x-1 text-12 text-muted">
      {lines.map((line) => {
        const isShown = !hidden.has(line.key)
        return onToggle ? (
          <button
            key={line.key}
            type="button"
            aria-pressed={isShown}
            onClick={() => onToggle(line.key)}
            className={`${entryClass} rounded-control hover:bg-hover hover:text-fg pointer-coarse:min-h-11 ${isShown ? '' : 'line-through'}`}
          >
            <Entry line={line} isShown={isShown} index={index} />
          </button>
        ) : (
          <span key={line.key} className={entryClass}>
            <Entry line={line} isShown={isShown} index={index} />
          </span>
        )
      })}
      {timeText !== undefined && <Hint>{timeText}</Hint>}
    </div>
  )
}

const entryClass = 'inline-flex min-h-6 items-center gap-1.5 px-1.5'

function Entry({ line, isShown, index }: { line: NamedLine; isShown: boolean; index: number | null }) {
  return (
    <>
      <Sample line={line} isShown={isShown} />
      {line.name}
      {index !== null && isShown && (
        <span aria-hidden="true" className="text-fg">
          {line.text?.(index) ?? latencyText((line.told ?? line.values)[index] ?? null)}
        </span>
      )}
    </>
  )
}

function Hint({ children }: { children: ReactNode }) {
  return (
    <span aria-hidden="true" className="px-1.5">
      {children}
    </span>
  )
}

/** The line itself; of what is filled, a patch. */
function Sample({ line, isShown }: { line: ChartLine; isShown: boolean }) {
  const { colour, widthPx, dash, opacity, told, texture } = line
  if (texture !== undefined)
    return (
      <span aria-hidden="true" className="h-3 w-4.5 shrink-0 overflow-hidden rounded-[2px]">
        <Texture name={texture} colour={colour} />
      </span>
    )
  return (
    <svg width="18" height="8" viewBox="0 0 18 8" aria-hidden="true" className="shrink-0">
      <path
        d="M0 4h18"
        stroke={isShown ? `var(${colour})` : 'var(--control)'}
        strokeOpacity={isShown ? opacity : 1}
        strokeWidth={told ? 8 : widthPx}
        strokeDasharray={dash?.join(' ')}
      />
    </svg>
  )
}
