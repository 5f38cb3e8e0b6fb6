import type { subscriberPageSchema } from '@repo/contracts/page-subscribers'
import { infiniteQueryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import { EVERY_MS, pagesKey, pathOf } from './page-queries.ts'

type SubscriberPage = ReturnType<typeof subscriberPageSchema.parse>

const PER_PAGE = 100

export function subscribersQuery(pageId: string) {
  return infiniteQueryOptions({
    queryKey: [...pagesKey, 'subscribers', pageId],
    queryFn: ({ pageParam, signal }) => {
      const cursor = pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ''
      return request<SubscriberPage>(`${pathOf(pageId)}/subscribers?limit=${PER_PAGE}${cursor}`, { signal })
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: EVERY_MS,
  })
}

export function subscribersExportPath(pageId: string): string {
  return `${pathOf(pageId)}/subscribers/export`
}

export const deleteSubscriber = (pageId: string, id: string) =>
  request<void>(`${pathOf(pageId)}/subscribers/${encodeURIComponent(id)}`, { method: 'DELETE' })
