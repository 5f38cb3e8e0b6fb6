import type { Uptime } from '@repo/contracts/uptime'

const DAY_MS = 86_400_000
const DAYS = 90

export interface Day {
  /** `2026-06-01`, of UTC. */
  readonly date: string
  readonly atMs: number
  /** How much of it has passed, from 0 to 1. */
  readonly passed: number
  /** Undefined where nothing was said of it. */
  readonly figures: Uptime['days'][number] | undefined
}

/** All of the last 90 days, oldest first, with those of which nothing was said. */
export function daysOf({ to, days }: Pick<Uptime, 'to' | 'days'>): Day[] {
  const nowMs = Date.parse(to)
  const todayMs = Math.floor(nowMs / DAY_MS) * DAY_MS
  const known = new Map(days.map((day) => [day.date, day]))
  return Array.from({ length: DAYS }, (_, index) => {
    const atMs = todayMs - (DAYS - 1 - index) * DAY_MS
    const date = new Date(atMs).toISOString().slice(0, 10)
    return { date, atMs, passed: Math.min(1, (nowMs - atMs) / DAY_MS), figures: known.get(date) }
  })
}

export function knownDays(days: readonly Day[]): Day[] {
  return days.filter(({ figures }) => figures !== undefined)
}
