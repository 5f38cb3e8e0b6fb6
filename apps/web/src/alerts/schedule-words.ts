import type { OnCallLayer } from '@repo/domain/on-call'
import { daysText } from './policy-words.ts'

/** `Ann, Bob, weekly from 1 Jun 2026, handed over at 09:00 (Europe/Berlin), only Mon to Fri 09:00 to 17:00`. */
export function layerText(layer: OnCallLayer, nameOf: (userId: string) => string): string {
  const { people, startsOn, turnDays, handover, timeZone, only } = layer
  const names = people.map(nameOf).join(', then ')
  const limit = only ? `; only ${daysText(only.days)}, ${only.from} to ${only.to}` : ''
  return `${names}: ${turnText(turnDays)} from ${startsOn}, handed over at ${handover} (${timeZone})${limit}`
}

export function turnText(days: number): string {
  if (days === 1) return 'daily'
  if (days === 7) return 'weekly'
  return days % 7 === 0 ? `every ${days / 7} weeks` : `every ${days} days`
}

const momentFormat = new Intl.DateTimeFormat('en-GB', {
  ...({ weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const),
})

/** `Ann: Mon 30 Nov, 09:00 to Mon 7 Dec, 09:00`, by the clocks of whoever looks. */
export function shiftText({ from, to }: { from: string; to: string }, name: string): string {
  return `${name}: ${momentFormat.format(Date.parse(from))} to ${momentFormat.format(Date.parse(to))}`
}
