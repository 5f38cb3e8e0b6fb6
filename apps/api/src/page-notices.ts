import {
  type Announcement,
  noticeLimits,
  type PageIncident,
  type TouchedComponents,
} from '@repo/contracts/page-notices'
import { leavesAndParents, type PageContent, pageContentSchema } from '@repo/contracts/status-pages'
import { isoTime, isoTimeOrNull } from '@repo/contracts/ticks'
import type { Sql } from '@repo/db/database'
import type { StoredAnnouncement } from '@repo/db/queries/page-announcements'
import {
  findPageIncident,
  type OwnedPageIncident,
  type PageAuthor,
  type StoredPageIncident,
} from '@repo/db/queries/page-incidents'
import type { StoredStatusPage } from '@repo/db/queries/status-pages'
import { actorOf } from './access/audit.ts'
import type { Principal } from './principal.ts'
import { AppError } from './problems.ts'

/** @throws AppError `not_found` where the page has no such incident. */
export async function getPageIncident(sql: Sql, owned: OwnedPageIncident): Promise<StoredPageIncident> {
  const incident = await findPageIncident(sql, owned)
  if (!incident) throw new AppError('not_found')
  return incident
}

export function toPageIncidentJson(incident: StoredPageIncident): PageIncident {
  const { id, title, impact, phase, components, incidentIds, version } = incident
  return {
    ...{ id, title, impact, phase, version },
    components: [...components],
    incidentIds: [...incidentIds],
    beganAt: isoTime(incident.beganAtMs),
    publishedAt: isoTimeOrNull(incident.publishedAtMs),
    resolvedAt: isoTimeOrNull(incident.resolvedAtMs),
    writtenAt: isoTimeOrNull(incident.writtenAtMs),
    updates: incident.updates.map(({ atMs, publishedAtMs, ...update }) => ({
      ...update,
      ...{ at: isoTime(atMs), publishedAt: isoTimeOrNull(publishedAtMs) },
    })),
    createdAt: isoTime(incident.createdAtMs),
    updatedAt: isoTime(incident.updatedAtMs),
  }
}

export function toAnnouncementJson(announcement: StoredAnnouncement): Announcement {
  const { id, title, body, fromMs, untilMs, createdAtMs, updatedAtMs } = announcement
  return {
    ...{ id, title, body },
    ...{ from: isoTime(fromMs), until: isoTimeOrNull(untilMs) },
    ...{ createdAt: isoTime(createdAtMs), updatedAt: isoTime(updatedAtMs) },
  }
}

/** An incident as the audit log keeps it: what was written stands on the page itself. */
export function auditedIncident(incident: StoredPageIncident): Record<string, unknown> {
  const { pageId, title, impact, phase, publishedAtMs, resolvedAtMs, components, updates } = incident
  return {
    ...{ pageId, title, impact, phase, components: components.length, updates: updates.length },
    ...{ isPublished: publishedAtMs !== null, isResolved: resolvedAtMs !== null },
  }
}

/** What a page has, as it is written and as it is published. */
export function contentsOf(page: StoredStatusPage): readonly PageContent[] {
  return [page.draft, ...(page.published === null ? [] : [page.published])].map((one) => pageContentSchema.parse(one))
}

/** @throws AppError `invalid_body` for a component that the page has neither as it is written nor as it is published. */
export function refuseForeignComponents(page: StoredStatusPage, components: TouchedComponents | undefined): void {
  const known = new Set(contentsOf(page).flatMap(({ sections }) => leavesAndParents(sections).map(({ id }) => id)))
  const place = (components ?? []).findIndex(({ componentId }) => !known.has(componentId))
  if (place < 0) return
  throw refused(`components.${place}.componentId`, 'the page has no such component')
}

/** What cannot have begun yet, or so long ago that it is a slip of whoever wrote it. @throws AppError `invalid_body`. */
export function pastMs(beganAt: string | undefined, nowMs: number): number | undefined {
  const beganAtMs = beganAt === undefined ? undefined : Date.parse(beganAt)
  if (beganAtMs !== undefined && beganAtMs > nowMs) throw refused('beganAt', 'is not in the past')
  if (beganAtMs !== undefined && beganAtMs < nowMs - noticeLimits.beganWithinMs)
    throw refused('beganAt', 'is more than a year ago')
  return beganAtMs
}

/** What is over began before. @throws AppError `invalid_body`. */
export function refuseAfterEnd({ resolvedAtMs }: StoredPageIncident, beganAtMs: number | undefined): void {
  if (beganAtMs !== undefined && resolvedAtMs !== null && beganAtMs > resolvedAtMs)
    throw refused('beganAt', 'is after its end')
}

/** @returns an error for one field of a body. */
export function refused(field: string, message: string): AppError {
  return new AppError('invalid_body', `${field}: ${message}`, { errors: [{ field, message }] })
}

/** Whoever writes, as a page's makers are told. */
export function authorOf(principal: Principal): PageAuthor {
  return { id: principal.userId, name: actorOf(principal).actorName }
}
