/**
 * A monitor that keeps going down and coming back flaps: its recoveries are then believed later, so that its people hear of
 * one incident and not of twenty.
 */

export const flappingLimits = {
  /** So many recoveries within the window are flapping. */
  recoveries: 3,
  windowMs: 1_800_000,
  /** Of slow monitors as many intervals as this, where that is longer. */
  windowIntervals: 20,
  /** So many times as many passing looks are then needed. */
  patience: 3,
} as const

/** The recoveries among these that still count at an instant. */
export function recentRecoveries(recoveries: readonly number[], atMs: number, intervalMs: number): readonly number[] {
  const windowMs = Math.max(flappingLimits.windowMs, flappingLimits.windowIntervals * intervalMs)
  const recent = recoveries.filter((ms) => ms > atMs - windowMs)
  return recent.length === recoveries.length ? recoveries : recent
}

export function isFlapping(recoveries: readonly number[], atMs: number, intervalMs: number): boolean {
  return recentRecoveries(recoveries, atMs, intervalMs).length >= flappingLimits.recoveries
}
