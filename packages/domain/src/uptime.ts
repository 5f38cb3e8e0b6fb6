import { type Status, statuses } from './status.ts'

/** What was said of a monitor from one instant to another. `endedAtMs` is null while it is still being said. */
export interface StatusInterval {
  readonly status: Status
  readonly beganAtMs: number
  readonly endedAtMs: number | null
}

/** How long each status was held. */
export type StatusDurations = Readonly<Record<Status, number>>

/** The parts of intervals that lie in a window, added up. Time in which nothing was said counts as nothing. */
export function durationsIn(
  intervals: readonly StatusInterval[],
  window: { fromMs: number; toMs: number },
): StatusDurations {
  const durations = noDurations()
  for (const { status, beganAtMs, endedAtMs } of intervals) {
    const ms = Math.min(endedAtMs ?? window.toMs, window.toMs) - Math.max(beganAtMs, window.fromMs)
    if (ms > 0) durations[status] += ms
  }
  return durations
}

export function addDurations(all: readonly StatusDurations[]): StatusDurations {
  const sum = noDurations()
  for (const durations of all) for (const status of statuses) sum[status] += durations[status]
  return sum
}

export function noDurations(): Record<Status, number> {
  return { up: 0, degraded: 0, down: 0, unknown: 0, maintenance: 0, paused: 0 }
}

const SHOWN_PARTS = 100_000

/**
 * `1 − down / (total − maintenance − unknown − paused)` in per cent, rounded down at three decimals: 100 is answered only
 * where nothing was down. Undefined where nothing is known. Durations are whole milliseconds, up to some thousand years.
 */
export function uptimePercent(durations: StatusDurations): number | undefined {
  const { up, degraded, down } = durations
  const knownMs = up + degraded + down
  return sharePercent(knownMs - down, knownMs)
}

/** A share of whole numbers in per cent, rounded down at three decimals. Undefined of nothing. */
export function sharePercent(part: number, whole: number): number | undefined {
  if (whole === 0) return undefined
  // By whole numbers: a quotient of fractions might be rounded up to the next thousandth, or to 100.
  return Number((BigInt(part) * BigInt(SHOWN_PARTS)) / BigInt(whole)) / 1_000
}
