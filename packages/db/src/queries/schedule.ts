import { type MonitorId, parseMonitorId } from '@repo/domain/ids'
import { parseRegion, type Region } from '@repo/domain/region'
import { and, asc, gt, inArray, isNull } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { monitor } from '../schema.ts'

/** What the publisher needs to know of an active monitor. `spec` is as stored: whoever uses it parses it. */
export interface ScheduledMonitor {
  readonly monitorKey: number
  readonly id: MonitorId
  readonly spec: unknown
  readonly intervalMs: number
  readonly regions: readonly Region[]
  readonly scheduleFromMs: number
}

const columns = {
  monitorKey: monitor.monitorKey,
  id: monitor.id,
  spec: monitor.spec,
  intervalMs: monitor.intervalMs,
  regions: monitor.regions,
  scheduleFrom: monitor.scheduleFrom,
}

/** One page of the active monitors, in the order of their keys: ask again with the last key until a page is empty. */
export async function loadSchedulePage(
  sql: Sql,
  page: { afterKey: number; limit: number },
): Promise<ScheduledMonitor[]> {
  const rows = await sql
    .select(columns)
    .from(monitor)
    .where(and(isNull(monitor.pausedAt), gt(monitor.monitorKey, page.afterKey)))
    .orderBy(asc(monitor.monitorKey))
    .limit(page.limit)
  return rows.map(toScheduled)
}

/** The active ones among these monitors: one that is missing in the answer is paused or gone. */
export async function findScheduled(sql: Sql, ids: readonly MonitorId[]): Promise<ScheduledMonitor[]> {
  if (ids.length === 0) return []
  const rows = await sql
    .select(columns)
    .from(monitor)
    .where(and(isNull(monitor.pausedAt), inArray(monitor.id, [...ids])))
  return rows.map(toScheduled)
}

interface ScheduleRow {
  monitorKey: number
  id: string
  spec: unknown
  intervalMs: number
  regions: string[]
  scheduleFrom: Date
}

function toScheduled({ scheduleFrom, ...row }: ScheduleRow): ScheduledMonitor {
  return {
    ...row,
    id: parseMonitorId(row.id),
    regions: row.regions.map(parseRegion),
    scheduleFromMs: scheduleFrom.getTime(),
  }
}
