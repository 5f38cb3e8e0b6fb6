import { nextCronMs } from './cron.ts'
import type { Period } from './maintenance.ts'
import { addDurations, type StatusDurations, uptimePercent } from './uptime.ts'

/** What a workspace is told once a week, on Monday at eight by its clocks, of the seven days before. */

export const digestLimits = {
  /** A report that comes later tells nothing that people do not know: it is left out. */
  lateMs: 2 * 86_400_000,
  longestIncidents: 3,
  worstMonitors: 5,
  /** What ends within so many days is told of. */
  endsWithinDays: 14,
  ending: 10,
  channels: 10,
} as const

/** The seven days of a report. They have an hour less or more where clocks are changed. */
export interface DigestWeek extends Period {
  /** The same for all zones in which it is that Monday: it is told of once, also where the zone is changed meanwhile. */
  readonly week: number
}

const WEEK_MS = 7 * 86_400_000
const firstMondayMs = Date.UTC(1970, 0, 5, 8)
/** Longer than the longest week, and shorter than two. */
const backMs = WEEK_MS + 2 * 3_600_000

/** When the next report is due. @throws Error for a time zone that is none. */
export function nextDigestMs(timeZone: string, afterMs: number): number {
  const nextMs = nextCronMs({ expression: '0 8 * * 1', timeZone }, afterMs)
  if (nextMs === undefined) throw new Error('there is always another Monday')
  return nextMs
}

/** The seven days that ended last. */
export function digestWeek(timeZone: string, nowMs: number): DigestWeek {
  const toMs = lastDigestMs(timeZone, nowMs)
  const week = Math.round((toMs - firstMondayMs) / WEEK_MS)
  return { fromMs: lastDigestMs(timeZone, toMs - 1), toMs, week }
}

function lastDigestMs(timeZone: string, untilMs: number): number {
  let lastMs = nextDigestMs(timeZone, untilMs - backMs)
  for (let ms = lastMs; ms <= untilMs; ms = nextDigestMs(timeZone, ms)) lastMs = ms
  return lastMs
}

export interface ReportedIncident {
  readonly id: string
  readonly monitorName: string
  readonly severity: 'down' | 'degraded'
  readonly beganAtMs: number
  /** Null where it was not over at the end of the week. */
  readonly endedAtMs: number | null
  readonly cause: string
}

export interface ReportedMonitor {
  readonly id: string
  readonly name: string
  readonly uptimePercent: number
  readonly downMs: number
}

export interface EndingFact {
  readonly monitorId: string
  readonly monitorName: string
  readonly kind: 'certificate' | 'domain'
  readonly expiresAtMs: number
}

/** Messages that were given up, by the channel that they were for. */
export interface GivenUp {
  readonly channelName: string
  readonly count: number
}

/** What is known of a week. */
export interface WeekFacts {
  readonly monitors: readonly { readonly id: string; readonly name: string; readonly durations: StatusDurations }[]
  readonly incidents: { readonly count: number; readonly longest: readonly ReportedIncident[] }
  /** Those that end first. */
  readonly ending: readonly EndingFact[]
  readonly givenUp: readonly GivenUp[]
}

export interface WeekReport extends Pick<WeekFacts, 'incidents' | 'ending' | 'givenUp'> {
  readonly period: Period
  /** How many were watched at any time of it. */
  readonly watched: number
  /** Of all of them together; null where nothing is known. */
  readonly uptimePercent: number | null
  /** Of all of them together. */
  readonly downMs: number
  /** Those that were down, the worst first. */
  readonly worst: readonly ReportedMonitor[]
}

export function reportWeek(facts: WeekFacts, period: Period): WeekReport {
  const { incidents, ending, givenUp } = facts
  const known = facts.monitors.flatMap(({ id, name, durations }) => {
    const percent = uptimePercent(durations)
    return percent === undefined ? [] : [{ id, name, uptimePercent: percent, downMs: durations.down, durations }]
  })
  const sum = addDurations(known.map(({ durations }) => durations))
  const worst = known
    .filter(({ downMs }) => downMs > 0)
    .sort((a, b) => a.uptimePercent - b.uptimePercent || b.downMs - a.downMs || (a.id < b.id ? -1 : 1))
    .slice(0, digestLimits.worstMonitors)
    .map(({ durations: _, ...monitor }) => monitor)
  return {
    ...{ period, incidents, ending, givenUp, worst },
    watched: known.length,
    uptimePercent: uptimePercent(sum) ?? null,
    downMs: sum.down,
  }
}

/** Nobody is written to of a week in which nothing was watched and nothing happened. */
export function isWorthTelling({ watched, incidents, ending, givenUp }: WeekReport): boolean {
  return watched + incidents.count + ending.length + givenUp.length > 0
}
