import { intervalText } from '@repo/ui/duration'
import { numberText } from '@repo/ui/words'
import type { AppliesTo, Schedule } from './maintenance-queries.ts'
import { viewerZone, zonedSpan } from './zone-time.ts'

type Recurring = Exclude<Schedule, { kind: 'once' }>
type Weekday = Extract<Schedule, { kind: 'weekly' }>['days'][number]

export const weekdayNames: Record<Weekday, string> = {
  mon: 'Mon',
  tue: 'Tue',
  wed: 'Wed',
  thu: 'Thu',
  fri: 'Fri',
  sat: 'Sat',
  sun: 'Sun',
}
const weekdayOrder = Object.keys(weekdayNames) as Weekday[]
export const nthNames = { 1: 'first', 2: 'second', 3: 'third', 4: 'fourth', 5: 'fifth', last: 'last' } as const

/** A schedule as a person would say it: `Every week on Mon, Thu · 02:00–03:00 Europe/Berlin`. */
export function scheduleText(schedule: Schedule, zone = viewerZone()): string {
  if (schedule.kind === 'once') return `Once · ${zonedSpan(schedule, zone)}`
  const bounds = [
    schedule.from && `from ${dayText(schedule.from, schedule.timeZone)}`,
    schedule.until && `until ${dayText(schedule.until, schedule.timeZone)}`,
  ].filter(Boolean)
  return [whenText(schedule), ...bounds].join(' · ')
}

function whenText(schedule: Recurring): string {
  const { timeZone, durationMinutes } = schedule
  if (schedule.kind === 'cron')
    return `Cron ${schedule.expression} · for ${intervalText(durationMinutes * 60)} · ${timeZone}`
  return `${daysText(schedule)} · ${clockSpan(schedule.at, durationMinutes)} ${timeZone}`
}

function daysText(schedule: Exclude<Recurring, { kind: 'cron' }>): string {
  if (schedule.kind === 'monthly') return monthlyText(schedule.on)
  if (schedule.days.length === weekdayOrder.length) return 'Every day'
  const days = weekdayOrder.filter((day) => schedule.days.includes(day)).map((day) => weekdayNames[day])
  return `Every week on ${days.join(', ')}`
}

function monthlyText(on: Extract<Schedule, { kind: 'monthly' }>['on']): string {
  if ('weekday' in on) return `Every month on the ${nthNames[on.nth]} ${weekdayNames[on.weekday]}`
  return on.day === 'last' ? 'Every month on its last day' : `Every month on day ${on.day}`
}

/** By the clock on a night without a change; longer than a day it is told as a length. */
function clockSpan(at: string, durationMinutes: number): string {
  if (durationMinutes >= 1_440) return `${at} for ${intervalText(durationMinutes * 60)}`
  const [hour = 0, minute = 0] = at.split(':').map(Number)
  const end = (hour * 60 + minute + durationMinutes) % 1_440
  const two = (value: number) => String(value).padStart(2, '0')
  return `${at}–${two(Math.floor(end / 60))}:${two(end % 60)}`
}

function dayText(iso: string, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'short', year: 'numeric' }).format(
    Date.parse(iso),
  )
}

/** `All monitors`, `Tags prod, eu`, `3 monitors`. */
export function coverText(appliesTo: AppliesTo): string {
  switch (appliesTo.kind) {
    case 'all':
      return 'All monitors'
    case 'tags':
      return `${appliesTo.tags.length === 1 ? 'Tag' : 'Tags'} ${appliesTo.tags.join(', ')}`
    case 'monitors': {
      const count = appliesTo.monitorIds.length
      return count === 0 ? 'No monitor any more' : `${numberText(count)} ${count === 1 ? 'monitor' : 'monitors'}`
    }
  }
}
