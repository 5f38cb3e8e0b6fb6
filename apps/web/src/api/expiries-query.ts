import type { Expiries } from '@repo/contracts/expiries'
import { queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'

/** Certificates are renewed by the day, not by the second. */
const EVERY_MS = 600_000

/** What ends within two weeks, as much of it as is shown. */
export const expiriesQuery = queryOptions({
  queryKey: ['expiries'],
  queryFn: ({ signal }) => request<Expiries>('/api/v1/expiries?limit=10', { signal }),
  refetchInterval: EVERY_MS,
})
