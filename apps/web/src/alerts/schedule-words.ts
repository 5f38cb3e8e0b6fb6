import type { OnCallLayer } from '@repo/domain/on-call'
import { dateText, t } from '@repo/ui/words'
import { daysText } from './policy-words.ts'

/** `Ann, Bob, weekly from 1 Jun 2026, handed over at 09:00 (Europe/Berlin), only Mon to Fri 09:00 to 17:00`. */
export function layerText(layer: OnCallLayer, nameOf: (userId: string) => string): string {
  const { people, startsOn, turnDays, handover, timeZone, only } = layer
  const [first = '', ...others] = people.map(nameOf)
  const names = others.reduce((before, next) => t('{before}, then {next}', { before, next }), first)
  const turns = t('{names}: {turn} from {startsOn}, handed over at {handover} ({timeZone})', {
    ...{ names, turn: turnText(turnDays), startsOn, handover, timeZone },
  })
  if (!only) return turns
  const { days, from, to } = only
  return t('{turns}; only {days}, {from} to {to}', { turns, days: daysText(days), from, to })
}

export function turnText(days: number): string {
  if (days === 1) return t('daily')
  if (days === 7) return t('weekly')
  return days % 7 === 0 ? t('every {count} weeks', { count: days / 7 }) : t('every {count} days', { count: days })
}

const moment = {
  ...({ weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const),
}

interface Span {
  readonly from: string
  readonly to: string
}

/** `Ann: Mon 30 Nov, 09:00 to Mon 7 Dec, 09:00`, by the clocks of whoever looks. */
export function shiftText(span: Span, name: string): string {
  return t('{name}: {from} to {to}', { name, ...momentsOf(span) })
}

/** `Ann stands in, Mon 30 Nov, 09:00 to Mon 7 Dec, 09:00`. */
export function standInText(span: Span, name: string): string {
  return t('{name} stands in, {from} to {to}', { name, ...momentsOf(span) })
}

function momentsOf({ from, to }: Span): Span {
  return { from: dateText(Date.parse(from), moment), to: dateText(Date.parse(to), moment) }
}
