import type { DeliveryJson } from '@repo/contracts/deliveries'
import type { Incident, IncidentCounts, IncidentDetail, IncidentPage } from '@repo/contracts/incidents'
import type { RegionViews } from '@repo/contracts/region-views'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'

/** As the API's own parameters; what is empty is not asked for. */
export type IncidentFilter = Readonly<Record<string, string>>
type Timeline = IncidentDetail['timeline']

export const incidentKeys = {
  all: ['incidents'],
  lists: ['incidents', 'list'],
  list: (filter: IncidentFilter) => ['incidents', 'list', filter],
  allCounts: ['incidents', 'counts'],
  counts: (filter: IncidentFilter) => ['incidents', 'counts', filter],
  one: (id: string) => ['incidents', 'one', id],
  timeline: (id: string) => ['incidents', 'timeline', id],
  deliveries: (id: string) => ['incidents', 'deliveries', id],
  regions: (monitorId: string) => ['incidents', 'regions', monitorId],
} as const

const ROWS_PER_PAGE = 50
const ENTRIES_PER_PAGE = 100

export function incidentsQuery(filter: IncidentFilter) {
  return infiniteQueryOptions({
    queryKey: incidentKeys.list(filter),
    queryFn: ({ pageParam, signal }) => {
      const limit = filter.limit ?? String(ROWS_PER_PAGE)
      return request<IncidentPage>(`/api/v1/incidents?${paramsOf({ ...filter, limit, cursor: pageParam })}`, { signal })
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  })
}

export function incidentCountsQuery(filter: IncidentFilter) {
  return queryOptions({
    queryKey: incidentKeys.counts(filter),
    queryFn: ({ signal }) => request<IncidentCounts>(`/api/v1/incidents/counts?${paramsOf(filter)}`, { signal }),
    placeholderData: keepPreviousData,
  })
}

/** Of the whole workspace, for the rail. */
export const openIncidentsQuery = incidentCountsQuery({ open: 'true' })

export function incidentQuery(id: string) {
  return queryOptions({
    queryKey: incidentKeys.one(id),
    queryFn: ({ signal }) => request<IncidentDetail>(incidentPath(id), { signal }),
  })
}

export function timelineQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: incidentKeys.timeline(id),
    queryFn: ({ pageParam, signal }) => {
      const params = paramsOf({ limit: String(ENTRIES_PER_PAGE), cursor: pageParam })
      return request<Timeline>(`${incidentPath(id)}/timeline?${params}`, { signal })
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })
}

/** What is still to be told; what was told is in the timeline. */
export function waitingQuery(id: string) {
  return queryOptions({
    queryKey: incidentKeys.deliveries(id),
    queryFn: async ({ signal }) => {
      const path = `/api/v1/deliveries?state=waiting&incidentId=${encodeURIComponent(id)}`
      return (await request<{ items: DeliveryJson[] }>(path, { signal })).items
    },
    // Nobody tells of an attempt that failed.
    refetchInterval: 5_000,
  })
}

/** What its regions say; each of their looks may bring the end of an incident nearer. */
export function recoveryQuery(monitorId: string) {
  return queryOptions({
    queryKey: incidentKeys.regions(monitorId),
    queryFn: async ({ signal }) =>
      (await request<RegionViews>(`/api/v1/monitors/${encodeURIComponent(monitorId)}/regions`, { signal })).items,
  })
}

export function exportPath(filter: IncidentFilter): string {
  return `/api/v1/incidents/export?${paramsOf(filter)}`
}

export const acknowledge = (id: string) => change(id, 'POST acknowledge')
export const unacknowledge = (id: string) => change(id, 'DELETE acknowledge')
export const resolveIncident = (id: string) => change(id, 'POST resolve')
export const reopenIncident = (id: string) => change(id, 'POST reopen')
export const mergeIncident = (id: string, into: string) => change(id, 'POST merge', { body: { into } })
export const assignIncident = (id: string, userId: string | null) => change(id, 'PUT assignee', { body: { userId } })
export const addComment = (id: string, text: string) => change(id, 'POST comments', { body: { text } })
export const savePostmortem = ({ id, version }: Pick<Incident, 'id' | 'version'>, text: string) =>
  change(id, 'PUT postmortem', { body: { text }, ifMatch: version })

interface Change {
  body?: unknown
  ifMatch?: number
}

function change(
  id: string,
  deed: `${'POST' | 'PUT' | 'DELETE'} ${string}`,
  more: Change = {},
): Promise<IncidentDetail> {
  const [method, path] = deed.split(' ') as ['POST' | 'PUT' | 'DELETE', string]
  return request<IncidentDetail>(`${incidentPath(id)}/${path}`, { method, ...more })
}

function incidentPath(id: string): string {
  return `/api/v1/incidents/${encodeURIComponent(id)}`
}

function paramsOf(asked: IncidentFilter): URLSearchParams {
  return new URLSearchParams(Object.entries(asked).filter(([, value]) => value !== ''))
}
