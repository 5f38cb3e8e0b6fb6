import type { CheckSpec } from '@repo/contracts/check-spec'
import type { Check } from '@repo/domain/check'
import { expiresAtMs, type Grid, gridOf, newestSlotMs, nextSlotMs } from '@repo/domain/grid'
import type { MonitorId } from '@repo/domain/ids'
import { monitorLimits } from '@repo/domain/limits'
import type { Region } from '@repo/domain/region'
import { type Turning, Wheel } from './wheel.ts'

/** An active monitor as the schedule holds it: its specification parsed. */
export interface PlannedMonitor {
  readonly monitorKey: number
  readonly id: MonitorId
  readonly spec: CheckSpec
  readonly intervalMs: number
  readonly regions: readonly Region[]
  readonly scheduleFromMs: number
}

interface Plan extends Turning {
  monitor: PlannedMonitor
  grid: Grid
}

/**
 * Every active monitor and when it is due next. Says what to publish; publishes nothing itself.
 *
 * A schedule begins with a check at its own beginning (a new monitor is looked at at once), then follows the grid.
 */
export class Schedule {
  readonly #plans = new Map<MonitorId, Plan>()
  readonly #wheel: Wheel<Plan>

  constructor(nowMs: number) {
    this.#wheel = new Wheel(nowMs)
  }

  get size(): number {
    return this.#plans.size
  }

  ids(): MonitorId[] {
    return [...this.#plans.keys()]
  }

  /** Takes a monitor in, or what changed of it. Nothing moves where its schedule is the one that is known. */
  set(monitor: PlannedMonitor, nowMs: number): void {
    const grid = gridOf(monitor.id, monitor.intervalMs)
    const known = this.#plans.get(monitor.id)
    if (known?.monitor.scheduleFromMs === monitor.scheduleFromMs) {
      known.monitor = monitor
      return
    }
    const plan = known ?? { monitor, grid, nextMs: 0 }
    Object.assign(plan, { monitor, grid })
    this.#plans.set(monitor.id, plan)
    const isNew = nowMs - monitor.scheduleFromMs < monitorLimits.startWindowMs
    this.#wheel.set(plan, isNew ? monitor.scheduleFromMs : nextSlotMs(grid, nowMs))
  }

  delete(id: MonitorId): void {
    const plan = this.#plans.get(id)
    if (plan) this.#wheel.delete(plan)
    this.#plans.delete(id)
  }

  /**
   * The checks of every slot up to `throughMs` that was not taken yet. Of a monitor whose slots were missed (we were
   * paused, or not leading) only the newest one that has begun is among them: a gap, never a burst.
   */
  takeDue({ nowMs, throughMs }: { nowMs: number; throughMs: number }): Check<CheckSpec>[] {
    const checks: Check<CheckSpec>[] = []
    for (const plan of this.#wheel.takeDue(throughMs)) {
      let slotMs = newestMissed(plan, nowMs)
      const newestMs = newestSlotMs(plan.grid, nowMs)
      for (; slotMs <= throughMs; slotMs = Math.max(nextSlotMs(plan.grid, slotMs), newestMs)) {
        for (const region of plan.monitor.regions) checks.push(toCheck(plan.monitor, region, slotMs))
      }
      this.#wheel.set(plan, slotMs)
    }
    return checks
  }

  /** Moves past every slot up to `throughMs` without taking them: somebody else publishes those. */
  skipTo(throughMs: number): void {
    for (const plan of this.#wheel.takeDue(throughMs)) this.#wheel.set(plan, nextSlotMs(plan.grid, throughMs))
  }
}

function newestMissed({ nextMs, grid, monitor }: Plan, nowMs: number): number {
  if (nextMs === monitor.scheduleFromMs) return nextMs
  return Math.max(nextMs, newestSlotMs(grid, nowMs))
}

function toCheck(
  { monitorKey, id, spec, intervalMs, scheduleFromMs }: PlannedMonitor,
  region: Region,
  scheduledAtMs: number,
): Check<CheckSpec> {
  // The first look of a schedule is off the grid, so the next slot says nothing about how late it may be.
  const isFirst = scheduledAtMs === scheduleFromMs
  return {
    monitorId: id,
    monitorKey,
    region,
    scheduledAtMs,
    expiresAtMs: isFirst
      ? scheduledAtMs + monitorLimits.startWindowMs
      : Math.floor(expiresAtMs(scheduledAtMs, intervalMs)),
    spec,
  }
}
