import type { bulkAnswerSchema, bulkSchema } from '@repo/contracts/bulk'
import type { MonitorPage } from '@repo/contracts/monitors'
import { filterParams, type MonitorFilter } from '../api/queries.ts'
import { request } from '../api/request.ts'

type BulkBody = ReturnType<typeof bulkSchema.parse>
export type BulkAnswer = ReturnType<typeof bulkAnswerSchema.parse>

/** As many as the API takes in one request. */
export const BULK_LIMIT = 1_000
const PAGE_SIZE = 200
export const BULK_PATH = '/api/v1/monitors/bulk'

export const carryOut = (body: BulkBody) => request<BulkAnswer>(BULK_PATH, { method: 'POST', body })

/** The ids of all that a filter finds, up to as many as can be changed at once. */
export async function collectIds(filter: MonitorFilter): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | null = ''
  while (cursor !== null && ids.length < BULK_LIMIT) {
    const params = filterParams(filter, { limit: PAGE_SIZE, recent: 0 })
    if (cursor) params.set('cursor', cursor)
    const page: MonitorPage = await request(`/api/v1/monitors?${params}`)
    ids.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor
  }
  return [...new Set(ids)].slice(0, BULK_LIMIT)
}
