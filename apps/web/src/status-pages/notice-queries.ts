import type {
  Announcement,
  announcementFieldsSchema,
  changePageIncidentSchema,
  changePageUpdateSchema,
  componentStatesSchema,
  createPageIncidentSchema,
  createPageUpdateSchema,
  PageIncident,
  PageMail,
  pageIncidentPageSchema,
} from '@repo/contracts/page-notices'
import type { ComponentState } from '@repo/domain/status-page'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import { EVERY_MS, pagesKey, pathOf } from './page-queries.ts'

/** What is said on a page beside its content. */

type IncidentPage = ReturnType<typeof pageIncidentPageSchema.parse>
export type IncidentBody = Partial<ReturnType<typeof createPageIncidentSchema.parse>>
export type IncidentChange = ReturnType<typeof changePageIncidentSchema.parse>
export type UpdateBody = ReturnType<typeof createPageUpdateSchema.parse>
type UpdateChange = ReturnType<typeof changePageUpdateSchema.parse>
export type AnnouncementBody = Partial<ReturnType<typeof announcementFieldsSchema.parse>>
export type HandStates = ReturnType<typeof componentStatesSchema.parse>['items']

const INCIDENTS_PER_PAGE = 100
const ANNOUNCEMENTS = 200

export const noticeKeys = {
  incidents: (pageId: string) => [...pagesKey, 'incidents', pageId],
  announcements: (pageId: string) => [...pagesKey, 'announcements', pageId],
  states: (pageId: string) => [...pagesKey, 'states', pageId],
} as const

export function pageIncidentsQuery(pageId: string) {
  return infiniteQueryOptions({
    queryKey: noticeKeys.incidents(pageId),
    queryFn: ({ pageParam, signal }) =>
      request<IncidentPage>(
        `${pathOf(pageId)}/incidents?limit=${INCIDENTS_PER_PAGE}${pageParam && `&cursor=${encodeURIComponent(pageParam)}`}`,
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: EVERY_MS,
  })
}

export function announcementsQuery(pageId: string) {
  return queryOptions({
    queryKey: noticeKeys.announcements(pageId),
    queryFn: async ({ signal }) =>
      (await request<{ items: Announcement[] }>(`${pathOf(pageId)}/announcements?limit=${ANNOUNCEMENTS}`, { signal }))
        .items,
    refetchInterval: EVERY_MS,
  })
}

export function handStatesQuery(pageId: string) {
  return queryOptions({
    queryKey: noticeKeys.states(pageId),
    queryFn: async ({ signal }) =>
      (await request<{ items: HandStates }>(`${pathOf(pageId)}/components`, { signal })).items,
    refetchInterval: EVERY_MS,
  })
}

export const setHandState = (pageId: string, componentId: string, state: ComponentState) =>
  request<{ items: HandStates }>(`${pathOf(pageId)}/components/${componentId}/state`, {
    method: 'PUT',
    body: { state },
  })

export const createIncident = (pageId: string, body: IncidentBody) =>
  request<PageIncident>(`${pathOf(pageId)}/incidents`, { method: 'POST', body, idempotencyKey: crypto.randomUUID() })

/** Drafts what can be said of the incident of a monitor; refused (`already_drafted`) where something is said of it. */
export const draftFromIncident = (pageId: string, incidentId: string) =>
  request<PageIncident>(`${pathOf(pageId)}/incidents/from/${incidentId}`, {
    method: 'POST',
    idempotencyKey: crypto.randomUUID(),
  })

/** What the page says of the incident of a monitor; undefined where it is older than the newest hundred. */
export async function findDrafted(pageId: string, incidentId: string): Promise<PageIncident | undefined> {
  const { items } = await request<IncidentPage>(`${pathOf(pageId)}/incidents?limit=${INCIDENTS_PER_PAGE}`)
  return items.find(({ incidentIds }) => incidentIds.includes(incidentId))
}

/** An incident on its page, as it was seen: of another version nothing is changed (`changed_meanwhile`). */
export interface Seen {
  readonly pageId: string
  readonly incident: Pick<PageIncident, 'id' | 'version'>
}

export const changeIncident = (seen: Seen, body: IncidentChange) =>
  request<PageIncident>(incidentPath(seen), { method: 'PATCH', body, ifMatch: seen.incident.version })
export const publishIncident = (seen: Seen) =>
  request<PageIncident>(`${incidentPath(seen)}/publish`, { method: 'POST', ifMatch: seen.incident.version })
export const deleteIncident = (seen: Seen) =>
  request<void>(incidentPath(seen), { method: 'DELETE', ifMatch: seen.incident.version })

export const addUpdate = (seen: Seen, body: UpdateBody) =>
  request<PageIncident>(`${incidentPath(seen)}/updates`, {
    ...{ method: 'POST', body, ifMatch: seen.incident.version, idempotencyKey: crypto.randomUUID() },
  })
export const changeUpdate = (seen: Seen, updateId: string, body: UpdateChange) =>
  request<PageIncident>(updatePath(seen, updateId), { method: 'PATCH', body, ifMatch: seen.incident.version })
export const publishUpdate = (seen: Seen, updateId: string) =>
  request<PageIncident>(`${updatePath(seen, updateId)}/publish`, { method: 'POST', ifMatch: seen.incident.version })
export const deleteUpdate = (seen: Seen, updateId: string) =>
  request<PageIncident>(updatePath(seen, updateId), { method: 'DELETE', ifMatch: seen.incident.version })

/** The mail of an update of this version of its incident. */
export function updateMailQuery(seen: Seen, updateId: string) {
  const { id, version } = seen.incident
  return queryOptions({
    queryKey: [...noticeKeys.incidents(seen.pageId), 'mail', id, version, updateId],
    queryFn: ({ signal }) => request<PageMail>(`${updatePath(seen, updateId)}/mail`, { signal }),
  })
}

export const createAnnouncement = (pageId: string, body: AnnouncementBody) =>
  request<Announcement>(`${pathOf(pageId)}/announcements`, {
    ...{ method: 'POST', body, idempotencyKey: crypto.randomUUID() },
  })
export const changeAnnouncement = (pageId: string, id: string, body: AnnouncementBody) =>
  request<Announcement>(`${pathOf(pageId)}/announcements/${id}`, { method: 'PUT', body })
export const deleteAnnouncement = (pageId: string, id: string) =>
  request<void>(`${pathOf(pageId)}/announcements/${id}`, { method: 'DELETE' })

function incidentPath({ pageId, incident }: Seen): string {
  return `${pathOf(pageId)}/incidents/${incident.id}`
}

function updatePath(seen: Seen, updateId: string): string {
  return `${incidentPath(seen)}/updates/${updateId}`
}
