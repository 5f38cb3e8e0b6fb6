import { groupRuleSchema } from '@repo/contracts/groups'
import { leavesAndParents, type PageComponent, type PageContent, type PagePart } from '@repo/contracts/status-pages'
import type { Sql } from '@repo/db/database'
import {
  listSaidAnnouncements,
  listSaidIncidents,
  listSaidStates,
  type SaidAnnouncement,
  type SaidIncident,
  type SaidState,
} from '@repo/db/queries/page-notices'
import { type PublicMonitor, readPublicGroups, readPublicMonitors } from '@repo/db/queries/public-pages'
import type { StatusPageId, WorkspaceId } from '@repo/domain/ids'
import type { GroupRule } from '@repo/domain/monitor-group'
import type { Bars } from './bars.ts'
import type { MaintenanceFact } from './maintenance-facts.ts'

/** How many days a page shows. */
export const SHOWN_DAYS = 90
export const DAY_MS = 86_400_000

/** So far ahead maintenance is told of. */
export const AHEAD_MS = 30 * DAY_MS
/** Of a window that comes every few minutes nobody reads more. */
export const mostPeriods = { past: 30, coming: 10 } as const

/** Those whose facts are read. */
export interface Drawn {
  readonly id: StatusPageId
  readonly workspaceId: WorkspaceId
  readonly content: PageContent
}

export interface GroupFact {
  readonly rule: GroupRule
  readonly members: readonly { readonly monitorId: string; readonly weight: number }[]
}

/** What is now of all that pages watch, by their ids. */
export interface Standing {
  readonly monitors: ReadonlyMap<string, PublicMonitor>
  readonly groups: ReadonlyMap<string, GroupFact>
}

/** What people said on one page beside its content. */
export interface Sayings {
  readonly states: readonly SaidState[]
  readonly incidents: readonly SaidIncident[]
  readonly announcements: readonly SaidAnnouncement[]
}

/** What was of the components of one page, by their ids. */
export interface PageHistory {
  /** The last of its days: `2026-06-01`. */
  readonly today: string
  readonly bars: ReadonlyMap<string, Bars>
  /** The median of each of the last 24 hours in microseconds, the oldest first. */
  readonly medians: ReadonlyMap<string, readonly (number | null)[]>
  readonly mediansAtMs: number
  /** Of groups, which keep no history of their own: since when they are what they are, and what they were last known to be. */
  readonly groups: ReadonlyMap<string, GroupPast>
}

export interface GroupPast {
  readonly sinceMs: number | null
  readonly lastKnown: PublicMonitor['lastKnown']
}

/** All that a page is built from, beside what its maker wrote. */
export interface PageFacts {
  readonly standing: Standing
  readonly sayings: Sayings
  readonly maintenances: readonly MaintenanceFact[]
  readonly history: PageHistory
}

/** What is now of the monitors and groups of pages, by two queries for all of them. */
export async function readStanding(sql: Sql, pages: readonly Drawn[]): Promise<Standing> {
  const groups = await readPublicGroups(sql, wantedBy(pages, groupIdsOf))
  const members = groups.flatMap(({ workspaceId, members }) =>
    members.map(({ monitorId }) => ({ workspaceId, id: monitorId })),
  )
  const monitors = await readPublicMonitors(sql, [...wantedBy(pages, monitorIdsOf), ...members])
  return {
    monitors: new Map(monitors.map((monitor) => [monitor.id, monitor])),
    groups: new Map(
      groups.flatMap(({ id, rule, members }) => {
        // One that somebody has spoilt is not known; the other pages are drawn all the same.
        const parsed = groupRuleSchema.safeParse(rule)
        return parsed.success ? [[id, { rule: parsed.data, members }] as const] : []
      }),
    ),
  }
}

function wantedBy(pages: readonly Drawn[], idsOf: (content: PageContent) => readonly string[]) {
  return pages.flatMap(({ workspaceId, content }) => idsOf(content).map((id) => ({ workspaceId, id })))
}

/** By the page's id; of one on which nothing was said there is none. */
export async function readSayings(
  sql: Sql,
  pageIds: readonly StatusPageId[],
  nowMs: number,
): Promise<Map<string, Sayings>> {
  // A day is up to some hours longer than a day of ours, where clocks are put back.
  const since = { sinceMs: nowMs - (SHOWN_DAYS + 1) * DAY_MS }
  const states = await listSaidStates(sql, pageIds, since)
  const incidents = await listSaidIncidents(sql, pageIds, since)
  const announcements = await listSaidAnnouncements(sql, pageIds, nowMs)
  return new Map(
    pageIds.map((id) => [
      id,
      {
        states: states.get(id) ?? [],
        incidents: incidents.get(id) ?? [],
        announcements: announcements.get(id) ?? [],
      },
    ]),
  )
}

export function leavesOf({ sections }: PageContent): (PageComponent | PagePart)[] {
  return leavesAndParents(sections)
}

export function monitorIdsOf({ sections }: PageContent): string[] {
  return leavesAndParents(sections).flatMap(({ source }) => (source.kind === 'monitor' ? [source.monitorId] : []))
}

export function groupIdsOf({ sections }: PageContent): string[] {
  return leavesAndParents(sections).flatMap(({ source }) => (source.kind === 'group' ? [source.groupId] : []))
}
