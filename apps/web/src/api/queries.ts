import type { Heartbeat, PingPage } from '@repo/contracts/heartbeats'
import type {
  ChangeMonitor,
  CreateMonitor,
  checkNowSchema,
  Monitor,
  MonitorCounts,
  MonitorPage,
  regionsSchema,
} from '@repo/contracts/monitors'
import type { Session } from '@repo/contracts/session'
import type { TickPage } from '@repo/contracts/ticks'
import type { Status } from '@repo/domain/status'
import {
  infiniteQueryOptions,
  MutationCache,
  QueryCache,
  QueryClient,
  queryOptions,
  useQuery,
} from '@tanstack/react-query'
import { leaveForSignIn } from './leave.ts'
import { isSignedOut, RequestFailed, request } from './request.ts'
import { readWished } from './wishes.ts'

export interface MonitorFilter {
  readonly text: string
  readonly status: Status | ''
  readonly tag?: string
  readonly kind?: string
  /** As the API's own parameter; without it the worst stand first. */
  readonly sort?: string
  /** Read from its end. */
  readonly from?: 'end' | ''
}

const PAGE_SIZE = 100
/** Of each row. */
const MARKS_DRAWN = 60
const TICKS_PER_PAGE = 25
/** The figures of a monitor are renewed about so often, and nobody tells of it. */
const FIGURES_EVERY_MS = 60_000

/** What a filter says, so that two that say the same are the same to the cache. */
function askedOf(filter: MonitorFilter): Record<string, string> {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value))
}

export const keys = {
  session: ['session'],
  regions: ['regions'],
  counts: ['monitors', 'counts'],
  lists: ['monitors', 'list'],
  list: (filter: MonitorFilter) => ['monitors', 'list', askedOf(filter)],
  monitor: (id: string) => ['monitors', 'one', id],
  ticks: (id: string) => ['monitors', 'ticks', id],
  heartbeat: (id: string) => ['monitors', 'heartbeat', id],
  pings: (id: string) => ['monitors', 'pings', id],
  allSeries: (id: string) => ['monitors', 'series', id],
} as const

export const sessionQuery = queryOptions({
  queryKey: keys.session,
  queryFn: ({ signal }) => request<Session>('/api/v1/session', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})

export const regionsQuery = queryOptions({
  queryKey: keys.regions,
  queryFn: ({ signal }) => request<ReturnType<typeof regionsSchema.parse>>('/api/v1/regions', { signal }),
})

/** How many monitors there are of each status: for the headline, the rail and the tab's title. */
export const countsQuery = queryOptions({
  queryKey: keys.counts,
  queryFn: async ({ signal }) => (await request<MonitorPage>('/api/v1/monitors?limit=1', { signal })).counts,
})

/** Every page of the list carries the counts, so that they are asked for by themselves only where no list is shown. */
export function useCounts({ isListShown }: { isListShown: boolean }): MonitorCounts | undefined {
  return useQuery({ ...countsQuery, enabled: !isListShown }).data
}

export function monitorsQuery(filter: MonitorFilter) {
  return infiniteQueryOptions({
    queryKey: keys.list(filter),
    queryFn: async ({ pageParam, signal, client }) => {
      const page = await readWished(
        () => request<MonitorPage>(`/api/v1/monitors?${pageParams(filter, pageParam)}`, { signal }),
        (answer, wished) => ({ ...answer, items: answer.items.map(wished) }),
      )
      client.setQueryData(keys.counts, page.counts)
      return page
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    // A page a minute, however many there are.
    refetchInterval: ({ state }) => FIGURES_EVERY_MS * Math.max(1, state.data?.pages.length ?? 1),
  })
}

function pageParams(filter: MonitorFilter, cursor: string): URLSearchParams {
  const params = filterParams(filter, { limit: PAGE_SIZE, recent: MARKS_DRAWN })
  if (cursor) params.set('cursor', cursor)
  return params
}

/** A filter as the API has it; what is empty is not asked for. */
export function filterParams(filter: MonitorFilter, page: { limit: number; recent: number }): URLSearchParams {
  const params = new URLSearchParams({ limit: String(page.limit), recent: String(page.recent) })
  for (const [name, value] of Object.entries(askedOf(filter))) params.set(name, value)
  return params
}

export function monitorQuery(id: string) {
  return queryOptions({
    queryKey: keys.monitor(id),
    queryFn: ({ signal }) =>
      readWished(
        () => request<Monitor>(monitorPath(id), { signal }),
        (monitor, wished) => wished(monitor),
      ),
  })
}

/** Those that are kept, or the first page of them: a hundred. */
export function pingsQuery(id: string) {
  return queryOptions({
    queryKey: keys.pings(id),
    queryFn: ({ signal }) => request<PingPage>(`${monitorPath(id)}/heartbeat/pings?limit=100`, { signal }),
    refetchInterval: 10_000,
  })
}

export function heartbeatQuery(id: string) {
  return queryOptions({
    queryKey: keys.heartbeat(id),
    queryFn: ({ signal }) => request<Heartbeat>(`${monitorPath(id)}/heartbeat`, { signal }),
    // A start is a ping without a tick, of which nobody tells.
    refetchInterval: 10_000,
  })
}

/** So many before a check are looked through for the last good one of its region. */
const CHECKS_LOOKED_THROUGH = 200

/** A slot, and what came before it, by the instant at which it was scheduled. */
export function slotQuery(id: string, scheduledAt: string) {
  return queryOptions({
    queryKey: [...keys.ticks(id), scheduledAt],
    queryFn: ({ signal }) => {
      const params = new URLSearchParams({ through: scheduledAt, limit: String(CHECKS_LOOKED_THROUGH) })
      return request<TickPage>(`${monitorPath(id)}/ticks?${params}`, { signal })
    },
  })
}

export function ticksQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: keys.ticks(id),
    queryFn: ({ pageParam, signal }) => {
      const cursor = pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ''
      return request<TickPage>(`${monitorPath(id)}/ticks?limit=${TICKS_PER_PAGE}${cursor}`, { signal })
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })
}

export const createMonitor = (body: CreateMonitor, idempotencyKey: string) =>
  request<Monitor>('/api/v1/monitors', { method: 'POST', body, idempotencyKey })
export const changeMonitor = (id: string, body: ChangeMonitor) =>
  request<Monitor>(monitorPath(id), { method: 'PATCH', body })
export const deleteMonitor = (id: string) => request<void>(monitorPath(id), { method: 'DELETE' })
export const pauseMonitor = (id: string) => request<unknown>(`${monitorPath(id)}/pause`, { method: 'POST' })
export const checkMonitorNow = (id: string) =>
  request<ReturnType<typeof checkNowSchema.parse>>(`${monitorPath(id)}/check`, { method: 'POST' })
export const resumeMonitor = (id: string) => request<unknown>(`${monitorPath(id)}/resume`, { method: 'POST' })

function monitorPath(id: string): string {
  return `/api/v1/monitors/${encodeURIComponent(id)}`
}

/** Live frames keep the cache fresh, so nothing is fetched anew by age or focus; a client error is never tried twice. */
export function createQueryClient(): QueryClient {
  const onError = (error: unknown) => {
    if (isSignedOut(error)) leaveForSignIn()
  }
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 2 && !(error instanceof RequestFailed && error.status < 500),
      },
    },
  })
}
