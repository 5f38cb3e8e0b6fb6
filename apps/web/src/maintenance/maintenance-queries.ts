import type {
  changeWindowSchema,
  createWindowSchema,
  periodSchema,
  previewAnswerSchema,
  Window,
} from '@repo/contracts/maintenance'
import { queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'

export type Period = ReturnType<typeof periodSchema.parse>
export type WindowBody = ReturnType<typeof createWindowSchema.parse>
export type WindowChange = ReturnType<typeof changeWindowSchema.parse>
export type Schedule = WindowBody['schedule']
export type AppliesTo = WindowBody['appliesTo']

export const maintenanceKey = ['maintenance'] as const

/** A workspace has 200 windows at most, which is a page. */
const PAGE_SIZE = 200
/** The live channel tells of monitors alone: what others plan is read anew while it is looked at. */
const EVERY_MS = 15_000

export const windowsQuery = queryOptions({
  queryKey: [...maintenanceKey, 'windows'],
  queryFn: async ({ signal }) =>
    (await request<{ items: Window[] }>(`/api/v1/maintenance?limit=${PAGE_SIZE}`, { signal })).items,
  refetchInterval: EVERY_MS,
  staleTime: 5_000,
})

export function previewQuery(schedule: Schedule | undefined, count: number) {
  return queryOptions({
    queryKey: [...maintenanceKey, 'preview', schedule, count],
    queryFn: async ({ signal }) => {
      const body = { schedule, count }
      const answer = await request<ReturnType<typeof previewAnswerSchema.parse>>('/api/v1/maintenance/preview', {
        method: 'POST',
        body,
        signal,
      })
      return answer.occurrences
    },
    enabled: schedule !== undefined,
    retry: false,
  })
}

export const createWindow = (body: WindowBody) => request<Window>('/api/v1/maintenance', { method: 'POST', body })
export const changeWindow = (id: string, body: WindowChange) =>
  request<Window>(windowPath(id), { method: 'PATCH', body })
export const deleteWindow = (id: string) => request<void>(windowPath(id), { method: 'DELETE' })

function windowPath(id: string): string {
  return `/api/v1/maintenance/${encodeURIComponent(id)}`
}
