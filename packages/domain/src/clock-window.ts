import { nextCronMs } from './cron.ts'
import { type Period, type Weekday, weekdays } from './maintenance.ts'

/**
 * A stretch of the day by the clocks of a place, on some days: `22:00` to `07:00`. It begins on the days that are named and ends by
 * the clock too, on the next day where that is no later. Where clocks are changed it is an hour shorter or longer.
 */
export interface ClockWindow {
  /** IANA name. */
  readonly timeZone: string
  readonly days: readonly Weekday[]
  /** `22:00`. */
  readonly from: string
  /** Never the same as `from`. */
  readonly to: string
}

/** No day is longer, not even one whose clocks are put back. */
const longestMs = 26 * 3_600_000

/** The window that lasts at an instant; undefined where none does. Its end does not belong to it. */
export function windowAt({ timeZone, days, from, to }: ClockWindow, atMs: number): Period | undefined {
  const start = { expression: expressionOf(from, days), timeZone }
  const end = { expression: expressionOf(to, weekdays), timeZone }
  let fromMs = nextCronMs(start, atMs - longestMs)
  // One that began a day ago may last still, on the day that has an hour more.
  while (fromMs !== undefined && fromMs <= atMs) {
    const toMs = nextCronMs(end, fromMs)
    if (toMs === undefined || toMs > atMs) return { fromMs, toMs: toMs ?? Number.POSITIVE_INFINITY }
    fromMs = nextCronMs(start, fromMs)
  }
  return undefined
}

/** Every beginning and every end within the span. */
export function windowEdges({ timeZone, days, from, to }: ClockWindow, { fromMs, toMs }: Period): number[] {
  const start = { expression: expressionOf(from, days), timeZone }
  const end = { expression: expressionOf(to, weekdays), timeZone }
  return [start, end].flatMap((schedule) => {
    const found: number[] = []
    for (let ms = nextCronMs(schedule, fromMs); ms !== undefined && ms < toMs; ms = nextCronMs(schedule, ms))
      found.push(ms)
    return found
  })
}

function expressionOf(time: string, days: readonly Weekday[]): string {
  const [hour, minute] = time.split(':').map(Number)
  return `${minute} ${hour} * * ${days.join(',')}`
}
