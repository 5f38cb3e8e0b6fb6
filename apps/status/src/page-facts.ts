import { leavesAndParents, type PageContent } from '@repo/contracts/status-pages'
import type { Sql } from '@repo/db/database'
import { type PublicMonitor, readPublicMonitors } from '@repo/db/queries/public-pages'
import { type DayStatus, listDayStatuses } from '@repo/db/queries/uptime'
import type { WorkspaceId } from '@repo/domain/ids'

/** What a page is drawn from, beside what its maker wrote. */
export interface PageFacts {
  /** By the monitor's id. */
  readonly monitors: ReadonlyMap<string, PublicMonitor>
  /** By the monitor's key, the oldest first; days in which nothing was said are left out. */
  readonly days: ReadonlyMap<number, readonly DayStatus[]>
}

/** How many days a page shows. */
export const SHOWN_DAYS = 90

export interface Drawn {
  readonly workspaceId: WorkspaceId
  readonly content: PageContent
}

/** The monitors of pages as they are now, by their ids. */
export async function readMonitorsOf(sql: Sql, pages: readonly Drawn[]): Promise<ReadonlyMap<string, PublicMonitor>> {
  const wanted = pages.flatMap(({ workspaceId, content }) =>
    monitorIdsOf(content).map((monitorId) => ({ workspaceId, monitorId })),
  )
  return new Map((await readPublicMonitors(sql, wanted)).map((monitor) => [monitor.id, monitor]))
}

/** The days of those components of a page that show them. */
export function readDaysOf(
  sql: Sql,
  { content }: Drawn,
  { monitors, nowMs }: { monitors: ReadonlyMap<string, PublicMonitor>; nowMs: number },
): Promise<ReadonlyMap<number, readonly DayStatus[]>> {
  const keys = monitorIdsOf(content, { withUptimeOnly: true }).flatMap((id) => monitors.get(id)?.monitorKey ?? [])
  return listDayStatuses(sql, [...new Set(keys)], { timeZone: content.timeZone, nowMs, days: SHOWN_DAYS })
}

export function monitorIdsOf({ sections }: PageContent, { withUptimeOnly = false } = {}): string[] {
  return leavesAndParents(sections).flatMap(({ source, showsUptime }) =>
    source.kind === 'monitor' && (showsUptime || !withUptimeOnly) ? [source.monitorId] : [],
  )
}
