import {
  type AppliesTo as AskedAppliesTo,
  type ScheduleJson,
  storedScheduleSchema,
  toPeriodJson,
  toSchedule,
  type Window,
  windowAnnouncementSchema,
  type windowStates,
} from '@repo/contracts/maintenance'
import { isoTime } from '@repo/contracts/ticks'
import type { Sql } from '@repo/db/database'
import { findWindow, type NewWindow, type StoredWindow } from '@repo/db/queries/maintenance'
import type { WindowId, WorkspaceId } from '@repo/domain/ids'
import { type AppliesTo, nextOccurrences, type Period } from '@repo/domain/maintenance'
import type { ApiDeps } from './deps.ts'
import { namedMonitors } from './named-monitors.ts'
import { AppError } from './problems.ts'

/** @throws AppError `not_found` where the workspace has no such window. */
export async function getWindow(
  sql: Sql,
  owned: { readonly workspaceId: WorkspaceId; readonly id: WindowId },
): Promise<StoredWindow> {
  const window = await findWindow(sql, owned)
  if (!window) throw new AppError('not_found')
  return window
}

/** @throws Error for a schedule that we could not have written. */
export function toWindowJson(window: StoredWindow, nowMs: number): Window {
  const schedule: ScheduleJson = storedScheduleSchema.parse(window.schedule)
  const next = nextOccurrences(toSchedule(schedule), nowMs, 1)[0]
  return {
    id: window.id,
    name: window.name,
    schedule,
    appliesTo: toAppliesToJson(window.appliesTo),
    announcement: windowAnnouncementSchema.nullable().parse(window.announcement),
    state: stateOf(next, nowMs),
    next: next ? toPeriodJson(next) : null,
    version: window.version,
    createdAt: isoTime(window.createdAtMs),
    updatedAt: isoTime(window.updatedAtMs),
  }
}

/** One that somebody has spoilt hides no other: it is left out, and can be deleted by its id. */
export function toWindowsJson(
  { clock, log }: Pick<ApiDeps, 'clock' | 'log'>,
  windows: readonly StoredWindow[],
): Window[] {
  const nowMs = clock.nowMs()
  return windows.flatMap((window) => {
    try {
      return toWindowJson(window, nowMs)
    } catch (err) {
      log.error({ err, windowId: window.id }, 'a maintenance window cannot be read')
      return []
    }
  })
}

function stateOf(next: Period | undefined, nowMs: number): (typeof windowStates)[number] {
  if (!next) return 'past'
  return next.fromMs <= nowMs ? 'now' : 'upcoming'
}

function toAppliesToJson(appliesTo: AppliesTo): Window['appliesTo'] {
  if (appliesTo.kind === 'tags') return { kind: 'tags', tags: [...appliesTo.tags] }
  return appliesTo.kind === 'monitors' ? { kind: 'monitors', monitorIds: [...appliesTo.monitorIds] } : { kind: 'all' }
}

/** @throws AppError `invalid_body` where the workspace does not have one of the monitors. */
export async function chooseMonitors(
  sql: Sql,
  workspaceId: WorkspaceId,
  appliesTo: AskedAppliesTo,
): Promise<AppliesTo> {
  if (appliesTo.kind !== 'monitors') return appliesTo
  const monitors = await namedMonitors(sql, workspaceId, {
    named: appliesTo.monitorIds,
    field: 'appliesTo.monitorIds',
  })
  return { kind: 'monitors', monitorIds: monitors.map(({ id }) => id) }
}

/** A window as the audit log keeps it. */
export function auditedWindow({
  name,
  schedule,
  appliesTo,
  announcement,
}: Pick<NewWindow, 'name' | 'schedule' | 'appliesTo' | 'announcement'>): Record<string, unknown> {
  return { name, schedule, appliesTo, announcement: announcement ?? null }
}
