import type { AlertRule } from '@repo/contracts/alerts'
import type { AlertTopic } from '@repo/domain/alert-policy'
import { type Weekday, weekdays } from '@repo/domain/maintenance'
import { intervalText } from '@repo/ui/duration'
import { listText } from './channel-words.ts'
import type { Names } from './use-names.ts'

type Target = AlertRule['steps'][number]['targets'][number]

export const topicWords: Record<AlertTopic, string> = {
  down: 'down',
  degraded: 'degraded',
  recovered: 'recovered',
  advisory: 'one region alone',
  warning: 'certificates and domains',
}

/** A rule as one would say it: "Down and recovered of all monitors, to Ann and #ops at once; again every 30 min". */
export function ruleText(rule: AlertRule, names: Names): string {
  const { topics, monitors, steps, repeatEverySeconds, quiet, fallbackChannelIds } = rule
  const told = steps.map(({ afterSeconds, targets }) => {
    const whom = listText(targets.map((target) => targetText(target, names)))
    return afterSeconds === 0 ? `to ${whom} at once` : `to ${whom} after ${intervalText(afterSeconds)}`
  })
  const parts = [
    `${capital(listText(topics.map((topic) => topicWords[topic])))} of ${monitorsText(monitors, names)}, ${told.join(', ')}`,
    repeatEverySeconds === null ? '' : `again every ${intervalText(repeatEverySeconds)}`,
    quiet === null ? '' : quietText(quiet),
    fallbackChannelIds.length === 0
      ? ''
      : `where one fails, ${listText(fallbackChannelIds.map((id) => names.channel(id) ?? gone))}`,
  ]
  return `${parts.filter(Boolean).join('; ')}.`
}

const gone = 'a channel that is gone'

export function targetText(target: Target, names: Names): string {
  switch (target.kind) {
    case 'everyone':
      return 'everyone'
    case 'channel':
      return names.channel(target.channelId) ?? gone
    case 'person':
      return names.person(target.userId) ?? 'somebody who left'
    case 'schedule': {
      const name = names.schedule(target.scheduleId)
      return name ? `whoever is on call by ${name}` : 'a schedule that is gone'
    }
  }
}

function monitorsText(choice: AlertRule['monitors'], names: Names): string {
  switch (choice.kind) {
    case 'all':
      return 'all monitors'
    case 'tags':
      return `those tagged ${listText(choice.tags, 'or')}`
    case 'groups':
      return `those in ${listText(
        choice.groupIds.map((id) => names.group(id) ?? 'a group that is gone'),
        'or',
      )}`
    case 'monitors':
      return choice.monitorIds.length === 1 ? 'one monitor' : `${choice.monitorIds.length} monitors`
  }
}

function quietText({ from, to, days, timeZone, breaksThrough }: NonNullable<AlertRule['quiet']>): string {
  const through = breaksThrough.length === 0 ? '' : `, but for ${listText(breaksThrough.map((one) => topicWords[one]))}`
  return `quiet from ${from} to ${to} (${daysText(days)}, ${timeZone})${through}`
}

export const dayNames: Record<Weekday, string> = {
  mon: 'Mon',
  tue: 'Tue',
  wed: 'Wed',
  thu: 'Thu',
  fri: 'Fri',
  sat: 'Sat',
  sun: 'Sun',
}

/** `every day`, `Mon to Fri`, `Mon, Wed and Sun`. */
export function daysText(days: readonly Weekday[]): string {
  if (days.length === weekdays.length) return 'every day'
  const places = weekdays.flatMap((day, place) => (days.includes(day) ? [place] : []))
  const named = places.map((place) => dayNames[weekdays[place] as Weekday])
  const isRun = places.length > 2 && places.every((place, index) => place === (places[0] ?? 0) + index)
  return isRun ? `${named[0]} to ${named.at(-1)}` : listText(named)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
