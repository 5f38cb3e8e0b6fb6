import { intervalText } from '@repo/ui/duration'
import { dateText, msg, spoken, t } from '@repo/ui/words'
import type { AppliesTo, Schedule } from './maintenance-queries.ts'
import { viewerZone, zonedSpan } from './zone-time.ts'

type Recurring = Exclude<Schedule, { kind: 'once' }>
type Weekday = Extract<Schedule, { kind: 'weekly' }>['days'][number]

export const weekdayNames = spoken<Weekday>({
  mon: msg('Mon'),
  tue: msg('Tue'),
  wed: msg('Wed'),
  thu: msg('Thu'),
  fri: msg('Fri'),
  sat: msg('Sat'),
  sun: msg('Sun'),
})
const weekdayOrder = Object.keys(weekdayNames) as Weekday[]
export const nthNames = spoken({
  1: msg('first'),
  2: msg('second'),
  3: msg('third'),
  4: msg('fourth'),
  5: msg('fifth'),
  last: msg('last'),
})

/** A schedule as a person would say it: `Every week on Mon, Thu · 02:00–03:00 Europe/Berlin`. */
export function scheduleText(schedule: Schedule, zone = viewerZone()): string {
  if (schedule.kind === 'once') return t('Once · {span}', { span: zonedSpan(schedule, zone) })
  const bounds = [
    schedule.from && t('from {day}', { day: dayText(schedule.from, schedule.timeZone) }),
    schedule.until && t('until {day}', { day: dayText(schedule.until, schedule.timeZone) }),
  ].filter(Boolean)
  return [whenText(schedule), ...bounds].join(' · ')
}

function whenText(schedule: Recurring): string {
  const { timeZone, durationMinutes } = schedule
  if (schedule.kind === 'cron')
    return t('Cron {expression} · for {time} · {timeZone}', {
      expression: schedule.expression,
      time: intervalText(durationMinutes * 60),
      timeZone,
    })
  return `${daysText(schedule)} · ${clockSpan(schedule.at, durationMinutes)} ${timeZone}`
}

function daysText(schedule: Exclude<Recurring, { kind: 'cron' }>): string {
  if (schedule.kind === 'monthly') return monthlyText(schedule.on)
  if (schedule.days.length === weekdayOrder.length) return t('Every day')
  const days = weekdayOrder.filter((day) => schedule.days.includes(day)).map((day) => weekdayNames[day])
  return t('Every week on {days}', { days: days.join(', ') })
}

function monthlyText(on: Extract<Schedule, { kind: 'monthly' }>['on']): string {
  if ('weekday' in on)
    return t('Every month on the {nth} {weekday}', { nth: nthNames[on.nth] ?? '', weekday: weekdayNames[on.weekday] })
  return on.day === 'last' ? t('Every month on its last day') : t('Every month on day {day}', { day: on.day })
}

/** By the clock on a night without a change; longer than a day it is told as a length. */
function clockSpan(at: string, durationMinutes: number): string {
  if (durationMinutes >= 1_440) return t('{at} for {time}', { at, time: intervalText(durationMinutes * 60) })
  const [hour = 0, minute = 0] = at.split(':').map(Number)
  const end = (hour * 60 + minute + durationMinutes) % 1_440
  const two = (value: number) => String(value).padStart(2, '0')
  return `${at}–${two(Math.floor(end / 60))}:${two(end % 60)}`
}

function dayText(iso: string, timeZone: string): string {
  return dateText(Date.parse(iso), { timeZone, day: 'numeric', month: 'short', year: 'numeric' })
}

/** `All monitors`, `Tags prod, eu`, `3 monitors`. */
export function coverText(appliesTo: AppliesTo): string {
  switch (appliesTo.kind) {
    case 'all':
      return t('All monitors')
    case 'tags':
      return t('{count, plural, one {Tag} other {Tags}} {tags}', {
        count: appliesTo.tags.length,
        tags: appliesTo.tags.join(', '),
      })
    case 'monitors': {
      const count = appliesTo.monitorIds.length
      return count === 0
        ? t('No monitor any more')
        : t('{count, plural, one {# monitor} other {# monitors}}', { count })
    }
  }
}
