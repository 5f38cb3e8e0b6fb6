import { z } from '@hono/zod-openapi'
import { type MonitorCounts, type MonitorPage, monitorSortings } from '@repo/contracts/monitors'
import { isPlainText } from '@repo/contracts/plain-text'
import type { Sql } from '@repo/db/database'
import { countMonitors, listMonitors, type MonitorFilter, type MonitorSort } from '@repo/db/queries/monitor-list'
import type { WorkspaceId } from '@repo/domain/ids'
import { decodeCursor, encodeCursor } from './cursor.ts'
import type { ApiDeps } from './deps.ts'
import { toMonitorsJson } from './monitors.ts'
import { AppError } from './problems.ts'

type Sorting = (typeof monitorSortings)[number]

export interface PageAsked extends MonitorFilter {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly sort: Sorting
  /** Whether the list is read from its end. */
  readonly from?: 'end' | undefined
  readonly recent: number
}

/** `number.max`: every instant that a column holds. */
const cursorSchema = z.object({
  rank: z.number().int().min(0).max(5),
  name: z.string().max(1_000).refine(isPlainText),
  id: z.uuid(),
  atMs: z.number().min(0).max(Date.UTC(2200, 0)).optional(),
  figure: z.number().int().min(-2_147_483_648).max(2_147_483_647).optional(),
  sort: z.enum(monitorSortings),
  from: z.literal('end').optional(),
})

const orders: Record<Sorting, { sort: MonitorSort; isDescending: boolean }> = {
  status: { sort: 'status', isDescending: false },
  name: { sort: 'name', isDescending: false },
  '-name': { sort: 'name', isDescending: true },
  created: { sort: 'created', isDescending: false },
  '-created': { sort: 'created', isDescending: true },
  changed: { sort: 'changed', isDescending: false },
  '-changed': { sort: 'changed', isDescending: true },
  '-p95': { sort: 'slowness', isDescending: false },
  p95: { sort: 'quickness', isDescending: false },
  '-uptime24h': { sort: 'bestDay', isDescending: false },
  '-uptime30d': { sort: 'bestMonth', isDescending: false },
  uptime24h: { sort: 'uptimeDay', isDescending: false },
  uptime30d: { sort: 'uptimeMonth', isDescending: false },
}

/** A page of the list, and how many monitors of the workspace have each status. */
export async function listPage(
  { sql, clock }: Pick<ApiDeps, 'sql' | 'clock'>,
  workspaceId: WorkspaceId,
  { cursor, sort, from, recent, ...page }: PageAsked,
): Promise<MonitorPage> {
  const after = decodeCursor(cursor, cursorSchema)
  if (after && (after.sort !== sort || after.from !== from))
    throw new AppError('invalid_parameter', 'cursor: of a list in another order; it goes on in its own alone')
  const order = orders[sort]
  // The end of a list is the beginning of the same one turned round.
  const isDescending = order.isDescending !== (from === 'end')
  const listing = await listMonitors(sql, workspaceId, { ...page, ...order, isDescending, cursor: after })
  const found = from === 'end' ? listing.items.toReversed() : listing.items
  const items = await toMonitorsJson({ sql, clock }, found, recent)
  const counts = await countByStatus(sql, workspaceId)
  return { items, nextCursor: encodeCursor(listing.next && { ...listing.next, sort, from }), counts }
}

async function countByStatus(sql: Sql, workspaceId: WorkspaceId): Promise<MonitorCounts> {
  const counted = await countMonitors(sql, workspaceId)
  const counts = { up: 0, degraded: 0, down: 0, unknown: 0, maintenance: 0, paused: 0, ...Object.fromEntries(counted) }
  return { total: [...counted.values()].reduce((sum, count) => sum + count, 0), ...counts }
}
