import { type MonitorId, parseMonitorId, parseWorkspaceId, type WorkspaceId } from '@repo/domain/ids'
import { and, asc, gt, inArray, isNotNull, isNull, sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { monitor } from '../schema.ts'

/** What the publisher needs to know of an active monitor. `spec` and `regions` are as stored: whoever uses them parses them. */
export interface ScheduledMonitor extends ScheduledVersion {
  readonly workspaceId: WorkspaceId
  readonly spec: unknown
  readonly intervalMs: number
  readonly regions: readonly string[]
  readonly scheduleFromMs: number
}

/** Which state of a monitor is the present one. */
export interface ScheduledVersion {
  readonly monitorKey: number
  readonly id: MonitorId
  readonly updatedAtMs: number
}

const version = { monitorKey: monitor.monitorKey, id: monitor.id, updatedAt: monitor.updatedAt }
const columns = {
  ...version,
  workspaceId: monitor.workspaceId,
  spec: monitor.spec,
  intervalMs: monitor.intervalMs,
  regions: monitor.regions,
  scheduleFrom: monitor.scheduleFrom,
}

/** What tells of itself is not asked. */
const isProbed = text`not exists (select from heartbeat h where h.monitor_key = ${monitor.monitorKey})`

interface Page {
  readonly afterKey: number
  readonly limit: number
}

/** One page of the active monitors that are probed, in the order of their keys: ask again with the last key until a page is short. */
export async function loadSchedulePage(sql: Sql, { afterKey, limit }: Page): Promise<ScheduledMonitor[]> {
  const rows = await sql
    .select(columns)
    .from(monitor)
    .where(and(isNull(monitor.pausedAt), isProbed, gt(monitor.monitorKey, afterKey)))
    .orderBy(asc(monitor.monitorKey))
    .limit(limit)
  return rows.map(toScheduled)
}

/** The same page, with no more than what tells whether a monitor is known already. */
export async function loadVersionPage(sql: Sql, { afterKey, limit }: Page): Promise<ScheduledVersion[]> {
  const rows = await sql
    .select(version)
    .from(monitor)
    .where(and(isNull(monitor.pausedAt), isProbed, gt(monitor.monitorKey, afterKey)))
    .orderBy(asc(monitor.monitorKey))
    .limit(limit)
  return rows.map(toVersion)
}

/** Those among these monitors that are probed: one that is missing in the answer is paused or gone, or tells of itself. */
export async function findScheduled(sql: Sql, ids: readonly MonitorId[]): Promise<ScheduledMonitor[]> {
  if (ids.length === 0) return []
  const rows = await sql
    .select(columns)
    .from(monitor)
    .where(and(isNull(monitor.pausedAt), isProbed, inArray(monitor.id, [...ids])))
  return rows.map(toScheduled)
}

/** Writes down that these monitors cannot be read and are therefore not checked, or that they can again. */
export async function markReadable(
  sql: Sql,
  ids: readonly MonitorId[],
  since: { readonly unreadableSinceMs: number | null },
): Promise<void> {
  if (ids.length === 0) return
  const { unreadableSinceMs: sinceMs } = since
  const isNews = sinceMs === null ? isNotNull(monitor.unreadableSince) : isNull(monitor.unreadableSince)
  await sql
    .update(monitor)
    .set({ unreadableSince: sinceMs === null ? null : new Date(sinceMs) })
    .where(and(inArray(monitor.id, [...ids]), isNews))
}

interface VersionRow {
  monitorKey: number
  id: string
  updatedAt: Date
}

interface ScheduleRow extends VersionRow {
  workspaceId: string
  spec: unknown
  intervalMs: number
  regions: string[]
  scheduleFrom: Date
}

function toVersion({ monitorKey, id, updatedAt }: VersionRow): ScheduledVersion {
  return { monitorKey, id: parseMonitorId(id), updatedAtMs: updatedAt.getTime() }
}

function toScheduled({ workspaceId, spec, intervalMs, regions, scheduleFrom, ...row }: ScheduleRow): ScheduledMonitor {
  const scheduleFromMs = scheduleFrom.getTime()
  return {
    ...toVersion(row),
    workspaceId: parseWorkspaceId(workspaceId),
    spec,
    intervalMs,
    regions,
    scheduleFromMs,
  }
}
