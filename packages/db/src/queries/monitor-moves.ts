import { type MonitorId, parseMonitorId, type WorkspaceId } from '@repo/domain/ids'
import { type SQL, sql as text } from 'drizzle-orm'
import { numbers, texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { instant } from '../instant.ts'
import { endPausedIncidents } from './incident-deeds.ts'
import { changeIntervals } from './state-intervals.ts'

/** Changes of many monitors of a workspace at once. Ids of another workspace's monitors are as absent as those of none. */

export interface OwnedMany {
  readonly workspaceId: WorkspaceId
  readonly ids: readonly MonitorId[]
}

/** Pauses those that run, and ends their incidents. @returns which did. */
export function pauseMonitors(sql: Sql, owned: OwnedMany, nowMs: number): Promise<MonitorId[]> {
  return sql.transaction(async (tx) => {
    const locked = await lockOwned(tx, owned, { lock: forChange, condition: text`m.paused_at is null` })
    const now = instant(nowMs)
    await changeLocked(tx, locked, text`paused_at = ${now}, updated_at = ${now}`)
    const monitorKeys = locked.map(({ monitorKey }) => monitorKey)
    await endPausedIncidents(tx, { workspaceId: owned.workspaceId, monitorKeys, nowMs })
    await changeIntervals(
      tx,
      locked.map(({ monitorKey }) => ({ monitorKey, status: 'paused', beganAtMs: nowMs })),
    )
    return locked.map(({ id }) => id)
  })
}

/**
 * Resumes those that are paused, with a new schedule and nothing known: what was true before the pause is not known to be
 * true after it.
 *
 * @returns which were.
 */
export function resumeMonitors(sql: Sql, owned: OwnedMany, nowMs: number): Promise<MonitorId[]> {
  return sql.transaction(async (tx) => {
    const locked = await lockOwned(tx, owned, { lock: forChange, condition: text`m.paused_at is not null` })
    const now = instant(nowMs)
    await changeLocked(tx, locked, text`paused_at = null, schedule_from = ${now}, updated_at = ${now}`)
    const keys = keysOf(locked)
    await tx.execute(text`delete from monitor_region where monitor_key = any(${keys}::integer[])`)
    await tx.execute(text`
      update monitor_state set status = 'unknown', since = null, cause_code = null, cause_message = null, cause_region = null, failing = 0,
        reporting = 0
      where monitor_key = any(${keys}::integer[])`)
    await changeIntervals(
      tx,
      locked.map(({ monitorKey }) => ({ monitorKey, status: 'unknown', beganAtMs: nowMs })),
    )
    return locked.map(({ id }) => id)
  })
}

/** @returns which there were. Their ticks go when their days do. */
export function deleteMonitors(sql: Sql, owned: OwnedMany): Promise<MonitorId[]> {
  return sql.transaction(async (tx) => {
    const locked = await lockOwned(tx, owned, { lock: text`update`, condition: text`true` })
    await tx.execute(text`
      delete from monitor where workspace_id = ${owned.workspaceId} and monitor_key = any(${keysOf(locked)}::integer[])`)
    return locked.map(({ id }) => id)
  })
}

export interface TagChange {
  readonly add?: readonly string[]
  readonly remove?: readonly string[]
  readonly nowMs: number
}

/** Gives tags to monitors and takes others away; what is named in both stays away. @returns those whose tags changed. */
export function tagMonitors(
  sql: Sql,
  owned: OwnedMany,
  { add = [], remove = [], nowMs }: TagChange,
): Promise<MonitorId[]> {
  const tagged = text`array(
    select distinct tag from unnest(m.tags || ${texts(add, String)}::text[]) tag where tag <> all(${texts(remove, String)}::text[]) order by tag)`
  return sql.transaction(async (tx) => {
    const locked = await lockOwned(tx, owned, { lock: forChange, condition: text`m.tags <> ${tagged}` })
    await changeLocked(tx, locked, text`tags = ${tagged}, updated_at = ${instant(nowMs)}`)
    return locked.map(({ id }) => id)
  })
}

/** Leaves those alone who only ask that the monitor stays. */
const forChange = text`no key update`

interface LockedOwn {
  readonly monitorKey: number
  readonly id: MonitorId
}

/**
 * Each monitor before its state, in the order of their keys, as whoever reaches verdicts does: so that nobody waits for what
 * the other holds.
 */
async function lockOwned(
  tx: Sql,
  { workspaceId, ids }: OwnedMany,
  { lock, condition }: { lock: SQL; condition: SQL },
): Promise<LockedOwn[]> {
  const { rows } = await tx.execute<{ monitorKey: number; id: string }>(text`
    select m.monitor_key as "monitorKey", m.id from monitor m join monitor_state s using (monitor_key)
    where m.workspace_id = ${workspaceId} and m.id = any(${texts(ids, String)}::uuid[]) and ${condition}
    order by m.monitor_key for ${lock} of m for update of s`)
  return rows.map((row) => ({ ...row, id: parseMonitorId(row.id) }))
}

async function changeLocked(tx: Sql, locked: readonly LockedOwn[], values: SQL): Promise<void> {
  await tx.execute(text`
    update monitor m set ${values}, version = version + 1 where monitor_key = any(${keysOf(locked)}::integer[])`)
}

function keysOf(locked: readonly LockedOwn[]): SQL {
  return numbers(locked, ({ monitorKey }) => monitorKey)
}
