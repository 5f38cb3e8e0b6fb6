import { type MonitorId, parseMonitorId, parseWorkspaceId, type WorkspaceId } from '@repo/domain/ids'
import { monitorLimits } from '@repo/domain/limits'
import type { OutcomeCode } from '@repo/domain/outcome'
import { parseRegion, type Region } from '@repo/domain/region'
import type { VerdictStatus } from '@repo/domain/verdict'
import { and, eq, inArray, sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { monitor, monitorRegion, monitorState } from '../schema.ts'
import { beginIntervals, changeIntervals } from './state-intervals.ts'

/** A monitor with what is known of it now. `spec` is as stored: whoever uses it parses it. */
export interface StoredMonitor {
  readonly monitorKey: number
  readonly id: MonitorId
  readonly workspaceId: WorkspaceId
  readonly name: string
  readonly spec: unknown
  readonly intervalMs: number
  readonly regions: readonly Region[]
  readonly pausedAtMs: number | null
  readonly scheduleFromMs: number
  readonly createdAtMs: number
  /** Since when it is not checked because its row cannot be read; null where it can. */
  readonly unreadableSinceMs: number | null
  readonly state: StoredState
}

export interface StoredState {
  readonly status: VerdictStatus
  readonly sinceMs: number | null
  readonly cause: { readonly code: OutcomeCode; readonly message: string; readonly region: Region } | null
  readonly failing: number
  readonly reporting: number
}

export interface NewMonitor {
  readonly id: MonitorId
  readonly workspaceId: WorkspaceId
  readonly name: string
  readonly spec: unknown
  readonly target: string
  readonly intervalMs: number
  readonly regions: readonly Region[]
}

export function createMonitor(sql: Sql, created: NewMonitor, nowMs: number): Promise<void> {
  return sql.transaction((tx) => insertMonitor(tx, created, nowMs))
}

/**
 * Creates a monitor unless the workspace already watches its target. Two such calls at once create one.
 *
 * @returns whether it was created.
 */
export function createMonitorOnce(sql: Sql, created: NewMonitor, nowMs: number): Promise<boolean> {
  return sql.transaction(async (tx) => {
    await tx.execute(text`select pg_advisory_xact_lock(hashtextextended(${created.workspaceId}::text, 0))`)
    const existing = await findMonitorByTarget(tx, created)
    if (existing) return false
    await insertMonitor(tx, created, nowMs)
    return true
  })
}

async function insertMonitor(sql: Sql, created: NewMonitor, nowMs: number): Promise<void> {
  const now = new Date(nowMs)
  const [row] = await sql
    .insert(monitor)
    .values({ ...created, regions: [...created.regions], scheduleFrom: now, createdAt: now, updatedAt: now })
    .returning({ monitorKey: monitor.monitorKey })
  if (!row) return
  await sql.insert(monitorState).values({ monitorKey: row.monitorKey })
  await beginIntervals(sql, { ...row, status: 'unknown', beganAtMs: nowMs })
}

interface Owned {
  readonly workspaceId: WorkspaceId
  readonly id: MonitorId
}

/** A monitor of another workspace is as absent as one that never was. */
export async function findMonitor(sql: Sql, { workspaceId, id }: Owned): Promise<StoredMonitor | undefined> {
  const [row] = await selectMonitors(sql).where(and(eq(monitor.workspaceId, workspaceId), eq(monitor.id, id)))
  return row && toMonitor(row)
}

/** The newest monitor of this target, where the workspace watches it. */
export async function findMonitorByTarget(
  sql: Sql,
  { workspaceId, target }: { workspaceId: WorkspaceId; target: string },
): Promise<StoredMonitor | undefined> {
  const [row] = await selectMonitors(sql)
    .where(and(eq(monitor.workspaceId, workspaceId), eq(monitor.target, target)))
    .orderBy(text`${monitor.monitorKey} desc`)
    .limit(1)
  return row && toMonitor(row)
}

export interface MonitorChange {
  readonly name?: string
  readonly spec?: unknown
  readonly target?: string
  readonly intervalMs?: number
  readonly regions?: readonly Region[]
}

/**
 * Changes what is given. A change of what is watched, how often or from where starts a new schedule, a moment later:
 * checks of the old one are on their way, and must say nothing of what is watched from then on.
 *
 * @returns whether the monitor exists.
 */
export async function changeMonitor(
  sql: Sql,
  { workspaceId, id }: Owned,
  change: MonitorChange & { nowMs: number },
): Promise<boolean> {
  const { nowMs, regions, ...values } = change
  const now = new Date(nowMs)
  const reschedules = values.spec !== undefined || values.intervalMs !== undefined || regions !== undefined
  const rows = await sql
    .update(monitor)
    .set({
      ...values,
      ...(regions && { regions: [...regions] }),
      ...(reschedules && { scheduleFrom: new Date(nowMs + monitorLimits.changeAfterMs) }),
      updatedAt: now,
    })
    .where(and(eq(monitor.workspaceId, workspaceId), eq(monitor.id, id)))
    .returning({ id: monitor.id })
  return rows.length > 0
}

/** Pauses a running monitor. @returns whether it was running. */
export function pauseMonitor(sql: Sql, { workspaceId, id }: Owned, nowMs: number): Promise<boolean> {
  return sql.transaction(async (tx) => {
    const now = new Date(nowMs)
    const [row] = await tx
      .update(monitor)
      .set({ pausedAt: now, updatedAt: now })
      .where(and(eq(monitor.workspaceId, workspaceId), eq(monitor.id, id), text`${monitor.pausedAt} is null`))
      .returning({ monitorKey: monitor.monitorKey })
    if (!row) return false
    await changeIntervals(tx, [{ ...row, status: 'paused', beganAtMs: nowMs }])
    return true
  })
}

/**
 * Resumes a paused monitor with a new schedule and nothing known: what was true before the pause is not known to be
 * true after it.
 *
 * @returns whether it was paused.
 */
export function resumeMonitor(sql: Sql, { workspaceId, id }: Owned, nowMs: number): Promise<boolean> {
  return sql.transaction(async (tx) => {
    const now = new Date(nowMs)
    const [row] = await tx
      .update(monitor)
      .set({ pausedAt: null, scheduleFrom: now, updatedAt: now })
      .where(and(eq(monitor.workspaceId, workspaceId), eq(monitor.id, id), text`${monitor.pausedAt} is not null`))
      .returning({ monitorKey: monitor.monitorKey })
    if (!row) return false
    await tx.delete(monitorRegion).where(eq(monitorRegion.monitorKey, row.monitorKey))
    await tx
      .update(monitorState)
      .set({
        status: 'unknown',
        since: null,
        causeCode: null,
        causeMessage: null,
        causeRegion: null,
        failing: 0,
        reporting: 0,
      })
      .where(eq(monitorState.monitorKey, row.monitorKey))
    await changeIntervals(tx, [{ ...row, status: 'unknown', beganAtMs: nowMs }])
    return true
  })
}

/** @returns whether there was such a monitor. Its ticks go when their days do. */
export async function deleteMonitor(sql: Sql, { workspaceId, id }: Owned): Promise<boolean> {
  const rows = await sql
    .delete(monitor)
    .where(and(eq(monitor.workspaceId, workspaceId), eq(monitor.id, id)))
    .returning({ id: monitor.id })
  return rows.length > 0
}

/** The keys of all monitors of these workspaces, each with its workspace. */
export async function listMonitorKeys(
  sql: Sql,
  workspaceIds: readonly WorkspaceId[],
): Promise<Map<number, WorkspaceId>> {
  if (workspaceIds.length === 0) return new Map()
  const rows = await sql
    .select({ monitorKey: monitor.monitorKey, workspaceId: monitor.workspaceId })
    .from(monitor)
    .where(inArray(monitor.workspaceId, [...workspaceIds]))
  return new Map(rows.map((row) => [row.monitorKey, parseWorkspaceId(row.workspaceId)]))
}

export function selectMonitors(sql: Sql) {
  return sql
    .select({ monitor, state: monitorState })
    .from(monitor)
    .innerJoin(monitorState, eq(monitorState.monitorKey, monitor.monitorKey))
    .$dynamic()
}

export interface MonitorRow {
  monitor: typeof monitor.$inferSelect
  state: typeof monitorState.$inferSelect
}

export function toMonitor({ monitor: row, state }: MonitorRow): StoredMonitor {
  return {
    monitorKey: row.monitorKey,
    id: parseMonitorId(row.id),
    workspaceId: parseWorkspaceId(row.workspaceId),
    name: row.name,
    spec: row.spec,
    intervalMs: row.intervalMs,
    regions: row.regions.map(parseRegion),
    pausedAtMs: row.pausedAt?.getTime() ?? null,
    scheduleFromMs: row.scheduleFrom.getTime(),
    createdAtMs: row.createdAt.getTime(),
    unreadableSinceMs: row.unreadableSince?.getTime() ?? null,
    state: toState(state),
  }
}

function toState(state: MonitorRow['state']): StoredState {
  const { causeCode, causeMessage, causeRegion } = state
  const hasCause = causeCode !== null && causeMessage !== null && causeRegion !== null
  return {
    status: state.status,
    sinceMs: state.since?.getTime() ?? null,
    cause: hasCause
      ? { code: causeCode as OutcomeCode, message: causeMessage, region: parseRegion(causeRegion) }
      : null,
    failing: state.failing,
    reporting: state.reporting,
  }
}
