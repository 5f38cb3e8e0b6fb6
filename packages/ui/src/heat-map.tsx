export interface HeatCell {
  /** From 0, the quickest, to 4; null where nothing was measured. */
  readonly step: number | null
  readonly isFailing: boolean
  readonly label: string
}

export interface HeatRow {
  readonly key: string
  readonly name: string
  /** One for each hour of the day. */
  readonly cells: readonly (HeatCell | undefined)[]
}

/** Hours of days: the darker, the slower; a failing hour is hatched, one without a check empty. The figure around it says it in words. */
export function HeatMap({ rows }: { rows: readonly HeatRow[] }) {
  return (
    <div aria-hidden="true" data-testid="heat-map" className="grid gap-0.5">
      {rows.map(({ key, name, cells }) => (
        <div key={key} className="grid grid-cols-[60px_minmax(0,1fr)] items-center gap-2">
          <span className="num truncate text-12 text-muted">{name}</span>
          <div className="grid grid-cols-24 gap-0.5">
            {cells.map((cell, hour) => (
              <span
                // biome-ignore lint/suspicious/noArrayIndexKey: an hour is its place in the day
                key={hour}
                title={cell?.label}
                data-step={cell?.step ?? undefined}
                data-failing={cell?.isFailing || undefined}
                className={`h-5 ${cellClass(cell)}`}
              />
            ))}
          </div>
        </div>
      ))}
      <div className="grid grid-cols-[60px_minmax(0,1fr)] gap-2">
        <span />
        <div className="num grid grid-cols-24 gap-0.5 text-12 text-muted">
          {[0, 6, 12, 18].map((hour) => (
            <span key={hour} style={{ gridColumn: `${hour + 1} / span 6` }}>
              {String(hour).padStart(2, '0')}
            </span>
          ))}
        </div>
      </div>
    </div>
  )
}

function cellClass(cell: HeatCell | undefined): string {
  if (cell?.isFailing) return 'pattern-down'
  if (!cell || cell.step === null) return 'border border-line'
  return steps[cell.step] ?? 'border border-line'
}

export const steps = ['bg-heat-1', 'bg-heat-2', 'bg-heat-3', 'bg-heat-4', 'bg-heat-5'] as const

const LEAST_SPREAD = 1.2

/** Cuts latencies into five steps of equal ratio; the upper bounds of the first four. Latencies that are alike are one step. */
export function heatBounds(latenciesMs: readonly number[]): readonly number[] {
  if (latenciesMs.length === 0) return []
  const [least, most] = [Math.max(Math.min(...latenciesMs), 0.01), Math.max(...latenciesMs)]
  if (most / least < LEAST_SPREAD) return []
  const ratio = (most / least) ** (1 / steps.length)
  return steps.slice(1).map((_step, index) => least * ratio ** (index + 1))
}

export function heatStep(latencyMs: number, bounds: readonly number[]): number {
  return bounds.filter((bound) => latencyMs > bound).length
}
