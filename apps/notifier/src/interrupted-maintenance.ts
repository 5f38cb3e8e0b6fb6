import { concernedComponents } from '@repo/contracts/page-subscribers'
import { toldMaintenanceSchema } from '@repo/contracts/public-page'
import { leavesAndParents, pageContentSchema } from '@repo/contracts/status-pages'
import { isoTime } from '@repo/contracts/ticks'
import type { InterruptedMaintenance } from '@repo/db/queries/page-maintenance'
import type { PlannedMaintenance } from '@repo/db/queries/page-plans'
import { occurrences } from '@repo/domain/maintenance'
import { plannedNow } from './withdrawn-maintenance.ts'

/**
 * What is to be said of maintenance that subscribers were told has begun, and whose window was changed or deleted while it lasted:
 * that it is done, as the page says.
 * @returns undefined where it goes on, or the page shows nothing of what it is of any more.
 * @throws ZodError where something is stored that we could not have written.
 */
export function endingOf(interrupted: InterruptedMaintenance, nowMs: number): PlannedMaintenance | undefined {
  const { windowId, pageId, fromMs, changedAtMs } = interrupted
  const content = pageContentSchema.parse(interrupted.content)
  const { movedFrom: _, ...told } = toldMaintenanceSchema.parse(interrupted.body)
  const shown = new Set(leavesAndParents(content.sections).map(({ id }) => id))
  const componentIds = told.componentIds.filter((id) => shown.has(id))
  const next = plannedNow(interrupted, content)?.schedule
  const goesOn =
    next !== undefined && occurrences(next, { fromMs, toMs: fromMs + 1 }).some((one) => one.fromMs === fromMs)
  if (goesOn || componentIds.length === 0) return undefined
  const endsAt = isoTime(Math.min(changedAtMs, Date.parse(told.endsAt)))
  return {
    ...{ windowId, pageId, fromMs, part: 'done', dueAtMs: nowMs, nowMs },
    concerned: concernedComponents(content, componentIds),
    body: { ...told, componentIds, endsAt, state: 'completed' },
  }
}
