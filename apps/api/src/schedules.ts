import { onCallLayersSchema } from '@repo/contracts/alerts'
import type { ScheduleJson } from '@repo/contracts/on-call'
import { isoTime } from '@repo/contracts/ticks'
import type { Sql } from '@repo/db/database'
import { findSchedule, type StoredSchedule } from '@repo/db/queries/on-call'
import type { ScheduleId, WorkspaceId } from '@repo/domain/ids'
import { type OnCallLayer, type OnCallSchedule, type OnCallShift, whoIsOnCall } from '@repo/domain/on-call'
import ical from 'ical-generator'
import { refuseMissing } from './alert-policies.ts'
import { AppError } from './problems.ts'

export interface OwnedSchedule {
  readonly workspaceId: WorkspaceId
  readonly id: ScheduleId
}

/** @throws AppError `not_found` where the workspace has no such schedule. */
export async function getSchedule(sql: Sql, owned: OwnedSchedule): Promise<StoredSchedule> {
  const schedule = await findSchedule(sql, owned)
  if (!schedule) throw new AppError('not_found')
  return schedule
}

/** @throws Error for layers that we could not have written. */
export function toOnCallSchedule({ id, layers, overrides }: StoredSchedule): OnCallSchedule {
  return { id, layers: onCallLayersSchema.parse(layers), overrides }
}

/** @throws Error for layers that we could not have written. */
export function toScheduleJson(schedule: StoredSchedule, nowMs: number): ScheduleJson {
  const { id, name, version, overrides } = schedule
  return {
    ...{ id, name, version },
    layers: onCallLayersSchema.parse(schedule.layers),
    overrides: overrides.map((one) => ({
      ...{ id: one.id, userId: one.userId },
      ...{ from: isoTime(one.fromMs), to: isoTime(one.toMs) },
    })),
    onCall: whoIsOnCall(toOnCallSchedule(schedule), nowMs) ?? null,
    createdAt: isoTime(schedule.createdAtMs),
    updatedAt: isoTime(schedule.updatedAtMs),
  }
}

/** A schedule as the audit log keeps it. */
export function auditedSchedule({ name, layers }: Pick<StoredSchedule, 'name' | 'layers'>): Record<string, unknown> {
  return { name, layers }
}

/** @throws AppError `invalid_body` naming each person who is not in the workspace. */
export function refuseStrangers(sql: Sql, workspaceId: WorkspaceId, layers: readonly OnCallLayer[]): Promise<void> {
  return refuseMissing(
    sql,
    workspaceId,
    layers.flatMap(({ people }, layer) =>
      people.map((id, at) => ({ kind: 'person' as const, id, field: `layers.${layer}.people.${at}` })),
    ),
  )
}

interface Calendar {
  readonly schedule: StoredSchedule
  readonly shifts: readonly OnCallShift[]
  /** What people are called, by their ids. */
  readonly names: ReadonlyMap<string, string>
  readonly nowMs: number
}

/** Shifts as an iCalendar (RFC 5545): whoever subscribes to it finds each again under the same id. */
export function toCalendar({ schedule, shifts, names, nowMs }: Calendar): string {
  const calendar = ical({ name: schedule.name, prodId: { company: 'BetterUptime', product: 'on call' } })
  for (const { userId, fromMs, toMs } of shifts) {
    if (userId === null) continue
    calendar.createEvent({
      id: `${schedule.id}-${fromMs}@betteruptime`,
      stamp: new Date(nowMs),
      start: new Date(fromMs),
      end: new Date(toMs),
      summary: `${names.get(userId) ?? 'somebody who left'} is on call`,
    })
  }
  return calendar.toString()
}
