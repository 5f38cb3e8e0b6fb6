import type { CheckSpec } from '@repo/contracts/check-spec'
import type { Check } from '@repo/domain/check'
import { expiresAtMs, type Grid, gridOf, newestSlotMs, nextSlotMs } from '@repo/domain/grid'
import type { MonitorId, WorkspaceId } from '@repo/domain/ids'
import { monitorLimits } from '@repo/domain/limits'
import type { Region } from '@repo/domain/region'
import { atRest, type Turning, Wheel } from './wheel.ts'

/** An active monitor as the schedule holds it: its specification parsed. */
export interface PlannedMonitor {
  readonly monitorKey: number
  readonly id: MonitorId
  readonly workspaceId: WorkspaceId
  readonly spec: CheckSpec
  readonly intervalMs: number
  readonly regions: readonly Region[]
  readonly scheduleFromMs: number
  /** When it was last changed: who has seen this has seen all of it. */
  readonly updatedAtMs: number
}

interface Plan extends Turning, Grid {
  monitorKey: number
  id: MonitorId
  workspaceId: WorkspaceId
  spec: CheckSpec
  intervalMs: number
  phaseMs: number
  regions: readonly Region[]
  scheduleFromMs: number
  updatedAtMs: number
}

/**
 * Every active monitor and when it is due next. Says what to publish; publishes nothing itself.
 *
 * A schedule begins with a check at its own beginning (a new monitor is looked at at once), then follows the grid.
 */
export class Schedule {
  readonly #plans = new Map<MonitorId, Plan>()
  readonly #wheel: Wheel<Plan>
  #skippedToMs: number
  #checksPerSecond = 0
  /** Whether every active monitor is in it: until then nobody can say that all that was due was published. */
  whole = false

  constructor(nowMs: number) {
    this.#wheel = new Wheel(nowMs)
    this.#skippedToMs = nowMs
  }

  get size(): number {
    return this.#plans.size
  }

  /** Of all monitors in all their regions, when nothing goes wrong. */
  get checksPerSecond(): number {
    return Math.max(0, this.#checksPerSecond)
  }

  ids(): MonitorId[] {
    return [...this.#plans.keys()]
  }

  has(id: MonitorId, updatedAtMs: number): boolean {
    return this.#plans.get(id)?.updatedAtMs === updatedAtMs
  }

  /** Takes a monitor in, or what changed of it. Nothing moves where its schedule is the one that is known. */
  set(monitor: PlannedMonitor, nowMs: number): void {
    const known = this.#plans.get(monitor.id)
    const isKnownSchedule = known?.scheduleFromMs === monitor.scheduleFromMs
    if (known) this.#checksPerSecond -= rateOf(known)
    const plan = known ?? { ...monitor, phaseMs: 0, ...atRest }
    Object.assign(plan, monitor, { phaseMs: gridOf(monitor.id, monitor.intervalMs).phaseMs })
    this.#plans.set(monitor.id, plan)
    this.#checksPerSecond += rateOf(plan)
    if (isKnownSchedule) return
    const isNew = nowMs - monitor.scheduleFromMs < monitorLimits.startWindowMs
    // What could still be run of an old schedule, and nobody is known to have published.
    const fromMs = known ? nowMs : Math.max(Math.min(this.#skippedToMs, nowMs), nowMs - monitorLimits.startWindowMs)
    this.#wheel.set(plan, isNew ? monitor.scheduleFromMs : nextSlotMs(plan, fromMs))
  }

  delete(id: MonitorId): void {
    const plan = this.#plans.get(id)
    if (!plan) return
    this.#wheel.delete(plan)
    this.#plans.delete(id)
    this.#checksPerSecond -= rateOf(plan)
  }

  /**
   * The checks of every slot up to `throughMs` that was not taken yet. Of a monitor whose slots were missed (we were
   * paused, or not leading) only the newest one that has begun is among them: a gap, never a burst.
   */
  takeDue({ nowMs, throughMs }: { nowMs: number; throughMs: number }): Check<CheckSpec>[] {
    const checks: Check<CheckSpec>[] = []
    for (const plan of this.#wheel.takeDue(throughMs)) {
      let slotMs = newestMissed(plan, nowMs, checks)
      for (; slotMs <= throughMs; slotMs = nextSlotMs(plan, slotMs)) addChecks(plan, slotMs, checks)
      this.#wheel.set(plan, slotMs)
    }
    return checks
  }

  /** Moves past every slot up to `throughMs` without taking them: somebody else publishes those. */
  skipTo(throughMs: number): void {
    this.#skippedToMs = throughMs
    for (const plan of this.#wheel.takeDue(throughMs)) this.#wheel.set(plan, nextSlotMs(plan, throughMs))
  }
}

function rateOf({ regions, intervalMs }: Plan): number {
  return (1_000 * regions.length) / intervalMs
}

/** The slot to go on with: of those that were missed the newest, but the first look of a schedule is never left out. */
function newestMissed(plan: Plan, nowMs: number, checks: Check<CheckSpec>[]): number {
  const newestMs = newestSlotMs(plan, nowMs)
  if (plan.nextMs !== plan.scheduleFromMs) return Math.max(plan.nextMs, newestMs)
  addChecks(plan, plan.nextMs, checks)
  return Math.max(nextSlotMs(plan, plan.nextMs), newestMs)
}

function addChecks(plan: Plan, scheduledAtMs: number, checks: Check<CheckSpec>[]): void {
  const { monitorKey, id, workspaceId, spec, intervalMs, scheduleFromMs } = plan
  // The first look of a schedule is off the grid, so the next slot says nothing about how late it may be.
  const expiryMs =
    scheduledAtMs === scheduleFromMs
      ? scheduledAtMs + monitorLimits.startWindowMs
      : Math.floor(expiresAtMs(scheduledAtMs, intervalMs))
  for (const region of plan.regions)
    checks.push({ monitorId: id, monitorKey, region, scheduledAtMs, workspaceId, expiresAtMs: expiryMs, spec })
}
