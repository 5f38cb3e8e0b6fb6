/** From here up to there, in milliseconds since 1970; the end does not belong to it. */
export interface Range {
  readonly fromMs: number
  readonly toMs: number
}

/** From what a window is read: sums of days, sums of hours, and single ticks where there is no sum (yet). */
export interface SeriesPlan {
  readonly days: readonly Range[]
  readonly hours: readonly Range[]
  readonly ticks: readonly Range[]
}

/** Up to where things are summed up, and which hours before that are not to be trusted just now. */
export interface Seam {
  readonly hoursThroughMs: number
  readonly daysThroughMs: number
  readonly dirtyHoursMs: readonly number[]
}

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/**
 * Cuts a window into what is read from where, so that every instant of it is read exactly once. A bucket must not begin
 * within a sum: days are used only where `bucketMs` is whole days, hours where it is whole hours.
 */
export function planSeries(window: Range & { bucketMs: number }, seam: Seam): SeriesPlan {
  const { fromMs, toMs, bucketMs } = window
  const dirtyHours = seam.dirtyHoursMs.map((at) => ({ fromMs: at, toMs: at + HOUR_MS }))
  const dirtyDays = seam.dirtyHoursMs.map(dayOf)
  const usable = { hours: bucketMs % HOUR_MS === 0, days: bucketMs % DAY_MS === 0 }
  const hoursEndMs = usable.hours ? Math.min(toMs, seam.hoursThroughMs) : Number.NEGATIVE_INFINITY
  const daysEndMs = usable.days ? Math.min(toMs, seam.daysThroughMs) : Number.NEGATIVE_INFINITY
  const summed = without([wholeUnits({ fromMs, toMs: hoursEndMs }, HOUR_MS)], dirtyHours)
  const days = without([wholeUnits({ fromMs, toMs: daysEndMs }, DAY_MS)], dirtyDays)
  return { days, hours: without(summed, days), ticks: without([{ fromMs, toMs }], summed) }
}

function dayOf(ms: number): Range {
  const fromMs = Math.floor(ms / DAY_MS) * DAY_MS
  return { fromMs, toMs: fromMs + DAY_MS }
}

function wholeUnits({ fromMs, toMs }: Range, unitMs: number): Range {
  return { fromMs: Math.ceil(fromMs / unitMs) * unitMs, toMs: Math.floor(toMs / unitMs) * unitMs }
}

function without(ranges: readonly Range[], taken: readonly Range[]): Range[] {
  let left = ranges.filter(isReal)
  for (const cut of taken) {
    left = left.flatMap((range) => {
      if (cut.toMs <= range.fromMs || cut.fromMs >= range.toMs) return [range]
      const before = { fromMs: range.fromMs, toMs: cut.fromMs }
      return [before, { fromMs: cut.toMs, toMs: range.toMs }].filter(isReal)
    })
  }
  return left
}

function isReal({ fromMs, toMs }: Range): boolean {
  return fromMs < toMs
}
