import type { System } from '@repo/contracts/system'
import { queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'

/** The live channel is of workspaces, and tells nothing of the instance: it is read anew while it is looked at. */
const EVERY_MS = 5_000

export const systemQuery = queryOptions({
  queryKey: ['system'],
  queryFn: ({ signal }) => request<System>('/api/v1/system', { signal }),
  refetchInterval: EVERY_MS,
  staleTime: 0,
})
