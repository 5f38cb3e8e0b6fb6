import type { Slowdowns } from '@repo/contracts/slowdowns'
import { queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'

/** As often as the figures of monitors are renewed. */
const EVERY_MS = 60_000

/** What slowed down the most since the day before, as much of it as is shown. */
export const slowdownsQuery = queryOptions({
  queryKey: ['slowdowns'],
  queryFn: ({ signal }) => request<Slowdowns>('/api/v1/slowdowns?limit=5', { signal }),
  refetchInterval: EVERY_MS,
})
