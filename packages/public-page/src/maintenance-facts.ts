import { storedScheduleSchema, toSchedule, windowAnnouncementSchema } from '@repo/contracts/maintenance'
import type { Sql } from '@repo/db/database'
import { type FormerWindow, listFormerWindows } from '@repo/db/queries/former-windows'
import { type AnnouncedWindow, listAnnouncedMonitors, listAnnouncedWindows } from '@repo/db/queries/page-notices'
import { occurrences, type Period } from '@repo/domain/maintenance'
import { formerFact } from './former-maintenance.ts'
import { AHEAD_MS, DAY_MS, mostPeriods, SHOWN_DAYS } from './page-facts.ts'

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
  /** In order: those that people were told of, and that do not come any more. */
  readonly cancelled: readonly Period[]
  /** Of what a window was before it was changed or deleted: which of those it is. */
  readonly formerId?: string | undefined
  /** The ids of its monitors; null where it is of all. */
  readonly monitorIds: ReadonlySet<string> | null
  /** Of what a window was: what goes on as that which it became. A page that this does not concern tells of it here. */
  readonly carriedOn?: CarriedOn | undefined
}

export interface CarriedOn {
  /** What lasted, until the window was changed. */
  readonly begun: readonly Period[]
  readonly ahead: readonly Period[]
  /** As in a fact, had nothing become of the window. */
  readonly isRecurring: boolean
}

/** Windows as they are, and as they were. */
export interface ToldWindows {
  readonly windows: readonly AnnouncedWindow[]
  /** In the order in which they were changed or deleted. */
  readonly formers: readonly FormerWindow[]
}

export async function readToldWindows(sql: Sql, workspaceIds: readonly string[]): Promise<ToldWindows> {
  const windows = await listAnnouncedWindows(sql, workspaceIds)
  return { windows, formers: await listFormerWindows(sql, workspaceIds) }
}

interface Reading {
  readonly nowMs: number
  readonly onSpoilt: (windowId: string, error: unknown) => void
}

/** What pages tell of these windows. Those that cannot be read are passed over, and said to `onSpoilt`. */
export async function readMaintenances(
  sql: Sql,
  { windows, formers }: ToldWindows,
  { nowMs, onSpoilt }: Reading,
): Promise<MaintenanceFact[]> {
  const named = windows.filter(({ isOfAll }) => !isOfAll).map(({ id }) => id)
  const monitorsOf = await listAnnouncedMonitors(sql, named)
  const read = <Told>(told: Told & { readonly id: string }, fact: (told: Told) => MaintenanceFact) => {
    try {
      return [fact(told)]
    } catch (error) {
      onSpoilt(told.id, error)
      return []
    }
  }
  return [
    ...windows.flatMap((window) =>
      read(window, () => {
        const monitorIds = window.isOfAll ? null : (monitorsOf.get(window.id) ?? new Set<string>())
        return { ...factOf(window, nowMs), monitorIds }
      }),
    ),
    ...formers.flatMap((former, place) =>
      read(former, () => {
        const isSame = ({ windowId }: FormerWindow) => windowId === former.windowId
        const followed = formers.slice(place + 1).find(isSame) ?? windows.find(({ id }) => id === former.windowId)
        const next = followed && toSchedule(storedScheduleSchema.parse(followed.schedule))
        return formerFact(former, { next, nowMs })
      }),
    ),
  ]
}

function factOf(window: AnnouncedWindow, nowMs: number): Omit<MaintenanceFact, 'monitorIds'> {
  const { id: windowId, workspaceId, version, effectiveFromMs } = window
  const schedule = toSchedule(storedScheduleSchema.parse(window.schedule))
  const span = { fromMs: nowMs - SHOWN_DAYS * DAY_MS, toMs: nowMs + AHEAD_MS }
  // What a window is now says nothing of the time before it was; one that is ended early is changed at its very end.
  const all = occurrences(schedule, { ...span, fromMs: Math.max(span.fromMs, effectiveFromMs - 1) })
  const past = all.filter(({ toMs }) => toMs <= nowMs).slice(-mostPeriods.past)
  const coming = all.filter(({ toMs }) => toMs > nowMs).slice(0, mostPeriods.coming)
  const { title, body } = windowAnnouncementSchema.parse(window.announcement)
  return {
    ...{ windowId, workspaceId, version, title, body },
    isRecurring: schedule.kind !== 'once',
    periods: [...past, ...coming],
    cancelled: [],
  }
}
