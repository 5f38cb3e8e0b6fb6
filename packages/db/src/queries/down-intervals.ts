import { type MonitorId, parseMonitorId, type WorkspaceId } from '@repo/domain/ids'
import { type SQL, sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'

/** A stretch of time in which a monitor was down. */
export interface DownInterval {
  readonly monitorId: MonitorId
  readonly monitorName: string
  readonly beganAtMs: number
  /** Null while it lasts. */
  readonly endedAtMs: number | null
}

export interface DownCursor {
  readonly beganAtMs: number
  readonly monitorId: string
}

export interface DownPage {
  readonly items: readonly DownInterval[]
  readonly next: DownCursor | null
}

export interface DownAsked {
  readonly limit: number
  readonly cursor?: DownCursor | undefined
  readonly monitorId?: MonitorId | undefined
  /** Only those that last, or only those that are over. */
  readonly isOpen?: boolean | undefined
}

/** When monitors of a workspace were down, newest first. */
export async function listDownIntervals(sql: Sql, workspaceId: WorkspaceId, asked: DownAsked): Promise<DownPage> {
  const conditions = [text`m.workspace_id = ${workspaceId}`, text`s.status = 'down'`, ...conditionsOf(asked)]
  const { rows } = await sql.execute<
    Omit<DownInterval, 'monitorId'> & { monitorId: string } & Record<string, unknown>
  >(text`
    select m.id as "monitorId", m.name as "monitorName", ${msOf('s.began_at')} as "beganAtMs", ${msOf('s.ended_at')} as "endedAtMs"
    from state_interval s join monitor m using (monitor_key)
    where ${text.join(conditions, text` and `)}
    order by s.began_at desc, m.id desc limit ${asked.limit + 1}`)
  const items = rows.slice(0, asked.limit).map((row) => ({ ...row, monitorId: parseMonitorId(row.monitorId) }))
  const last = items.at(-1)
  return { items, next: rows.length > asked.limit && last ? cursorOf(last) : null }
}

function conditionsOf({ cursor, monitorId, isOpen }: DownAsked): SQL[] {
  const found: SQL[] = []
  if (monitorId !== undefined) found.push(text`m.id = ${monitorId}`)
  if (isOpen !== undefined) found.push(isOpen ? text`s.ended_at is null` : text`s.ended_at is not null`)
  if (cursor) found.push(text`(s.began_at, m.id) < (${instant(cursor.beganAtMs)}, ${cursor.monitorId}::uuid)`)
  return found
}

function cursorOf({ beganAtMs, monitorId }: DownInterval): DownCursor {
  return { beganAtMs, monitorId }
}
