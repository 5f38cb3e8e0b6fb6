import type { changeGroupSchema, createGroupSchema, Group, GroupOutagePage } from '@repo/contracts/groups'
import { infiniteQueryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'

export type GroupBody = ReturnType<typeof createGroupSchema.parse>
export type GroupRule = Group['rule']
type GroupChange = ReturnType<typeof changeGroupSchema.parse>

export const groupsKey = ['groups'] as const
const PAGE_SIZE = 100
const OUTAGES_PER_PAGE = 20
/** What the members say moves by itself. */
const EVERY_MS = 5_000

export const groupsQuery = infiniteQueryOptions({
  queryKey: [...groupsKey, 'list'],
  queryFn: ({ pageParam, signal }) => {
    const cursor = pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ''
    return request<{ items: Group[]; nextCursor: string | null }>(`/api/v1/groups?limit=${PAGE_SIZE}${cursor}`, {
      signal,
    })
  },
  initialPageParam: '',
  getNextPageParam: (page) => page.nextCursor,
  refetchInterval: EVERY_MS,
})

export function outagesQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: [...groupsKey, 'outages', id],
    queryFn: ({ pageParam, signal }) => {
      const cursor = pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ''
      return request<GroupOutagePage>(`${groupPath(id)}/outages?limit=${OUTAGES_PER_PAGE}${cursor}`, { signal })
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 0,
  })
}

export const createGroup = (body: GroupBody) => request<Group>('/api/v1/groups', { method: 'POST', body })
export const changeGroup = (id: string, body: GroupChange) => request<Group>(groupPath(id), { method: 'PATCH', body })
export const deleteGroup = (id: string) => request<void>(groupPath(id), { method: 'DELETE' })

function groupPath(id: string): string {
  return `/api/v1/groups/${encodeURIComponent(id)}`
}
