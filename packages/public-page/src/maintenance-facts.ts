import { storedScheduleSchema, toSchedule, windowAnnouncementSchema } from '@repo/contracts/maintenance'
import type { Sql } from '@repo/db/database'
import { type AnnouncedWindow, listAnnouncedMonitors } from '@repo/db/queries/page-notices'
import { occurrences, type Period } from '@repo/domain/maintenance'
import { DAY_MS, SHOWN_DAYS } from './page-facts.ts'

/** Maintenance of which pages tell, as its maker wrote of it for the public. */
export interface MaintenanceFact {
  readonly windowId: string
  readonly workspaceId: string
  readonly version: number
  readonly title: string
  readonly body: string
  /** Whether it comes again. */
  readonly isRecurring: boolean
  /** In order: those that were of late, the one that lasts and those that come soon. */
  readonly periods: readonly Period[]
  /** The ids of its monitors; null where it is of all. */
  readonly monitorIds: ReadonlySet<string> | null
}

/** So far ahead it is told of. */
const AHEAD_MS = 30 * DAY_MS
/** Of a window that comes every few minutes nobody reads more. */
const most = { past: 30, coming: 10 } as const

/** What pages tell of these windows. Those that cannot be read are passed over, and said to `onSpoilt`. */
export async function readMaintenances(
  sql: Sql,
  windows: readonly AnnouncedWindow[],
  { nowMs, onSpoilt }: { readonly nowMs: number; readonly onSpoilt: (windowId: string, error: unknown) => void },
): Promise<MaintenanceFact[]> {
  const named = windows.filter(({ isOfAll }) => !isOfAll).map(({ id }) => id)
  const monitorsOf = await listAnnouncedMonitors(sql, named)
  return windows.flatMap((window) => {
    try {
      const monitorIds = window.isOfAll ? null : (monitorsOf.get(window.id) ?? new Set<string>())
      return [{ ...factOf(window, nowMs), monitorIds }]
    } catch (error) {
      onSpoilt(window.id, error)
      return []
    }
  })
}

function factOf(window: AnnouncedWindow, nowMs: number): Omit<MaintenanceFact, 'monitorIds'> {
  const { id: windowId, workspaceId, version, effectiveFromMs } = window
  const schedule = toSchedule(storedScheduleSchema.parse(window.schedule))
  const span = { fromMs: nowMs - SHOWN_DAYS * DAY_MS, toMs: nowMs + AHEAD_MS }
  // What a window is now says nothing of the time before it was; one that is ended early is changed at its very end.
  const all = occurrences(schedule, { ...span, fromMs: Math.max(span.fromMs, effectiveFromMs - 1) })
  const past = all.filter(({ toMs }) => toMs <= nowMs).slice(-most.past)
  const coming = all.filter(({ toMs }) => toMs > nowMs).slice(0, most.coming)
  const { title, body } = windowAnnouncementSchema.parse(window.announcement)
  return {
    ...{ windowId, workspaceId, version, title, body },
    isRecurring: schedule.kind !== 'once',
    periods: [...past, ...coming],
  }
}
