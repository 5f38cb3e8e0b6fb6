import type { PageChange } from '@repo/contracts/page-changes'
import type { PageContent, StatusPage, signedPreviewSchema } from '@repo/contracts/status-pages'
import { queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'

export const pagesKey = ['status-pages'] as const

const PAGE_SIZE = 200
/** The live channel tells of monitors alone: what others write is read anew while it is looked at. */
export const EVERY_MS = 15_000

export const statusPagesQuery = queryOptions({
  queryKey: [...pagesKey, 'list'],
  queryFn: async ({ signal }) =>
    (await request<{ items: StatusPage[] }>(`/api/v1/status-pages?limit=${PAGE_SIZE}`, { signal })).items,
  refetchInterval: EVERY_MS,
})

export function statusPageQuery(id: string) {
  return queryOptions({
    queryKey: [...pagesKey, 'one', id],
    queryFn: ({ signal }) => request<StatusPage>(pathOf(id), { signal }),
    refetchInterval: EVERY_MS,
    retry: false,
  })
}

export function changesQuery(id: string, version: number) {
  return queryOptions({
    queryKey: [...pagesKey, 'changes', id, version],
    queryFn: async ({ signal }) => (await request<{ items: PageChange[] }>(`${pathOf(id)}/changes`, { signal })).items,
  })
}

export const createStatusPage = (content: PageContent) =>
  request<StatusPage>('/api/v1/status-pages', {
    method: 'POST',
    body: { content },
    idempotencyKey: crypto.randomUUID(),
  })

interface Saved {
  readonly slug: string
  readonly content: PageContent
}

/** Where somebody else has changed it since that version it is refused (`changed_meanwhile`). */
export const saveStatusPage = (id: string, body: Saved, version: number) =>
  request<StatusPage>(pathOf(id), { method: 'PATCH', body, ifMatch: version })
export const publishStatusPage = (id: string, version: number) =>
  request<StatusPage>(`${pathOf(id)}/publish`, { method: 'POST', ifMatch: version })
export const withdrawStatusPage = (id: string) => request<StatusPage>(`${pathOf(id)}/withdraw`, { method: 'POST' })
export const deleteStatusPage = (id: string) => request<void>(pathOf(id), { method: 'DELETE' })

export const signedPreview = (id: string, content: PageContent, signal: AbortSignal) =>
  request<ReturnType<typeof signedPreviewSchema.parse>>(`${pathOf(id)}/preview/signed`, {
    ...{ method: 'POST', body: { content }, signal },
  })

export function pathOf(id: string): string {
  return `/api/v1/status-pages/${encodeURIComponent(id)}`
}

/** Where outsiders find it. */
export function publicPath(slug: string): string {
  return `/status/${slug}`
}
