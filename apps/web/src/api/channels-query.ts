import type { ChannelJson } from '@repo/contracts/alert-channels'
import { queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'

/** By itself, for what every screen loads first needs nothing else of alerts. */
export const channelsKey = ['alerts', 'channels'] as const

/** How channels fare is told by nobody: it is read anew while it is looked at. */
const EVERY_MS = 10_000

/** As many as a workspace can have. */
export const channelsQuery = queryOptions({
  queryKey: channelsKey,
  queryFn: async ({ signal }) =>
    (await request<{ items: ChannelJson[] }>('/api/v1/channels?limit=200', { signal })).items,
  refetchInterval: EVERY_MS,
})
