import {
  type OverrideId,
  parseOverrideId,
  parseScheduleId,
  type ScheduleId,
  type UserId,
  type WorkspaceId,
} from '@repo/domain/ids'
import { type SQL, sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'
import { type ExpectedVersion, isMeant, type Owned, type Versioned, whyMissed } from './versioned.ts'

/** Who of a workspace is on call, and who stands in for whom. */

export interface NewSchedule {
  readonly id: ScheduleId
  readonly workspaceId: WorkspaceId
  readonly name: string
  /** As stored: whoever uses them parses them. */
  readonly layers: unknown
}

export interface StoredOverride {
  readonly id: OverrideId
  readonly userId: string
  readonly fromMs: number
  readonly toMs: number
}

export interface StoredSchedule extends Omit<NewSchedule, 'workspaceId'>, Versioned {
  /** In the order in which they were made. */
  readonly overrides: readonly StoredOverride[]
}

export async function createSchedule(sql: Sql, created: NewSchedule, nowMs: number): Promise<void> {
  const { id, workspaceId, name, layers } = created
  const now = instant(nowMs)
  await sql.execute(text`
    insert into on_call_schedule (id, workspace_id, name, layers, created_at, updated_at)
    values (${id}, ${workspaceId}, ${name}, ${JSON.stringify(layers)}::jsonb, ${now}, ${now})`)
}

export async function findSchedule(
  sql: Sql,
  { workspaceId, id }: Owned<ScheduleId>,
): Promise<StoredSchedule | undefined> {
  const [found] = await readSchedules(sql, text`s.workspace_id = ${workspaceId} and s.id = ${id}`)
  return found
}

/** All of a workspace, in the order in which they were made; there are at most as many as `onCallLimits` says. */
export function listSchedules(sql: Sql, workspaceId: WorkspaceId): Promise<StoredSchedule[]> {
  return readSchedules(sql, text`s.workspace_id = ${workspaceId}`)
}

export interface ScheduleChange extends ExpectedVersion {
  readonly name?: string | undefined
  readonly layers?: unknown
  readonly nowMs: number
}

export async function changeSchedule(
  sql: Sql,
  owned: Owned<ScheduleId>,
  { name, layers, nowMs, ...expected }: ScheduleChange,
): Promise<'changed' | 'stale' | 'absent'> {
  const values = [text`updated_at = ${instant(nowMs)}`, text`version = version + 1`]
  if (name !== undefined) values.push(text`name = ${name}`)
  if (layers !== undefined) values.push(text`layers = ${JSON.stringify(layers)}::jsonb`)
  const { rowCount } = await sql.execute(text`
    update on_call_schedule set ${text.join(values, text`, `)} where ${isMeant(owned, expected)}`)
  return rowCount ? 'changed' : whyMissed(sql, 'on_call_schedule', owned)
}

export async function deleteSchedule(
  sql: Sql,
  owned: Owned<ScheduleId>,
  expected: ExpectedVersion,
): Promise<'deleted' | 'stale' | 'absent'> {
  const { rowCount } = await sql.execute(text`delete from on_call_schedule where ${isMeant(owned, expected)}`)
  return rowCount ? 'deleted' : whyMissed(sql, 'on_call_schedule', owned)
}

export interface NewOverride extends Omit<StoredOverride, 'userId'> {
  readonly scheduleId: ScheduleId
  readonly workspaceId: WorkspaceId
  readonly userId: UserId
}

export async function createOverride(sql: Sql, created: NewOverride, nowMs: number): Promise<void> {
  const { id, scheduleId, workspaceId, userId, fromMs, toMs } = created
  await sql.execute(text`
    insert into on_call_override (id, schedule_id, workspace_id, user_id, from_at, to_at, created_at)
    values (${id}, ${scheduleId}, ${workspaceId}, ${userId}, ${instant(fromMs)}, ${instant(toMs)}, ${instant(nowMs)})`)
}

/** @returns whether there was such a one. */
export async function deleteOverride(
  sql: Sql,
  { workspaceId, scheduleId, id }: Pick<NewOverride, 'workspaceId' | 'scheduleId' | 'id'>,
): Promise<boolean> {
  const { rowCount } = await sql.execute(text`
    delete from on_call_override where workspace_id = ${workspaceId} and schedule_id = ${scheduleId} and id = ${id}`)
  return rowCount === 1
}

interface ScheduleRow {
  id: string
  name: string
  layers: unknown
  overrides: { id: string; userId: string; fromMs: number; toMs: number }[]
  version: number
  created_at_ms: number
  updated_at_ms: number
}

async function readSchedules(sql: Sql, where: SQL): Promise<StoredSchedule[]> {
  const { rows } = await sql.execute<ScheduleRow & Record<string, unknown>>(text`
    select s.id, s.name, s.layers, s.version, ${msOf('s.created_at')} as created_at_ms, ${msOf('s.updated_at')} as updated_at_ms,
      coalesce((
        select json_agg(json_build_object('id', o.id, 'userId', o.user_id, 'fromMs', ${msOf('o.from_at')}, 'toMs', ${msOf('o.to_at')})
          order by o.created_at, o.id)
        from on_call_override o where o.schedule_id = s.id), '[]') as overrides
    from on_call_schedule s where ${where} order by s.id`)
  return rows.map(({ id, overrides, created_at_ms: createdAtMs, updated_at_ms: updatedAtMs, ...row }) => ({
    ...{ ...row, createdAtMs, updatedAtMs, id: parseScheduleId(id) },
    overrides: overrides.map((one) => ({ ...one, id: parseOverrideId(one.id) })),
  }))
}
