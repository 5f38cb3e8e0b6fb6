import { scheduleSchema, toSchedule } from '@repo/contracts/maintenance'
import type { KeptWindow } from '@repo/db/queries/maintenance-keeping'
import { type MaintenanceSchedule, nextCrossing } from '@repo/domain/maintenance'
import type { Log } from '@repo/service/log'

export interface PlannedWindow {
  readonly id: string
  readonly effectiveFromMs: number
  readonly schedule: MaintenanceSchedule
}

export interface PlannedWindows {
  /** The windows as they are stored now; one that cannot be read is left out, and reported once. */
  read(stored: readonly KeptWindow[]): PlannedWindow[]
  /** When the next of them begins or ends. */
  nextCrossingMs(nowMs: number): number | undefined
}

interface Known {
  readonly version: number
  readonly window: PlannedWindow | undefined
  /** Infinite where nothing comes any more. */
  crossingMs: number
}

/** Remembers what was read: to parse a schedule, and to find out when it comes next, costs more than to look whether it changed. */
export function createPlannedWindows(log: Log): PlannedWindows {
  const known = new Map<string, Known>()

  function readOne({ id, version, schedule, effectiveFromMs }: KeptWindow): Known {
    const before = known.get(id)
    if (before?.version === version) return before
    const parsed = scheduleSchema.safeParse(schedule)
    if (!parsed.success) log.error({ windowId: id }, 'a maintenance window cannot be read, and is not kept')
    const window = parsed.success ? { id, effectiveFromMs, schedule: toSchedule(parsed.data) } : undefined
    return { version, window, crossingMs: window ? 0 : Number.POSITIVE_INFINITY }
  }

  return {
    read(stored) {
      const read = stored.map((one) => [one.id, readOne(one)] as const)
      known.clear()
      for (const [id, one] of read) known.set(id, one)
      return read.flatMap(([, { window }]) => window ?? [])
    },
    nextCrossingMs(nowMs) {
      let next = Number.POSITIVE_INFINITY
      for (const one of known.values()) {
        if (one.window && one.crossingMs <= nowMs)
          one.crossingMs = nextCrossing([one.window.schedule], nowMs) ?? Number.POSITIVE_INFINITY
        next = Math.min(next, one.crossingMs)
      }
      return Number.isFinite(next) ? next : undefined
    },
  }
}
