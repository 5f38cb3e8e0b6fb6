import type { bulkAnswerSchema, bulkSchema } from '@repo/contracts/bulk'
import type { Monitor, MonitorPage } from '@repo/contracts/monitors'
import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import { filterParams, keys, type MonitorFilter } from '../api/queries.ts'
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

type Lists = InfiniteData<MonitorPage, string>

/** Shows a change of many monitors before it is made; what is given back takes that back. */
export function showChange(client: QueryClient, ids: ReadonlySet<string>, change: (monitor: Monitor) => Monitor) {
  const before = client.getQueriesData<Lists>({ queryKey: keys.lists })
  client.setQueriesData<Lists>({ queryKey: keys.lists }, (data) => {
    if (!data) return data
    const items = (page: MonitorPage) => page.items.map((monitor) => (ids.has(monitor.id) ? change(monitor) : monitor))
    return { ...data, pages: data.pages.map((page) => ({ ...page, items: items(page) })) }
  })
  return () => {
    for (const [key, data] of before) client.setQueryData(key, data)
  }
}
