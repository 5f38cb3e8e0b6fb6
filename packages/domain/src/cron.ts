import { Cron } from 'croner'

/** Schedules by five fields (minute, hour, day, month, weekday) or a nickname such as `@daily`, in the time of a place. */
export interface CronSchedule {
  readonly expression: string
  readonly timeZone: string
}

/** Read expressions are kept, for each ping asks for the next instant of one; beyond this all are read anew. */
const KEPT = 10_000
const read = new Map<string, Cron>()

/**
 * The first instant of the schedule that is later than `afterMs`, or undefined where there is none. A time of day that a clock
 * passes over in spring counts at the end of the gap, one that it passes twice in autumn counts once.
 *
 * @throws Error for an expression or a time zone that is none.
 */
export function nextCronMs(schedule: CronSchedule, afterMs: number): number | undefined {
  return cronOf(schedule).nextRun(new Date(afterMs))?.getTime()
}

/** What is wrong with a schedule, in words; undefined where it has instants. Judged at a fixed one: it is right or wrong for ever. */
export function cronProblem(schedule: CronSchedule): string | undefined {
  if (/^\d{4}-/.test(schedule.expression)) return 'is one instant, and no schedule'
  try {
    return nextCronMs(schedule, 0) === undefined ? 'never comes to pass' : undefined
  } catch (error) {
    return String((error as Error).message).replace(/^Cron\w+: /, '')
  }
}

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

function cronOf({ expression, timeZone }: CronSchedule): Cron {
  const key = `${timeZone} ${expression}`
  const known = read.get(key)
  if (known) return known
  // Without a function to call, it reads no clock and sets no timer.
  const cron = new Cron(expression, { timezone: timeZone, mode: '5-part' })
  if (read.size >= KEPT) read.clear()
  read.set(key, cron)
  return cron
}
