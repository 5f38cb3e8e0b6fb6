import { storedScheduleSchema, toSchedule, windowAnnouncementSchema } from '@repo/contracts/maintenance'
import { concernedComponents, touchedComponents } from '@repo/contracts/page-subscribers'
import { type ToldMaintenance, toldMaintenanceSchema } from '@repo/contracts/public-page'
import { leavesAndParents, type PageContent, pageContentSchema } from '@repo/contracts/status-pages'
import { isoTime } from '@repo/contracts/ticks'
import type { PromisedMaintenance } from '@repo/db/queries/page-maintenance'
import type { WithdrawnMaintenance } from '@repo/db/queries/page-plans'
import { type MaintenanceSchedule, occurrences, type Period } from '@repo/domain/maintenance'

interface Asked {
  readonly nowMs: number
  /** So long before it begins maintenance is told of. */
  readonly aheadMs: number
}

/**
 * What is to be said of maintenance that subscribers were told of: that it does not come, or comes at another time.
 * @returns undefined where it comes as it was told, or the page says nothing of what it is of any more.
 * @throws ZodError where something is stored that we could not have written.
 */
export function withdrawalOf(
  promised: PromisedMaintenance,
  { nowMs, aheadMs }: Asked,
): WithdrawnMaintenance | undefined {
  const { windowId, pageId, fromMs } = promised
  const content = pageContentSchema.parse(promised.content)
  const { movedFrom: _, ...told } = toldMaintenanceSchema.parse(promised.body)
  const shown = new Set(leavesAndParents(content.sections).map(({ id }) => id))
  const componentIds = told.componentIds.filter((id) => shown.has(id))
  if (componentIds.length === 0) return undefined
  const now = plannedNow(promised, content)
  const next = now && nextOf(now.schedule, { fromMs, nowMs })
  if (next && isSame(next, told)) return undefined
  const withdrawn = {
    windowId,
    pageId,
    fromMs,
    concerned: concernedComponents(content, componentIds),
    dueAtMs: nowMs,
    nowMs,
  }
  if (!next) return { ...withdrawn, body: { ...told, componentIds, state: 'cancelled' }, instead: null }
  const { startsAt, endsAt } = told
  const body: ToldMaintenance = {
    ...{ ...told, ...now.announced, componentIds: now.componentIds, state: 'scheduled' },
    ...{ startsAt: isoTime(next.fromMs), endsAt: isoTime(next.toMs), movedFrom: { startsAt, endsAt } },
  }
  const concerned = concernedComponents(content, [...componentIds, ...now.componentIds])
  return { ...withdrawn, body, concerned, instead: { fromMs: next.fromMs, isSoon: next.fromMs - nowMs <= aheadMs } }
}

/** Undefined where the window says nothing on this page any more. */
export function plannedNow({ window }: PromisedMaintenance, content: PageContent) {
  const componentIds = window ? touchedComponents(content, window) : []
  if (!window || componentIds.length === 0) return undefined
  return {
    schedule: toSchedule(storedScheduleSchema.parse(window.schedule)),
    announced: windowAnnouncementSchema.parse(window.announcement),
    componentIds,
  }
}

/** What comes in the place of what was to begin then: of what comes again, only what begins when it was to. */
function nextOf(
  schedule: MaintenanceSchedule,
  { fromMs, nowMs }: { fromMs: number; nowMs: number },
): Period | undefined {
  if (schedule.kind === 'once') {
    const { startMs, endMs } = schedule
    return endMs > nowMs ? { fromMs: startMs, toMs: endMs } : undefined
  }
  return occurrences(schedule, { fromMs, toMs: fromMs + 1 }).find((one) => one.fromMs === fromMs)
}

function isSame({ fromMs, toMs }: Period, { startsAt, endsAt }: ToldMaintenance): boolean {
  return fromMs === Date.parse(startsAt) && toMs === Date.parse(endsAt)
}
