import type { ChannelJson, WebPush } from '@repo/contracts/alert-channels'
import type { AlertPolicyJson, ChannelUses, Coverage, Simulation } from '@repo/contracts/alerts'
import type { DeliveryJson } from '@repo/contracts/deliveries'
import type { Group } from '@repo/contracts/groups'
import type { ScheduleJson } from '@repo/contracts/on-call'
import type { DeliveryState } from '@repo/domain/delivery'
import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query'
import type {
  ChangeChannel,
  ChangePolicy,
  ChannelTest,
  CreateChannel,
  CreateOverride,
  CreatePolicy,
  CreateSchedule,
  Digest,
  Shift,
  Simulate,
} from './alert-types.ts'
import { channelsKey } from './channels-query.ts'
import { request } from './request.ts'

/** Everything of alerts lies under one name: a change of one changes what follows from the others. */
export const alertKeys = {
  all: ['alerts'],
  channels: channelsKey,
  uses: (id: string) => ['alerts', 'uses', id],
  policies: ['alerts', 'policies'],
  coverage: ['alerts', 'coverage'],
  simulation: (asked: Simulate) => ['alerts', 'simulation', asked],
  schedules: ['alerts', 'schedules'],
  shifts: (id: string, from: string) => ['alerts', 'shifts', id, from],
  deliveries: (filter: DeliveryFilter) => ['alerts', 'deliveries', filter],
  waiting: (channelId: string) => ['alerts', 'waiting', channelId],
  groups: ['alerts', 'groups'],
  webPush: ['web-push'],
  digest: ['digest'],
} as const

/** After something of this id was deleted: all the rest is read anew, and what is about it asked for no more. */
export function refreshWithout(client: QueryClient, id: string): Promise<void> {
  return client.invalidateQueries({ queryKey: alertKeys.all, predicate: ({ queryKey }) => !queryKey.includes(id) })
}

/** How channels fare is told by nobody: it is read anew while it is looked at. */
const EVERY_MS = 10_000
const LOG_EVERY_MS = 4_000
const DELIVERIES_PER_PAGE = 50
const SHIFTS_DAYS = 14

type Abortable = { signal: AbortSignal }

const itemsOf = async <Item>(path: string, signal: AbortSignal) =>
  (await request<{ items: Item[] }>(path, { signal })).items
const pathOf = (kind: 'channels' | 'alert-policies' | 'schedules', id: string) =>
  `/api/v1/${kind}/${encodeURIComponent(id)}`

export const channelUsesQuery = (id: string) =>
  queryOptions({
    queryKey: alertKeys.uses(id),
    queryFn: ({ signal }) => request<ChannelUses>(`${pathOf('channels', id)}/uses`, { signal }),
    staleTime: 0,
  })

/** The message of a channel that has to wait, with what the provider said last; undefined where none waits. */
export const waitingQuery = (channelId: string) =>
  queryOptions({
    queryKey: alertKeys.waiting(channelId),
    queryFn: async ({ signal }) =>
      (await itemsOf<DeliveryJson>(`/api/v1/deliveries?limit=1&state=waiting&channelId=${channelId}`, signal))[0] ??
      null,
    refetchInterval: EVERY_MS,
  })

export const createChannel = (body: CreateChannel) => request<ChannelJson>('/api/v1/channels', { method: 'POST', body })
export const changeChannel = ({ id, version }: ChannelJson, body: ChangeChannel) =>
  request<ChannelJson>(pathOf('channels', id), { method: 'PATCH', body, ifMatch: version })
export const deleteChannel = ({ id }: ChannelJson) => request<void>(pathOf('channels', id), { method: 'DELETE' })
export const testChannel = (id: string) => request<ChannelTest>(`${pathOf('channels', id)}/test`, { method: 'POST' })

export const webPushQuery = queryOptions({
  queryKey: alertKeys.webPush,
  queryFn: ({ signal }: Abortable) => request<WebPush>('/api/v1/web-push', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})

export const policiesQuery = queryOptions({
  queryKey: alertKeys.policies,
  queryFn: ({ signal }: Abortable) => itemsOf<AlertPolicyJson>('/api/v1/alert-policies', signal),
})

export const coverageQuery = queryOptions({
  queryKey: alertKeys.coverage,
  queryFn: ({ signal }: Abortable) => request<Coverage>('/api/v1/alert-policies/coverage', { signal }),
  staleTime: 0,
})

export const createPolicy = (body: CreatePolicy) =>
  request<AlertPolicyJson>('/api/v1/alert-policies', { method: 'POST', body })
export const changePolicy = ({ id, version }: AlertPolicyJson, body: ChangePolicy) =>
  request<AlertPolicyJson>(pathOf('alert-policies', id), { method: 'PATCH', body, ifMatch: version })
export const deletePolicy = (id: string) => request<void>(pathOf('alert-policies', id), { method: 'DELETE' })

export const simulationQuery = (asked: Simulate) =>
  queryOptions({
    queryKey: alertKeys.simulation(asked),
    queryFn: ({ signal }) =>
      request<Simulation>('/api/v1/alert-policies/simulate', { method: 'POST', body: asked, signal }),
    staleTime: 0,
  })

export const groupsQuery = queryOptions({
  queryKey: alertKeys.groups,
  queryFn: ({ signal }: Abortable) => itemsOf<Group>('/api/v1/groups?limit=200', signal),
})

export const schedulesQuery = queryOptions({
  queryKey: alertKeys.schedules,
  queryFn: ({ signal }: Abortable) => itemsOf<ScheduleJson>('/api/v1/schedules', signal),
  // Whoever is on call hands over while the page is open.
  refetchInterval: 30_000,
})

/** The two weeks that begin with a day. */
export const shiftsQuery = (id: string, from: string) =>
  queryOptions({
    queryKey: alertKeys.shifts(id, from),
    queryFn: ({ signal }) => {
      const to = new Date(Date.parse(from) + SHIFTS_DAYS * 86_400_000).toISOString()
      return itemsOf<Shift>(`${pathOf('schedules', id)}/shifts?${new URLSearchParams({ from, to })}`, signal)
    },
  })

export const calendarPath = (id: string) => `${pathOf('schedules', id)}/ical`
export const createSchedule = (body: CreateSchedule) =>
  request<ScheduleJson>('/api/v1/schedules', { method: 'POST', body })
export const changeSchedule = ({ id, version }: ScheduleJson, body: CreateSchedule) =>
  request<ScheduleJson>(pathOf('schedules', id), { method: 'PATCH', body, ifMatch: version })
export const deleteSchedule = (id: string) => request<void>(pathOf('schedules', id), { method: 'DELETE' })
export const createOverride = (scheduleId: string, body: CreateOverride) =>
  request<unknown>(`${pathOf('schedules', scheduleId)}/overrides`, { method: 'POST', body })
export const deleteOverride = (scheduleId: string, id: string) =>
  request<void>(`${pathOf('schedules', scheduleId)}/overrides/${encodeURIComponent(id)}`, { method: 'DELETE' })

export interface DeliveryFilter {
  readonly state: DeliveryState | ''
  readonly channelId: string
  readonly incidentId: string
}

export function deliveriesQuery({ state, channelId, incidentId }: DeliveryFilter) {
  return infiniteQueryOptions({
    queryKey: alertKeys.deliveries({ state, channelId, incidentId }),
    queryFn: ({ pageParam, signal }) => {
      const params = new URLSearchParams({ limit: String(DELIVERIES_PER_PAGE) })
      for (const [name, value] of Object.entries({ state, channelId, incidentId, cursor: pageParam }))
        if (value) params.set(name, value)
      return request<{ items: DeliveryJson[]; nextCursor: string | null }>(`/api/v1/deliveries?${params}`, { signal })
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: LOG_EVERY_MS,
    staleTime: 0,
  })
}

export const digestQuery = queryOptions({
  queryKey: alertKeys.digest,
  queryFn: ({ signal }: Abortable) => request<Digest>('/api/v1/digest', { signal }),
})
export const changeDigest = (enabled: boolean) =>
  request<Digest>('/api/v1/digest', { method: 'PATCH', body: { enabled } })
export const testDigest = () => request<ChannelTest>('/api/v1/digest/test', { method: 'POST' })
