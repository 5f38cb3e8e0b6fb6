import { expiresAtMs, type Grid, gridOf, nextSlotMs } from './grid.ts'
import type { MonitorId } from './ids.ts'

/** What of a monitor says which slots it has in a region. */
export interface SlotPlan {
  readonly id: MonitorId
  readonly intervalMs: number
  readonly scheduleFromMs: number
  /** From then on it has none. */
  readonly pausedAtMs: number | null
}

/** A stretch of time: later than `afterMs`, and not later than `throughMs`. */
export interface Stretch {
  readonly afterMs: number
  readonly throughMs: number
}

const GRACE_MS = 5_000

/**
 * How long after its instant a slot without a result is given up: when even a check that started at the last moment must
 * have ended, and its result must have been stored.
 */
export function givenUpAfterMs(intervalMs: number, timeoutMs: number): number {
  return expiresAtMs(0, intervalMs) + timeoutMs + GRACE_MS
}

/**
 * How often the slots of such monitors are looked through, so that a missing one is noticed within two intervals of its
 * instant; where timeouts are long beside intervals that cannot be, and it is noticed as soon as it is given up.
 */
export function lookThroughEveryMs(intervalMs: number, timeoutMs: number): number {
  return Math.max(GRACE_MS, Math.min(intervalMs, 2 * intervalMs - givenUpAfterMs(intervalMs, timeoutMs)))
}

/** The slots of a monitor in a stretch, oldest first: its first look, which is off the grid, and those of the grid. */
export function slotsOf(plan: SlotPlan, stretch: Stretch): number[] {
  const { grid, afterMs, throughMs } = gridPart(plan, stretch)
  const slots: number[] = []
  if (plan.scheduleFromMs > stretch.afterMs && plan.scheduleFromMs <= throughMs) slots.push(plan.scheduleFromMs)
  for (let atMs = nextSlotMs(grid, afterMs); atMs <= throughMs; atMs += grid.intervalMs) slots.push(atMs)
  return slots
}

/** How many of them lie on the grid. */
export function countGridSlots(plan: SlotPlan, stretch: Stretch): number {
  const { grid, afterMs, throughMs } = gridPart(plan, stretch)
  return Math.max(0, Math.floor((throughMs - nextSlotMs(grid, afterMs)) / grid.intervalMs) + 1)
}

function gridPart(plan: SlotPlan, { afterMs, throughMs }: Stretch): Stretch & { grid: Grid } {
  return {
    grid: gridOf(plan.id, plan.intervalMs),
    afterMs: Math.max(afterMs, plan.scheduleFromMs),
    throughMs: Math.min(throughMs, plan.pausedAtMs === null ? throughMs : plan.pausedAtMs - 1),
  }
}
