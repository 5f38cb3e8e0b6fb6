import type { PublicDay } from '@repo/contracts/public-page'
import { addDurations, type StatusDurations, uptimePercent } from '@repo/domain/uptime'

/** A day of a component, as it was read; days in which nothing was said are left out. */
export interface DayFact {
  /** `2026-06-01`. */
  readonly date: string
  readonly durations: StatusDurations
}

/** The days of a component, and what they come to. */
export interface Bars {
  readonly days: PublicDay[]
  /** Null where nothing is known. */
  readonly uptimePercent: number | null
  /** Of those days together that do not change any more, in whole milliseconds. */
  readonly settled: StatusDurations
}

/** Only the last days still change: what is said of a moment may be found out a while later, and midnight may lie in between. */
export const CHANGING_DAYS = 2

/** @param dates of all days, the oldest first. */
export function barsOf(found: readonly DayFact[], dates: readonly string[]): Bars {
  const changing = new Set(dates.slice(-CHANGING_DAYS))
  const [recent, older] = [true, false].map((isRecent) => found.filter(({ date }) => changing.has(date) === isRecent))
  const settled = addDurations((older ?? []).map(({ durations }) => wholeMs(durations)))
  return reckon(recent ?? [], { days: daysOf(found, dates), settled })
}

/** The same bars once more, of which the last days were read anew. @param dates of all days, as they were. */
export function renewBars({ days, settled }: Bars, found: readonly DayFact[], dates: readonly string[]): Bars {
  const recent = daysOf(found, dates.slice(-CHANGING_DAYS))
  return reckon(found, { days: [...days.slice(0, -CHANGING_DAYS), ...recent], settled })
}

function reckon(recent: readonly DayFact[], bars: Omit<Bars, 'uptimePercent'>): Bars {
  const all = addDurations([bars.settled, ...recent.map(({ durations }) => wholeMs(durations))])
  return { ...bars, uptimePercent: uptimePercent(all) ?? null }
}

function daysOf(found: readonly DayFact[], dates: readonly string[]): PublicDay[] {
  const byDate = new Map(found.map(({ date, durations }) => [date, durations]))
  return dates.map((date) => {
    const durations = byDate.get(date)
    if (!durations) return null
    const { up, degraded, down, unknown, paused, maintenance } = durations
    return shared([up, degraded, down, unknown + paused, maintenance].map((ms) => Math.round(ms / 1_000)))
  })
}

type Day = NonNullable<PublicDay>
const usual = new Map<string, Day>()

/** Nearly all days are alike: of fifty thousand components each with its own there would be millions in memory. */
function shared(seconds: readonly number[]): Day {
  const [up = 0, degraded = 0, down = 0, unknown = 0, maintenance = 0] = seconds
  const day: Day = [up, degraded, down, unknown, maintenance]
  if (day.filter((one) => one > 0).length > 1 || !wholeDays.has(Math.max(...day))) return day
  const key = day.join()
  const known = usual.get(key) ?? day
  usual.set(key, known)
  return known
}

/** Where clocks are changed there are days of 23 and of 25 hours. */
const wholeDays = new Set([23, 24, 25].map((hours) => hours * 3_600))

/** The share is reckoned with whole numbers. */
function wholeMs(durations: StatusDurations): StatusDurations {
  const entries = Object.entries(durations).map(([status, ms]) => [status, Math.round(ms)] as const)
  return Object.fromEntries(entries) as unknown as StatusDurations
}
