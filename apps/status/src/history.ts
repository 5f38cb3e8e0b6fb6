import type { PublicIncident, PublicMaintenance, PublicPage } from '@repo/contracts/public-page'
import { dateBefore } from './day-text.ts'
import { dateOf } from './time-text.ts'

/** What a history tells of, on the day of the page's zone on which it began. */
export type Entry = {
  readonly date: string
  readonly atMs: number
} & (
  | { readonly kind: 'incident'; readonly incident: PublicIncident }
  | { readonly kind: 'maintenance'; readonly maintenance: PublicMaintenance }
)

/** The newest first: incidents, and maintenance that has begun, or was to begin before today and was cancelled. */
export function entriesOf({ incidents, maintenances, timeZone, today }: PublicPage): Entry[] {
  const when = (at: string) => ({ atMs: Date.parse(at), date: dateOf(Date.parse(at), timeZone) })
  const entries: Entry[] = [
    ...incidents.map((incident) => ({
      ...{ kind: 'incident' as const, incident },
      ...when(incident.beganAt),
    })),
    ...maintenances
      .map((maintenance) => ({ kind: 'maintenance' as const, maintenance, ...when(maintenance.startsAt) }))
      .filter(({ maintenance: { state }, date }) => (state === 'cancelled' ? date < today : state !== 'scheduled')),
  ]
  return entries.sort((one, other) => other.atMs - one.atMs)
}

/** A page tells of so many days. */
const DAYS = 90

/** The months of which a page tells, the newest first: `2026-11`. */
export function monthsOf({ today }: PublicPage): string[] {
  const dates = Array.from({ length: DAYS }, (_, ago) => dateBefore(today, ago))
  return [...new Set(dates.map((date) => date.slice(0, 7)))]
}
