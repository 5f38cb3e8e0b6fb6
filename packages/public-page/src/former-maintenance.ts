import { storedScheduleSchema, toSchedule, windowAnnouncementSchema } from '@repo/contracts/maintenance'
import type { FormerWindow } from '@repo/db/queries/former-windows'
import { type MaintenanceSchedule, occurrences, type Period } from '@repo/domain/maintenance'
import type { MaintenanceFact } from './maintenance-facts.ts'
import { AHEAD_MS, DAY_MS, mostPeriods, SHOWN_DAYS } from './page-facts.ts'

interface Followed {
  /** When the window was planned for next; undefined where it was deleted then, or said nothing to the public any more. */
  readonly next: MaintenanceSchedule | undefined
  readonly nowMs: number
}

/**
 * What people were told of a window before it was changed or deleted: what had taken place did so, what lasted ended with it, and
 * what was still to come, and does not come any more, is cancelled.
 */
export function formerFact(former: FormerWindow, { next, nowMs }: Followed): MaintenanceFact {
  const { id, windowId, workspaceId, effectiveFromMs, effectiveUntilMs, monitorIds } = former
  const schedule = toSchedule(storedScheduleSchema.parse(former.schedule))
  const fromMs = Math.max(nowMs - SHOWN_DAYS * DAY_MS, effectiveFromMs - 1)
  const told = occurrences(schedule, { fromMs, toMs: effectiveUntilMs + AHEAD_MS })
  const isPlanned = (period: Period) => next !== undefined && goesOn(next, period)
  const begun = told.filter((one) => one.fromMs < effectiveUntilMs)
  const goesOnAsNext = (one: Period) => one.toMs > effectiveUntilMs && isPlanned(one)
  const untilChanged = ({ fromMs, toMs }: Period) => ({ fromMs, toMs: Math.min(toMs, effectiveUntilMs) })
  const periods = begun.filter((one) => !goesOnAsNext(one)).map(untilChanged)
  const ahead = told
    .filter((one) => one.fromMs >= effectiveUntilMs)
    .slice(0, mostPeriods.coming)
    .filter((one) => one.toMs > nowMs - SHOWN_DAYS * DAY_MS)
  // One that is put off is the same, at another time.
  const isPutOff = schedule.kind === 'once' && next?.kind === 'once'
  const comes = (one: Period) => isPutOff || isPlanned(one)
  const isRecurring = schedule.kind !== 'once'
  return {
    ...{ windowId, workspaceId, version: 0, formerId: id },
    ...windowAnnouncementSchema.parse(former.announcement),
    // What it is called outside belongs to what became of it.
    isRecurring: isRecurring || next !== undefined,
    periods: periods.slice(-mostPeriods.past),
    cancelled: ahead.filter((one) => !comes(one)),
    carriedOn: { begun: begun.filter(goesOnAsNext).map(untilChanged), ahead: ahead.filter(comes), isRecurring },
    monitorIds: monitorIds && new Set(monitorIds),
  }
}

/** Whether the schedule has one that begins when this one does. */
function goesOn(schedule: MaintenanceSchedule, { fromMs }: Period): boolean {
  return occurrences(schedule, { fromMs, toMs: fromMs + 1 }).some((one) => one.fromMs === fromMs)
}
