import type { MonitorId } from './ids.ts'
import { monitorLimits } from './limits.ts'

/**
 * The instants of a monitor's checks: `phase + k · interval`, with a phase that follows from the id alone.
 * Any publisher computes the same grid with no stored state, and the load is spread evenly by arithmetic.
 */
export interface Grid {
  readonly intervalMs: number
  readonly phaseMs: number
}

export function gridOf(monitorId: MonitorId, intervalMs: number): Grid {
  return { intervalMs, phaseMs: hash32(monitorId) % intervalMs }
}

/** The first instant of the grid that is later than `ms`. */
export function nextSlotMs({ intervalMs, phaseMs }: Grid, ms: number): number {
  return (Math.floor((ms - phaseMs) / intervalMs) + 1) * intervalMs + phaseMs
}

/** The last instant of the grid that is not later than `ms`. */
export function newestSlotMs(grid: Grid, ms: number): number {
  return nextSlotMs(grid, ms) - grid.intervalMs
}

export function isOnGrid({ id, intervalMs }: { id: MonitorId; intervalMs: number }, ms: number): boolean {
  return (ms - gridOf(id, intervalMs).phaseMs) % intervalMs === 0
}

/** The instant after which a check of this slot is never started: it becomes `unknown (expired)` instead. */
export function expiresAtMs(scheduledAtMs: number, intervalMs: number): number {
  return scheduledAtMs + Math.min(intervalMs / 2, monitorLimits.startWindowMs)
}

/** FNV-1a over the code units, then murmur3's finaliser so that ids made in one millisecond still spread evenly. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
