import { type MonitorId, parseWorkspaceId, type WorkspaceId } from '@repo/domain/ids'
import { monitorLimits } from '@repo/domain/limits'
import type { Maintained } from '@repo/domain/maintenance-history'
import type { OutcomeCode } from '@repo/domain/outcome'
import type { VerdictPolicy } from '@repo/domain/policy'
import type { Region } from '@repo/domain/region'
import type { Status } from '@repo/domain/status'
import type { VerdictStatus } from '@repo/domain/verdict'
import { and, eq, inArray, sql as text } from 'drizzle-orm'
import { numbers, texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { monitor, monitorState } from '../schema.ts'
import { type HeartbeatToken, insertHeartbeats } from './heartbeats.ts'
import type { MonitorFigures } from './monitor-figures.ts'
import { deleteMonitors, pauseMonitors, resumeMonitors } from './monitor-moves.ts'
import { readMonitors } from './read-monitors.ts'
import { beginIntervals } from './state-intervals.ts'

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
  readonly updatedAtMs: number
  readonly tags: readonly string[]
  /** What a person decided of how its verdict is reached, with the defaults for the rest. */
  readonly policy: VerdictPolicy
  /** Regions that a person silenced for it. */
  readonly mutedRegions: readonly Region[]
  /** How often people changed it, from 1. */
  readonly version: number
  /** Since when it is not checked because its row cannot be read; null where it can. */
  readonly unreadableSinceMs: number | null
  readonly state: StoredState
  readonly figures: MonitorFigures
}

export interface StoredState {
  readonly status: VerdictStatus
  readonly sinceMs: number | null
  readonly cause: { readonly code: OutcomeCode; readonly message: string; readonly region: Region } | null
  readonly failing: number
  readonly reporting: number
  /** Null where it is not under maintenance. */
  readonly maintenance: Maintained | null
}

/** What is shown of a monitor in one word: nobody looks at a paused one, and under maintenance what its regions say counts for nothing. */
export function shownStatus({ pausedAtMs, state }: Pick<StoredMonitor, 'pausedAtMs' | 'state'>): Status {
  if (pausedAtMs !== null) return 'paused'
  return state.maintenance ? 'maintenance' : state.status
}

export interface NewMonitor {
  readonly id: MonitorId
  readonly workspaceId: WorkspaceId
  readonly name: string
  readonly spec: unknown
  readonly target: string
  readonly intervalMs: number
  readonly regions: readonly Region[]
  readonly tags?: readonly string[]
  /** What is left out is the default. */
  readonly policy?: Partial<VerdictPolicy>
  readonly mutedRegions?: readonly Region[]
  /** Where it is not asked but tells of itself: by what. */
  readonly heartbeat?: HeartbeatToken | undefined
  /** When its schedule begins, where that is before it is created: its first slot has been looked at already. */
  readonly scheduleFromMs?: number | undefined
}

export function createMonitor(sql: Sql, created: NewMonitor, nowMs: number): Promise<void> {
  return createMonitors(sql, [created], nowMs)
}

/** A statement takes some 65,000 values. */
const rowsAtOnce = 1_000

/** Creates all of them or none. */
export function createMonitors(sql: Sql, created: readonly NewMonitor[], nowMs: number): Promise<void> {
  return sql.transaction(async (tx) => {
    for (let from = 0; from < created.length; from += rowsAtOnce)
      await insertMonitors(tx, created.slice(from, from + rowsAtOnce), nowMs)
  })
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
    await insertMonitors(tx, [created], nowMs)
    return true
  })
}

async function insertMonitors(sql: Sql, created: readonly NewMonitor[], nowMs: number): Promise<void> {
  const now = new Date(nowMs)
  const values = created.map(({ scheduleFromMs = nowMs, ...one }) => ({
    ...one,
    scheduleFrom: new Date(scheduleFromMs),
    regions: [...one.regions],
    tags: [...(one.tags ?? [])],
    mutedRegions: [...(one.mutedRegions ?? [])],
  }))
  const rows = await sql
    .insert(monitor)
    .values(values.map((one) => ({ ...one, createdAt: now, updatedAt: now })))
    .returning({ monitorKey: monitor.monitorKey, scheduleFrom: monitor.scheduleFrom })
  // The rest of its state follows from the monitor.
  await sql.execute(text`
    insert into monitor_state (monitor_key) select unnest(${numbers(rows, (row) => row.monitorKey)}::integer[])`)
  await beginIntervals(
    sql,
    rows.map(({ monitorKey, scheduleFrom }) => ({ monitorKey, status: 'unknown', beganAtMs: scheduleFrom.getTime() })),
  )
  await insertHeartbeats(
    sql,
    created.flatMap(({ heartbeat, ...one }) => (heartbeat ? [{ ...one, ...heartbeat }] : [])),
  )
}

interface Owned {
  readonly workspaceId: WorkspaceId
  readonly id: MonitorId
}

/** A monitor of another workspace is as absent as one that never was. */
export async function findMonitor(sql: Sql, { workspaceId, id }: Owned): Promise<StoredMonitor | undefined> {
  const [found] = await readMonitors(sql, { where: text`monitor.workspace_id = ${workspaceId} and monitor.id = ${id}` })
  return found
}

/** For whoever operates the instance, whose monitor it may be. */
export async function findMonitorAnywhere(sql: Sql, id: MonitorId): Promise<StoredMonitor | undefined> {
  const [found] = await readMonitors(sql, { where: text`monitor.id = ${id}` })
  return found
}

/** Those of these monitors that the workspace has, in no order. */
export async function findMonitors(
  sql: Sql,
  { workspaceId, ids }: { workspaceId: WorkspaceId; ids: readonly MonitorId[] },
): Promise<StoredMonitor[]> {
  if (ids.length === 0) return []
  return readMonitors(sql, {
    where: text`monitor.workspace_id = ${workspaceId} and monitor.id = any(${texts(ids, String)}::uuid[])`,
  })
}

/** The newest monitor of this target, where the workspace watches it. */
export async function findMonitorByTarget(
  sql: Sql,
  { workspaceId, target }: { workspaceId: WorkspaceId; target: string },
): Promise<StoredMonitor | undefined> {
  const [found] = await readMonitors(sql, {
    where: text`monitor.workspace_id = ${workspaceId} and target = ${target}`,
    rest: text`order by monitor.monitor_key desc limit 1`,
  })
  return found
}

export interface MonitorChange {
  readonly name?: string
  readonly spec?: unknown
  readonly target?: string
  readonly intervalMs?: number
  readonly regions?: readonly Region[]
  readonly tags?: readonly string[]
  readonly policy?: Partial<VerdictPolicy>
  readonly mutedRegions?: readonly Region[]
}

export interface ChangeAsked extends MonitorChange {
  readonly nowMs: number
  /** How much later a new schedule begins, where it is not as usual. */
  readonly afterMs?: number | undefined
  /** The version that whoever changes it has seen; without it any will do. */
  readonly expectedVersion?: number | undefined
}

/**
 * Changes what is given. A change of what is watched, how often or from where starts a new schedule, a moment later:
 * checks of the old one are on their way, and must say nothing of what is watched from then on.
 *
 * @returns `stale`, and nothing is changed, where somebody else changed it since.
 */
export async function changeMonitor(
  sql: Sql,
  { workspaceId, id }: Owned,
  { nowMs, afterMs, expectedVersion, ...change }: ChangeAsked,
): Promise<'changed' | 'stale' | 'absent'> {
  const isOwned = and(eq(monitor.workspaceId, workspaceId), eq(monitor.id, id))
  const rows = await sql
    .update(monitor)
    .set(valuesOf(change, { nowMs, afterMs }))
    .where(and(isOwned, expectedVersion === undefined ? undefined : eq(monitor.version, expectedVersion)))
    .returning({ id: monitor.id })
  if (rows.length > 0) {
    if (movesVotes(change)) await sql.update(monitorState).set({ rejudge: true }).where(eq(monitorState.id, id))
    return 'changed'
  }
  if (expectedVersion === undefined) return 'absent'
  const found = await sql.select({ id: monitor.id }).from(monitor).where(isOwned)
  return found.length > 0 ? 'stale' : 'absent'
}

/** Who may vote, or how many must agree, is another than before: the verdict is reached anew by whoever reaches verdicts. */
function movesVotes({ regions, policy, mutedRegions }: MonitorChange): boolean {
  return regions !== undefined || policy !== undefined || mutedRegions !== undefined
}

function valuesOf(
  { regions, tags, mutedRegions, ...values }: MonitorChange,
  { nowMs, afterMs = monitorLimits.changeAfterMs }: Pick<ChangeAsked, 'nowMs' | 'afterMs'>,
) {
  const reschedules = values.spec !== undefined || values.intervalMs !== undefined || regions !== undefined
  return {
    ...values,
    ...(regions && { regions: [...regions] }),
    ...(tags && { tags: [...tags] }),
    ...(mutedRegions && { mutedRegions: [...mutedRegions] }),
    ...(reschedules && { scheduleFrom: new Date(nowMs + afterMs) }),
    version: text`${monitor.version} + 1`,
    updatedAt: new Date(nowMs),
  }
}

/** Pauses a running monitor. @returns whether it was running. */
export async function pauseMonitor(sql: Sql, { workspaceId, id }: Owned, nowMs: number): Promise<boolean> {
  return (await pauseMonitors(sql, { workspaceId, ids: [id] }, nowMs)).length > 0
}

/** Resumes a paused monitor. @returns whether it was paused. */
export async function resumeMonitor(sql: Sql, { workspaceId, id }: Owned, nowMs: number): Promise<boolean> {
  return (await resumeMonitors(sql, { workspaceId, ids: [id] }, nowMs)).length > 0
}

/** @returns whether there was such a monitor. Its ticks go when their days do. */
export async function deleteMonitor(sql: Sql, { workspaceId, id }: Owned): Promise<boolean> {
  return (await deleteMonitors(sql, { workspaceId, ids: [id] })).length > 0
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
