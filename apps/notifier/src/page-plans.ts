import { storedScheduleSchema, toSchedule, windowAnnouncementSchema } from '@repo/contracts/maintenance'
import { concernedComponents, touchedComponents } from '@repo/contracts/page-subscribers'
import type { PublicMaintenance } from '@repo/contracts/public-page'
import { pageContentSchema } from '@repo/contracts/status-pages'
import { isoTime } from '@repo/contracts/ticks'
import type { Sql } from '@repo/db/database'
import {
  type AnnouncedWindow,
  listAnnouncedWindows,
  listInterruptedMaintenance,
  listPromisedMaintenance,
} from '@repo/db/queries/page-maintenance'
import {
  insertMaintenanceMessages,
  insertUpdateMessages,
  insertWithdrawal,
  lockUnplannedUpdates,
  type PlannedMaintenance,
  setPlanned,
  type UnplannedUpdate,
} from '@repo/db/queries/page-plans'
import { retriedTransaction } from '@repo/db/retried-transaction'
import { occurrences, type Period } from '@repo/domain/maintenance'
import { maintenanceId } from '@repo/public-page/maintenance-id'
import type { Clock } from '@repo/service/clock'
import type { Log } from '@repo/service/log'
import { endingOf } from './interrupted-maintenance.ts'
import { withdrawalOf } from './withdrawn-maintenance.ts'

export interface PagePlanDeps {
  readonly sql: Sql
  readonly clock: Clock
  readonly log: Log
  readonly onPlanned?: (messages: number) => void
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Nobody is told of what was published, or took place, longer ago than that. */
const late = { update: DAY_MS, maintenance: HOUR_MS } as const

/**
 * Writes down who is to be told of the oldest update of which nobody was told yet. Whoever dies over it has done nothing.
 * @returns whether there may be more.
 */
export async function planUpdate(deps: PagePlanDeps): Promise<boolean> {
  const nowMs = deps.clock.nowMs()
  const planned = await retriedTransaction(deps.sql, async (tx) => {
    const [update] = await lockUnplannedUpdates(tx, nowMs, 1)
    if (!update) return undefined
    const messages = await insertFor(deps, tx, { update, nowMs })
    await setPlanned(tx, [update.id], nowMs)
    return messages
  })
  if (planned) deps.onPlanned?.(planned)
  return planned !== undefined
}

async function insertFor(
  { log }: PagePlanDeps,
  tx: Sql,
  { update, nowMs }: { update: UnplannedUpdate; nowMs: number },
): Promise<number> {
  const { id: updateId, incidentId, pageId, publishedAtMs, componentIds } = update
  if (nowMs - publishedAtMs > late.update) return 0
  const content = pageContentSchema.safeParse(update.content)
  if (!content.success) {
    log.error({ err: content.error, pageId, updateId }, 'subscribers are not told: their page cannot be read')
    return 0
  }
  // What names no component concerns everybody.
  const concerned = componentIds.length === 0 ? null : concernedComponents(content.data, componentIds)
  return insertUpdateMessages(tx, { updateId, incidentId, pageId, concerned, dueAtMs: publishedAtMs, nowMs })
}

/**
 * Writes down who is to be told of maintenance: a day before it begins, when it does, and when it is done, and of what was told and
 * comes otherwise.
 */
export async function planMaintenance(deps: PagePlanDeps): Promise<void> {
  const { sql, clock, log, onPlanned } = deps
  const nowMs = clock.nowMs()
  await planWithdrawals(deps, nowMs)
  await planEndings(deps, nowMs)
  for (const window of await listAnnouncedWindows(sql)) {
    try {
      for (const planned of plannedOf(window, nowMs)) {
        const messages = await retriedTransaction(sql, (tx) => insertMaintenanceMessages(tx, planned))
        if (messages) onPlanned?.(messages)
      }
    } catch (err) {
      const { windowId, pageId } = window
      log.error({ err, windowId, pageId }, 'subscribers are not told of maintenance, for it cannot be planned')
    }
  }
}

/** Before what is to come is planned: whoever hears that it is moved hears of its new time by that. */
async function planWithdrawals({ sql, log, onPlanned }: PagePlanDeps, nowMs: number): Promise<void> {
  for (const promised of await listPromisedMaintenance(sql, nowMs - late.maintenance)) {
    try {
      const withdrawn = withdrawalOf(promised, { nowMs, aheadMs: DAY_MS })
      const messages = withdrawn && (await retriedTransaction(sql, (tx) => insertWithdrawal(tx, withdrawn)))
      if (messages) onPlanned?.(messages)
    } catch (err) {
      const { windowId, pageId } = promised
      log.error({ err, windowId, pageId }, 'subscribers are not told that maintenance is cancelled or moved')
    }
  }
}

/** What lasted when its window was changed or deleted, and does not go on, ended with it. */
async function planEndings({ sql, log, onPlanned }: PagePlanDeps, nowMs: number): Promise<void> {
  for (const interrupted of await listInterruptedMaintenance(sql, nowMs - late.maintenance)) {
    try {
      const planned = endingOf(interrupted, nowMs)
      const messages = planned && (await retriedTransaction(sql, (tx) => insertMaintenanceMessages(tx, planned)))
      if (messages) onPlanned?.(messages)
    } catch (err) {
      const { windowId, pageId } = interrupted
      log.error({ err, windowId, pageId }, 'subscribers are not told that maintenance ended with its window')
    }
  }
}

/** What is to be told of a window at an instant, whether or not that was done before. */
function plannedOf(window: AnnouncedWindow, nowMs: number): PlannedMaintenance[] {
  const { windowId, pageId, effectiveFromMs } = window
  const content = pageContentSchema.parse(window.content)
  const componentIds = touchedComponents(content, window)
  if (componentIds.length === 0) return []
  const announced = windowAnnouncementSchema.parse(window.announcement)
  const schedule = toSchedule(storedScheduleSchema.parse(window.schedule))
  // What a window is now says nothing of the time before it was; one that is ended early is changed at its very end.
  const fromMs = Math.max(nowMs - late.maintenance, effectiveFromMs - 1)
  return occurrences(schedule, { fromMs, toMs: nowMs + DAY_MS + 1 }).flatMap((period) => {
    const part = partAt(period, nowMs)
    if (part === undefined) return []
    const id = maintenanceId({ windowId, isRecurring: schedule.kind !== 'once', fromMs: period.fromMs })
    const body: PublicMaintenance = { ...announced, ...bodyOf(period, part), id, componentIds }
    const concerned = concernedComponents(content, componentIds)
    return [{ windowId, pageId, concerned, part, body, fromMs: period.fromMs, dueAtMs: nowMs, nowMs }]
  })
}

const stateOf = { ahead: 'scheduled', begun: 'in_progress', done: 'completed' } as const

function bodyOf({ fromMs, toMs }: Period, part: PlannedMaintenance['part']) {
  return { state: stateOf[part], startsAt: isoTime(fromMs), endsAt: isoTime(toMs) }
}

function partAt({ fromMs, toMs }: Period, nowMs: number): PlannedMaintenance['part'] | undefined {
  if (nowMs < fromMs) return fromMs - nowMs <= DAY_MS ? 'ahead' : undefined
  if (nowMs < toMs) return nowMs - fromMs <= late.maintenance ? 'begun' : undefined
  return nowMs - toMs <= late.maintenance ? 'done' : undefined
}
