import { keptFormat } from './formats.ts'
import { timeText } from './time-text.ts'

/** What the server and the script in the browser say of days and durations, each with the words of the page. */

/** A day in seconds: `[up, degraded, down, unknown, maintenance]`; null where nothing was said. */
export type Day = readonly [number, number, number, number, number] | null

/** Those of the page's words that the script in the browser says as well. */
export interface DayWords {
  /** `{date}` and all that is said of it. */
  readonly day: string
  readonly noData: string
  readonly percent: string
  readonly separator: string
  readonly down: string
  readonly degraded: string
  readonly maintenance: string
  readonly unknown: string
  readonly units: Readonly<{ d: string; h: string; min: string; s: string }>
}

export interface Saying {
  readonly locale: string
  readonly words: DayWords
}

/** `Tuesday 3 September: 99.93 %, down for 1 min`. `date` is `2026-09-03`. */
export function dayText(date: string, day: Day, saying: Saying): string {
  return fill(saying.words.day, { date: dateText(date, saying.locale), facts: factsText(day, saying) })
}

export function dateText(date: string, locale: string, kind: 'day' | 'shortDay' = 'day'): string {
  return timeText(Date.parse(date), kind, { locale, timeZone: 'UTC' })
}

/** `99.93 %, down for 1 min`. */
export function factsText(day: Day, saying: Saying): string {
  const { words } = saying
  const percent = day && uptimeOf(day)
  if (!day || day.every((seconds) => seconds === 0)) return words.noData
  const troubles = troublesText(day, words)
  return [...(percent === null ? [] : [percentText(percent, saying)]), ...troubles].join(words.separator)
}

/** What was not well in a day, the worst first; empty where all was. */
export function troublesText([, degraded, down, unknown, maintenance]: NonNullable<Day>, words: DayWords): string[] {
  const lasted: [string, number][] = [
    [words.down, down],
    [words.degraded, degraded],
    [words.maintenance, maintenance],
    [words.unknown, unknown],
  ]
  return lasted.flatMap(([text, seconds]) =>
    seconds > 0 ? [fill(text, { duration: durationText(seconds, words.units) })] : [],
  )
}

/** In per cent, rounded down at three decimals: 100 only where nothing was down. Null where nothing is known. */
export function uptimeOf([up, degraded, down]: NonNullable<Day>): number | null {
  const known = up + degraded + down
  return known === 0 ? null : Math.floor(((up + degraded) * 100_000) / known) / 1_000
}

export function percentText(percent: number, { locale, words }: Saying): string {
  const format = keptFormat(`percent ${locale}`, () => new Intl.NumberFormat(locale, { maximumFractionDigits: 3 }))
  return fill(words.percent, { number: format.format(percent) })
}

/** In the two largest units: `41 s`, `4 min 12 s`, `2 h 5 min`, `3 d 4 h`. */
export function durationText(seconds: number, units: DayWords['units']): string {
  const steps = [
    [86_400, units.d],
    [3_600, units.h],
    [60, units.min],
    [1, units.s],
  ] as const
  const place = steps.findIndex(([size]) => seconds >= size)
  if (place < 0) return fill(units.s, { n: '0' })
  let left = Math.floor(seconds)
  return steps
    .slice(place, place + 2)
    .flatMap(([size, text]) => {
      const n = Math.floor(left / size)
      left -= n * size
      return n > 0 ? [fill(text, { n: String(n) })] : []
    })
    .join(' ')
}

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
}

/** Equal days that follow each other: nearly all of ninety are. */
export interface Run {
  readonly day: Day
  /** The place of the first of them. */
  readonly from: number
  readonly count: number
}

export function runsOf(days: readonly Day[]): Run[] {
  const runs: Run[] = []
  let from = 0
  for (let place = 1; place <= days.length; place += 1) {
    const day = days[from] ?? null
    if (place < days.length && isSameDay(day, days[place] ?? null)) continue
    runs.push({ day, from, count: place - from })
    from = place
  }
  return runs
}

/** Days as they stand in an attribute: `86400*88;;86000,0,400`. Equal ones that follow each other are said once. */
export function encodeRuns(runs: readonly Run[]): string {
  return runs
    .map(({ day, count }) => {
      const text = day ? day.join().replace(/(?:,0)+$/, '') : ''
      return count > 1 ? `${text}*${count}` : text
    })
    .join(';')
}

function isSameDay(one: Day, other: Day): boolean {
  return one === other || (one !== null && other !== null && one.every((seconds, place) => seconds === other[place]))
}

export function decodeDays(text: string): Day[] {
  return text.split(';').flatMap((run) => {
    const [seconds = '', count = '1'] = run.split('*')
    const [up = 0, degraded = 0, down = 0, unknown = 0, maintenance = 0] = seconds.split(',').map(Number)
    const day: Day = seconds ? [up, degraded, down, unknown, maintenance] : null
    return Array.from({ length: Number(count) }, () => day)
  })
}

const DAY_MS = 86_400_000

/** The date so many days before another: `2026-09-03`. */
export function dateBefore(date: string, days: number): string {
  return new Date(Date.parse(date) - days * DAY_MS).toISOString().slice(0, 10)
}
