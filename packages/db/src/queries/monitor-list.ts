import type { WorkspaceId } from '@repo/domain/ids'
import { searchedWords } from '@repo/domain/monitor-search'
import type { Status } from '@repo/domain/status'
import { eq, type SQL, sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant } from '../instant.ts'
import { monitor, monitorState } from '../schema.ts'
import { type MonitorFigures, storedPercent } from './monitor-figures.ts'
import { type StoredMonitor, shownStatus } from './monitors.ts'
import { readMonitors } from './read-monitors.ts'

/**
 * `status` is the worst first, then by name. `slowness` and the uptimes are by the figures that are kept, the worst first,
 * `quickness` and the best uptimes the best first; those of which nothing is known stand last, then by name.
 */
export const monitorSorts = [
  ...(['status', 'name', 'created', 'changed'] as const),
  ...(['slowness', 'uptimeDay', 'uptimeMonth', 'quickness', 'bestDay', 'bestMonth'] as const),
] as const
export type MonitorSort = (typeof monitorSorts)[number]

export interface MonitorOrder {
  readonly sort?: MonitorSort | undefined
  readonly isDescending?: boolean | undefined
}

/**
 * Where a page ended: its last row. The name is as stored: only the database knows how it lowers letters. It goes on in the
 * same order alone.
 */
export interface MonitorCursor {
  readonly rank: number
  readonly name: string
  readonly id: string
  /** When it was created or changed, where that is what the order goes by. */
  readonly atMs?: number | undefined
  /** By which figure it has its place, where the order goes by one. */
  readonly figure?: number | undefined
}

export interface MonitorFilter {
  readonly status?: Status | undefined
  readonly text?: string | undefined
  readonly tag?: string | undefined
  /** The kind of its specification. */
  readonly kind?: string | undefined
}

export interface MonitorListing {
  readonly items: readonly StoredMonitor[]
  readonly next: MonitorCursor | null
}

export type MonitorPageAsked = MonitorFilter & MonitorOrder & { cursor?: MonitorCursor | undefined; limit: number }

/** Monitors of a workspace; `limit` rows after the cursor. */
export async function listMonitors(
  sql: Sql,
  workspaceId: WorkspaceId,
  page: MonitorPageAsked,
): Promise<MonitorListing> {
  const { sort = 'status', limit } = page
  const found = await readMonitors(sql, pageOf(workspaceId, page))
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, next: found.length > limit && last ? cursorOf(last, sort) : null }
}

/** Each table knows its workspace: the one has the order's index, the others have the rest of the rows. */
function pageOf(workspaceId: WorkspaceId, page: MonitorPageAsked): { where: SQL; rest: SQL } {
  const { table, columns, valuesOf } = orders[page.sort ?? 'status']
  const { cursor, isDescending = false, limit } = page
  const order = text.join(
    columns.map((column) => (isDescending ? text`${column} desc` : column)),
    text`, `,
  )
  const own = text`${text.raw(table)}.workspace_id = ${workspaceId}`
  const after = text.raw(isDescending ? '<' : '>')
  const later = cursor
    ? text`(${text.join([...columns], text`, `)}) ${after} (${text.join(valuesOf(cursor), text`, `)})`
    : text`true`
  const conditions = conditionsOf(page)
  const ofTable = conditions.filter((condition) => condition.table === table).map(({ sql }) => sql)
  const ofOther = conditions.filter((condition) => condition.table !== table).map(({ sql }) => sql)
  const here = text.join([own, later, ...ofTable], text` and `)
  const rest = text`order by ${order} limit ${limit + 1}`
  if (ofOther.length > 0)
    return { where: text.join([here, otherOwn(table, workspaceId), ...ofOther], text` and `), rest }
  // The page first, and then what belongs to it: that two tables name the workspace looks to the planner as if hardly a row
  // of the one met one of the other, and it would read the whole workspace in search of a page.
  const keys = text`select ${text.raw(table)}.monitor_key from ${text.raw(table)} where ${here} ${rest}`
  return { where: text`monitor.monitor_key = any(array(${keys})) and ${otherOwn(table, workspaceId)}`, rest }
}

function otherOwn(table: Order['table'], workspaceId: WorkspaceId): SQL {
  const other = table === 'monitor' ? text`monitor_state` : text`monitor`
  return text`${other}.workspace_id = ${workspaceId}`
}

interface Order {
  /** Of which all its columns are. */
  readonly table: 'monitor' | 'monitor_state' | 'monitor_figures'
  readonly columns: readonly SQL[]
  valuesOf(cursor: MonitorCursor): SQL[]
}

const id = text`${monitorState.id}`
const nameKey = text`${monitorState.nameKey}`

function byFigure(column: string): Order {
  return {
    table: 'monitor_figures',
    columns: [column, 'name_key', 'id'].map((name) => text.raw(`monitor_figures.${name}`)),
    valuesOf: (cursor) => [
      text`${cursor.figure ?? 0}::integer`,
      text`lower(${cursor.name}::text)`,
      text`${cursor.id}::uuid`,
    ],
  }
}

const orders: Record<MonitorSort, Order> = {
  slowness: byFigure('p95_order'),
  uptimeDay: byFigure('day_order'),
  uptimeMonth: byFigure('month_order'),
  quickness: byFigure('quickness_order'),
  bestDay: byFigure('best_day_order'),
  bestMonth: byFigure('best_month_order'),
  status: {
    table: 'monitor_state',
    columns: [text`${monitorState.rank}`, nameKey, id],
    valuesOf: (cursor) => [text`${cursor.rank}::smallint`, text`lower(${cursor.name}::text)`, text`${cursor.id}::uuid`],
  },
  name: {
    table: 'monitor_state',
    columns: [nameKey, id],
    valuesOf: (cursor) => [text`lower(${cursor.name}::text)`, text`${cursor.id}::uuid`],
  },
  created: {
    table: 'monitor',
    columns: [text`${monitor.createdAt}`, text`${monitor.id}`],
    valuesOf: (cursor) => [instant(cursor.atMs ?? 0), text`${cursor.id}::uuid`],
  },
  changed: {
    table: 'monitor',
    columns: [text`${monitor.updatedAt}`, text`${monitor.id}`],
    valuesOf: (cursor) => [instant(cursor.atMs ?? 0), text`${cursor.id}::uuid`],
  },
}

/** As `monitor_state.rank` says them: what people look for first stands first. */
const ranks: readonly Status[] = ['down', 'degraded', 'unknown', 'maintenance', 'up', 'paused']

/** How many monitors of a workspace have each status, as it is shown. */
export async function countMonitors(sql: Sql, workspaceId: WorkspaceId): Promise<Map<Status, number>> {
  const rows = await sql
    .select({ rank: monitorState.rank, count: text<number>`count(*)::integer` })
    .from(monitorState)
    .where(eq(monitorState.workspaceId, workspaceId))
    .groupBy(monitorState.rank)
  return new Map(rows.map(({ rank, count }) => [statusOf(rank), count]))
}

function statusOf(rank: number): Status {
  const status = ranks[rank]
  if (!status) throw new Error(`the database holds a rank we could not have written: ${rank}`)
  return status
}

/** How many checks the monitors of a workspace that are not paused ask for, from all their regions together. */
export async function countChecksPerMinute(sql: Sql, workspaceId: WorkspaceId): Promise<number> {
  const { rows } = await sql.execute<{ count: number }>(text`
    select coalesce(sum(cardinality(regions) * 60000.0 / interval_ms), 0)::float8 as count
    from monitor where workspace_id = ${workspaceId} and paused_at is null`)
  return rows[0]?.count ?? 0
}

/** The tags that monitors of a workspace have, and how many have each. */
export async function listTags(sql: Sql, workspaceId: WorkspaceId): Promise<{ tag: string; count: number }[]> {
  const { rows } = await sql.execute<{ tag: string; count: number }>(text`
    select tag, count(*)::integer as count from monitor, unnest(tags) tag where workspace_id = ${workspaceId} group by tag order by tag`)
  return rows
}

interface Condition {
  readonly table: Order['table'] | 'both'
  readonly sql: SQL
}

function conditionsOf({ status, tag, kind, text: wanted }: MonitorFilter): Condition[] {
  const found: Condition[] = []
  if (status)
    found.push({ table: 'monitor_state', sql: text`${monitorState.rank} = ${ranks.indexOf(status)}::smallint` })
  if (tag !== undefined) found.push({ table: 'monitor', sql: text`${tag} = any(${monitor.tags})` })
  if (kind !== undefined) found.push({ table: 'monitor', sql: text`${monitor.spec}->>'kind' = ${kind}` })
  for (const word of searchedWords(wanted ?? '')) found.push({ table: 'both', sql: hasWord(word) })
  return found
}

function hasWord(word: string): SQL {
  const start = `${word.replaceAll(/[\\%_]/g, '\\$&')}%`
  const part = `%${start}`
  // With an id nobody begins who does not mean one.
  const byId = /^[0-9a-f-]{4,36}$/i.test(word) ? text` or ${monitor.id}::text like lower(${start})` : text``
  return text`(${nameKey} like lower(${part}) or lower(${monitor.target}) like lower(${part})
    or lower(array_to_string(${monitor.tags}, ' ')) like lower(${part})${byId})`
}

function cursorOf(monitor: StoredMonitor, sort: MonitorSort): MonitorCursor {
  const { id, name } = monitor
  const rank = ranks.indexOf(shownStatus(monitor))
  const atMs = { created: monitor.createdAtMs, changed: monitor.updatedAtMs }[sort as string]
  const figure = figureOf(monitor.figures, sort)
  return { rank, name, id, ...(atMs !== undefined && { atMs }), ...(figure !== undefined && { figure }) }
}

/** As the columns of `monitor_figures` that an order goes by are made. */
function figureOf({ uptimePercent24h, uptimePercent30d, p95Us }: MonitorFigures, sort: MonitorSort) {
  switch (sort) {
    case 'slowness':
      return p95Us === null ? 1 : -p95Us
    case 'quickness':
      return p95Us ?? unknownP95
    case 'uptimeDay':
      return storedPercent(uptimePercent24h) ?? unknownUptime
    case 'uptimeMonth':
      return storedPercent(uptimePercent30d) ?? unknownUptime
    case 'bestDay':
      return bestFirst(storedPercent(uptimePercent24h))
    case 'bestMonth':
      return bestFirst(storedPercent(uptimePercent30d))
    default:
      return undefined
  }
}

const bestFirst = (percent: number | null) => (percent === null ? 1 : -percent)
const unknownUptime = 100_001
const unknownP95 = 2_147_483_647
