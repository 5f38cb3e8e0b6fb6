import type { Facts } from '@repo/contracts/facts'
import type { outagePageSchema } from '@repo/contracts/outages'
import type { PhaseSeries, Series, TickPage } from '@repo/contracts/ticks'
import type { Uptime, UptimeRange } from '@repo/contracts/uptime'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { keys } from '../api/queries.ts'
import { request } from '../api/request.ts'
import type { Span } from './span.ts'

/** What the screen of a monitor reads beside the monitor itself. */

const MINUTE_MS = 60_000

/** Of one region, or of all together. */
export function seriesQuery(id: string, span: Span, region?: string) {
  const params = new URLSearchParams(paramsOf(span))
  if (region !== undefined) params.set('region', region)
  return queryOptions({
    queryKey: [...keys.allSeries(id), params.toString()],
    queryFn: ({ signal }) => request<Series>(`${path(id)}/series?${params}`, { signal }),
    // A chart moves on even where no check comes in.
    refetchInterval: span.kind === 'range' ? MINUTE_MS : false,
  })
}

/** Of each of many regions, side by side: read anew once a minute and not with every check, for there may be dozens. */
export function othersQuery(id: string, span: Span, regions: readonly string[]) {
  const asked = regions.map((region) => new URLSearchParams({ ...paramsOf(span), region }).toString())
  return queryOptions({
    queryKey: ['monitors', 'others', id, asked],
    queryFn: ({ signal }) =>
      Promise.all(asked.map((params) => request<Series>(`${path(id)}/series?${params}`, { signal }))),
    placeholderData: keepPreviousData,
    refetchInterval: span.kind === 'range' ? MINUTE_MS : false,
  })
}

/** The phases in the buckets of the series. */
export function phasesQuery(id: string, span: Span) {
  const params = new URLSearchParams(paramsOf(span))
  return queryOptions({
    queryKey: [...keys.allSeries(id), 'phases', params.toString()],
    queryFn: ({ signal }) => request<PhaseSeries>(`${path(id)}/phases?${params}`, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: span.kind === 'range' ? MINUTE_MS : false,
  })
}

function paramsOf(span: Span): Record<string, string> {
  if (span.kind === 'range') return { range: span.range }
  return { from: new Date(span.fromMs).toISOString(), to: new Date(span.toMs).toISOString() }
}

/** Days are those of UTC, as on the status page. */
export function uptimeQuery(id: string, range: UptimeRange) {
  return queryOptions({
    queryKey: ['monitors', 'uptime', id, range],
    queryFn: ({ signal }) => request<Uptime>(`${path(id)}/uptime?range=${range}`, { signal }),
    refetchInterval: MINUTE_MS,
  })
}

const OUTAGES = 200

type OutagePage = ReturnType<typeof outagePageSchema.parse>

/** The newest outages; asked anew when the status moves, which `since` tells. */
export function outagesQuery(id: string, since: string | null) {
  return queryOptions({
    queryKey: ['monitors', 'outages', id, since],
    queryFn: ({ signal }) => request<OutagePage>(`${path(id)}/outages?limit=${OUTAGES}`, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: MINUTE_MS,
  })
}

export const SLOTS = 30
const MOST_TICKS = 200

/** The last checks of each region, as far as one page goes. */
export function slotsQuery(id: string, regionCount: number) {
  const limit = Math.min(MOST_TICKS, regionCount * SLOTS)
  return queryOptions({
    queryKey: ['monitors', 'slots', id, limit],
    queryFn: ({ signal }) => request<TickPage>(`${path(id)}/ticks?limit=${limit}`, { signal }),
  })
}

const TICKS_PER_PAGE = 50
const NEWS_MS = 10_000

/** Those of one region; the live channel does not reach them, so that they are asked for anew. */
export function regionTicksQuery(id: string, region: string) {
  return infiniteQueryOptions({
    queryKey: ['monitors', 'region-ticks', id, region],
    queryFn: ({ pageParam, signal }) => {
      const params = new URLSearchParams({ limit: String(TICKS_PER_PAGE), region })
      if (pageParam) params.set('cursor', pageParam)
      return request<TickPage>(`${path(id)}/ticks?${params}`, { signal })
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: NEWS_MS,
  })
}

/** The checks up to an instant, newest first. */
export function readTicksThrough(id: string, throughMs: number): Promise<TickPage> {
  const through = new Date(throughMs).toISOString()
  return request<TickPage>(`${path(id)}/ticks?limit=${MOST_TICKS}&through=${through}`)
}

export function factsQuery(id: string) {
  return queryOptions({
    queryKey: ['monitors', 'facts', id],
    queryFn: ({ signal }) => request<Facts>(`${path(id)}/facts`, { signal }),
    refetchInterval: MINUTE_MS,
  })
}

function path(id: string): string {
  return `/api/v1/monitors/${encodeURIComponent(id)}`
}
