import { Cron } from 'croner'
import type { MonitorId } from './ids.ts'

/**
 * When maintenance is planned: once, or again and again by the clocks of a place. Clocks are changed there, so an occurrence begins
 * by the clock and lasts for so much real time. What would begin in the hour that a day lacks begins at the end of the gap; what
 * would begin in the hour that a day has twice begins the first time alone.
 */
export type MaintenanceSchedule = OneOff | Weekly | Monthly | ByCron

export interface OneOff {
  readonly kind: 'once'
  readonly startMs: number
  readonly endMs: number
}

interface Recurring {
  /** IANA name. */
  readonly timeZone: string
  readonly durationMs: number
  /** Nothing begins before this. */
  readonly fromMs: number | null
  /** Nothing begins at or after this; what began before it is not cut off. */
  readonly untilMs: number | null
}

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof weekdays)[number]

export interface Weekly extends Recurring {
  readonly kind: 'weekly'
  readonly days: readonly Weekday[]
  /** `02:30`. */
  readonly at: string
}

export interface Monthly extends Recurring {
  readonly kind: 'monthly'
  readonly on: MonthDay
  readonly at: string
}

/** A month that has no such day is passed over. */
export type MonthDay =
  | { readonly day: number | 'last' }
  | { readonly weekday: Weekday; readonly nth: 1 | 2 | 3 | 4 | 5 | 'last' }

export interface ByCron extends Recurring {
  readonly kind: 'cron'
  /** Minute, hour, day, month, weekday. */
  readonly expression: string
}

/** From the one instant, which belongs to it, to the other, which does not. */
export interface Period {
  readonly fromMs: number
  readonly toMs: number
}

/** Whom a window is of: every monitor of the workspace, those with one of the tags, or those that are named. */
export type AppliesTo =
  | { readonly kind: 'all' }
  | { readonly kind: 'tags'; readonly tags: readonly string[] }
  | { readonly kind: 'monitors'; readonly monitorIds: readonly MonitorId[] }

const MINUTE_MS = 60_000

export const maintenanceLimits = {
  durationMs: { min: MINUTE_MS, max: 7 * 86_400_000 },
  /** Between the beginnings of what comes again: more often is no maintenance. */
  betweenMs: 5 * MINUTE_MS,
  /** So many occurrences are looked at in one go: some four weeks of those that come most often. */
  occurrences: 10_000,
  /** Of a workspace. */
  windows: 200,
} as const

const lookAheadMs = 14 * 86_400_000

/** Each time that it is planned for and that overlaps the span, in order. They may overlap each other. */
export function occurrences(schedule: MaintenanceSchedule, { fromMs, toMs }: Period): Period[] {
  if (schedule.kind === 'once') {
    const { startMs, endMs } = schedule
    return startMs < toMs && endMs > fromMs ? [{ fromMs: startMs, toMs: endMs }] : []
  }
  const found: Period[] = []
  for (const startMs of beginnings(schedule, fromMs - schedule.durationMs)) {
    if (startMs >= toMs || found.length === maintenanceLimits.occurrences) break
    found.push({ fromMs: startMs, toMs: startMs + schedule.durationMs })
  }
  return found
}

/** The next times that it is planned for, the one that lasts among them. */
export function nextOccurrences(schedule: MaintenanceSchedule, nowMs: number, count: number): Period[] {
  if (schedule.kind === 'once')
    return schedule.endMs > nowMs ? [{ fromMs: schedule.startMs, toMs: schedule.endMs }] : []
  const found: Period[] = []
  for (const startMs of beginnings(schedule, nowMs - schedule.durationMs)) {
    if (found.length === count) break
    found.push({ fromMs: startMs, toMs: startMs + schedule.durationMs })
  }
  return found
}

/** The stretches of the span in which any of these plans maintenance: in order, and neither overlapping nor touching. */
export function coverage(schedules: readonly MaintenanceSchedule[], span: Period): Period[] {
  const clipped = schedules
    .flatMap((schedule) => occurrences(schedule, span))
    .map(({ fromMs, toMs }) => ({ fromMs: Math.max(fromMs, span.fromMs), toMs: Math.min(toMs, span.toMs) }))
  return mergePeriods(clipped)
}

/** Periods that overlap or touch become one. */
export function mergePeriods(periods: readonly Period[]): Period[] {
  const merged: Period[] = []
  for (const period of periods.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1)
    if (last && period.fromMs <= last.toMs) {
      merged[merged.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, period.toMs) }
    } else merged.push(period)
  }
  return merged
}

export function isUnderMaintenance(schedules: readonly MaintenanceSchedule[], nowMs: number): boolean {
  return schedules.some((schedule) => occurrences(schedule, { fromMs: nowMs, toMs: nowMs + 1 }).length > 0)
}

/**
 * When maintenance next begins, or ends where it is under way; undefined where nothing is planned any more. Where it goes on for
 * longer than two weeks, the end of those: ask again then.
 */
export function nextCrossing(schedules: readonly MaintenanceSchedule[], nowMs: number): number | undefined {
  const ahead = coverage(schedules, { fromMs: nowMs, toMs: nowMs + lookAheadMs })[0]
  if (ahead?.fromMs === nowMs) return ahead.toMs
  const starts = schedules.flatMap((schedule) => nextOccurrences(schedule, nowMs, 1)).map(({ fromMs }) => fromMs)
  return starts.length === 0 ? undefined : Math.min(...starts)
}

/** What is wrong with a schedule whose parts are each as they should be; undefined where nothing is. */
export function faultOfSchedule(schedule: MaintenanceSchedule): string | undefined {
  if (schedule.kind === 'once') return schedule.endMs > schedule.startMs ? undefined : 'it ends before it begins'
  const { fromMs, untilMs } = schedule
  if (fromMs !== null && untilMs !== null && untilMs <= fromMs) return 'it ends before it begins'
  try {
    cronOf(schedule)
  } catch {
    return 'it is not a cron expression of five fields, such as 30 2 * * SUN'
  }
  const [first, ...later] = take(beginnings({ ...schedule, fromMs: null, untilMs: null }, anyDayMs), 50)
  if (first === undefined) return 'it never comes'
  const smallestGapMs = Math.min(...later.map((startMs, place) => startMs - ([first, ...later][place] ?? startMs)))
  if (smallestGapMs < maintenanceLimits.betweenMs) return 'it comes more often than every five minutes'
  return smallestGapMs < schedule.durationMs ? 'it begins again before it ends' : undefined
}

/** How often a schedule comes does not hang on when it is asked. */
const anyDayMs = Date.UTC(2026, 0, 1)

/** When it begins, after this instant, for as long as anybody asks. */
function* beginnings(schedule: Weekly | Monthly | ByCron, afterMs: number): Generator<number> {
  const { fromMs, untilMs } = schedule
  const cron = cronOf(schedule)
  // What begins at the very `fromMs` is to be found, and the search goes on from what is after an instant.
  let at: Date | null = new Date(Math.max(afterMs, fromMs === null ? afterMs : fromMs - 1))
  for (;;) {
    at = cron.nextRun(at)
    if (!at || (untilMs !== null && at.getTime() >= untilMs)) return
    yield at.getTime()
  }
}

function take<Item>(items: Iterable<Item>, count: number): Item[] {
  const taken: Item[] = []
  for (const item of items) {
    taken.push(item)
    if (taken.length === count) break
  }
  return taken
}

function cronOf(schedule: Weekly | Monthly | ByCron): Cron {
  return new Cron(expressionOf(schedule), { timezone: schedule.timeZone, mode: '5-part', paused: true })
}

function expressionOf(schedule: Weekly | Monthly | ByCron): string {
  if (schedule.kind === 'cron') return schedule.expression
  const [hour, minute] = schedule.at.split(':').map(Number)
  if (schedule.kind === 'weekly') return `${minute} ${hour} * * ${schedule.days.join(',')}`
  const { on } = schedule
  if ('day' in on) return `${minute} ${hour} ${on.day === 'last' ? 'L' : on.day} * *`
  return `${minute} ${hour} * * ${on.weekday}#${on.nth === 'last' ? 'L' : on.nth}`
}
