import type { AlertRule } from '@repo/contracts/alerts'
import type { AlertTopic } from '@repo/domain/alert-policy'
import { type Weekday, weekdays } from '@repo/domain/maintenance'
import { intervalText } from '@repo/ui/duration'
import { msg, t } from '@repo/ui/words'
import { weekdayNames } from '../maintenance/schedule-words.ts'
import { listText } from './channel-words.ts'
import type { Names } from './use-names.ts'

type Target = AlertRule['steps'][number]['targets'][number]

export const topicWords: Record<AlertTopic, string> = {
  down: msg('down'),
  degraded: msg('degraded'),
  recovered: msg('recovered'),
  advisory: msg('one region alone'),
  warning: msg('certificates and domains'),
}

/** A rule as one would say it: "Down and recovered of all monitors, to Ann and #ops at once; again every 30 min". */
export function ruleText(rule: AlertRule, names: Names): string {
  const { topics, monitors, steps, repeatEverySeconds, quiet, fallbackChannelIds } = rule
  const told = steps.map(({ afterSeconds, targets }) => {
    const whom = listText(targets.map((target) => targetText(target, names)))
    return afterSeconds === 0
      ? t('to {whom} at once', { whom })
      : t('to {whom} after {time}', { whom, time: intervalText(afterSeconds) })
  })
  const what = t('{topics} of {monitors}, {told}', {
    topics: topicsText(topics),
    monitors: monitorsText(monitors, names),
    told: told.join(', '),
  })
  const parts = [
    capital(what),
    repeatEverySeconds === null ? '' : t('again every {interval}', { interval: intervalText(repeatEverySeconds) }),
    quiet === null ? '' : quietText(quiet),
    fallbackChannelIds.length === 0
      ? ''
      : t('where one fails, {channels}', { channels: channelsText(fallbackChannelIds, names) }),
  ]
  return `${parts.filter(Boolean).join('; ')}.`
}

function topicsText(topics: readonly AlertTopic[]): string {
  return listText(topics.map((topic) => t(topicWords[topic])))
}

function channelsText(ids: readonly string[], names: Names): string {
  return listText(ids.map((id) => names.channel(id) ?? t('a channel that is gone')))
}

/** Whether what a rule names is no more. */
export function isGone(target: Target, names: Names): boolean {
  switch (target.kind) {
    case 'everyone':
      return false
    case 'channel':
      return names.channel(target.channelId) === undefined
    case 'person':
      return names.person(target.userId) === undefined
    case 'schedule':
      return names.schedule(target.scheduleId) === undefined
  }
}

export function targetText(target: Target, names: Names): string {
  switch (target.kind) {
    case 'everyone':
      return t('everyone')
    case 'channel':
      return names.channel(target.channelId) ?? t('a channel that is gone')
    case 'person':
      return names.person(target.userId) ?? t('somebody who left')
    case 'schedule': {
      const name = names.schedule(target.scheduleId)
      return name ? t('whoever is on call by {name}', { name }) : t('a schedule that is gone')
    }
  }
}

function monitorsText(choice: AlertRule['monitors'], names: Names): string {
  switch (choice.kind) {
    case 'all':
      return t('all monitors')
    case 'tags':
      return t('those tagged {tags}', { tags: listText(choice.tags, 'disjunction') })
    case 'groups':
      return t('those in {groups}', {
        groups: listText(
          choice.groupIds.map((id) => names.group(id) ?? t('a group that is gone')),
          'disjunction',
        ),
      })
    case 'monitors':
      return t('{count, plural, =1 {one monitor} other {# monitors}}', { count: choice.monitorIds.length })
  }
}

function quietText({ from, to, days, timeZone, breaksThrough }: NonNullable<AlertRule['quiet']>): string {
  const hours = t('quiet from {from} to {to} ({days}, {timeZone})', { from, to, days: daysText(days), timeZone })
  return breaksThrough.length === 0
    ? hours
    : t('{hours}, but for {topics}', { hours, topics: topicsText(breaksThrough) })
}

/** `every day`, `Mon to Fri`, `Mon, Wed and Sun`. */
export function daysText(days: readonly Weekday[]): string {
  if (days.length === weekdays.length) return t('every day')
  const places = weekdays.flatMap((day, place) => (days.includes(day) ? [place] : []))
  const named = places.map((place) => weekdayNames[weekdays[place] as Weekday])
  const isRun = places.length > 2 && places.every((place, index) => place === (places[0] ?? 0) + index)
  return isRun ? t('{first} to {last}', { first: named[0] ?? '', last: named.at(-1) ?? '' }) : listText(named)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
