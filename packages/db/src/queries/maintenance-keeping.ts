import { type MonitorId, parseMonitorId, parseWorkspaceId, type WorkspaceId } from '@repo/domain/ids'
import type { History, Maintained, Piece } from '@repo/domain/maintenance-history'
import type { Status } from '@repo/domain/status'
import type { VerdictStatus } from '@repo/domain/verdict'
import { sql as text } from 'drizzle-orm'
import { numbers, texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { exactMsOf, instant, msOf } from '../instant.ts'

/** What keeps maintenance of all workspaces: how far it is, whom a window is of, and their histories. */

/** Until when it was kept; from now on where that was never. */
export async function beginKeeping(sql: Sql, nowMs: number): Promise<number> {
  await sql.execute(text`
    insert into maintenance_progress (through) values (${instant(nowMs)}) on conflict (only_row) do nothing`)
  const { rows } = await sql.execute<{ through_ms: number }>(text`
    select ${exactMsOf('through')} as through_ms from maintenance_progress`)
  return rows[0]?.through_ms ?? nowMs
}

/** It only ever goes on: whoever comes later with less has been overtaken. */
export async function saveKept(sql: Sql, throughMs: number): Promise<void> {
  await sql.execute(text`update maintenance_progress set through = greatest(through, ${instant(throughMs)})`)
}

/** A window as it is kept: `schedule` is as stored, whoever uses it parses it. */
export interface KeptWindow {
  readonly id: string
  readonly version: number
  readonly schedule: unknown
  readonly effectiveFromMs: number
}

export async function listKeptWindows(sql: Sql): Promise<KeptWindow[]> {
  const { rows } = await sql.execute<KeptWindow & Record<string, unknown>>(text`
    select id, version, schedule, ${exactMsOf('effective_from')} as "effectiveFromMs" from maintenance_window`)
  return rows
}

export interface Covered {
  readonly windowId: string
  readonly monitorKey: number
  /** When the monitor was last changed by a person: it may have come under the window then. */
  readonly changedAtMs: number
}

/** The monitors that these windows are of; one that is of several windows comes several times. */
export async function listCovered(sql: Sql, windowIds: readonly string[]): Promise<Covered[]> {
  if (windowIds.length === 0) return []
  const { rows } = await sql.execute<Covered & Record<string, unknown>>(text`
    select w.id as "windowId", m.monitor_key as "monitorKey", ${exactMsOf('m.updated_at')} as "changedAtMs"
    from maintenance_window w join monitor m on m.workspace_id = w.workspace_id and (w.applies_to = 'all'
      or (w.applies_to = 'tags' and m.tags && w.tags)
      or (w.applies_to = 'monitors' and exists (
        select from maintenance_monitor l where l.window_id = w.id and l.monitor_key = m.monitor_key)))
    where w.id = any(${texts(windowIds, String)}::uuid[])`)
  return rows
}

/** The keys of all monitors under maintenance, and until when each is. */
export async function listMaintained(sql: Sql): Promise<Map<number, number>> {
  const { rows } = await sql.execute<{ monitorKey: number; untilMs: number }>(text`
    select monitor_key as "monitorKey", ${exactMsOf('maintenance_until')} as "untilMs"
    from monitor_state where maintenance_since is not null`)
  return new Map(rows.map(({ monitorKey, untilMs }) => [monitorKey, untilMs]))
}

export interface KeptMonitor {
  readonly monitorKey: number
  readonly id: MonitorId
  readonly workspaceId: WorkspaceId
  readonly paused: boolean
  readonly status: VerdictStatus
  readonly sinceMs: number | null
  readonly causeMessage: string | null
  readonly history: History
}

/** Each monitor before its state, in the order of their keys, as whoever reaches verdicts does. Histories begin with what was said just before `from`. */
export async function lockHistories(
  sql: Sql,
  asked: readonly { readonly monitorKey: number; readonly fromMs: number }[],
): Promise<KeptMonitor[]> {
  const keys = numbers(asked, ({ monitorKey }) => monitorKey)
  const { rows } = await sql.execute<LockedRow & Record<string, unknown>>(text`
    select m.monitor_key, m.id, m.workspace_id, m.paused_at is not null as paused, s.status, s.cause_message, ${msOf('s.since')} as since_ms,
      ${exactMsOf('s.maintenance_since')} as maintained_since_ms, ${exactMsOf('s.maintenance_until')} as maintained_until_ms
    from monitor m join monitor_state s using (monitor_key)
    where m.monitor_key = any(${keys}::integer[])
    order by m.monitor_key for key share of m for update of s`)
  const shown = await findShown(sql, asked)
  const beneath = await findBeneath(sql, asked)
  return rows.map((row) => ({
    monitorKey: row.monitor_key,
    id: parseMonitorId(row.id),
    workspaceId: parseWorkspaceId(row.workspace_id),
    paused: row.paused,
    status: row.status,
    sinceMs: row.since_ms,
    causeMessage: row.cause_message,
    history: {
      shown: shown.get(row.monitor_key) ?? [],
      beneath: beneath.get(row.monitor_key) ?? [],
      maintained: maintainedOf(row),
    },
  }))
}

interface LockedRow {
  monitor_key: number
  id: string
  workspace_id: string
  paused: boolean
  status: VerdictStatus
  cause_message: string | null
  since_ms: number | null
  maintained_since_ms: number | null
  maintained_until_ms: number | null
}

function maintainedOf({ maintained_since_ms: sinceMs, maintained_until_ms: untilMs }: LockedRow): Maintained | null {
  return sinceMs !== null && untilMs !== null ? { sinceMs, untilMs } : null
}

interface PieceRow {
  monitor_key: number
  status: Status
  began_ms: number
}

async function findShown(
  sql: Sql,
  asked: readonly { readonly monitorKey: number; readonly fromMs: number }[],
): Promise<Map<number, Piece[]>> {
  const { rows } = await sql.execute<PieceRow & Record<string, unknown>>(text`
    select s.monitor_key, s.status, ${exactMsOf('s.began_at')} as began_ms
    from unnest(${numbers(asked, ({ monitorKey }) => monitorKey)}::integer[], ${numbers(asked, ({ fromMs }) => fromMs)}::float8[])
      as a (monitor_key, from_ms)
    join state_interval s on s.monitor_key = a.monitor_key and (s.ended_at is null or s.ended_at >= to_timestamp(a.from_ms / 1000))
    order by s.monitor_key, s.began_at`)
  return piecesByMonitor(rows)
}

async function findBeneath(sql: Sql, asked: readonly { readonly monitorKey: number }[]): Promise<Map<number, Piece[]>> {
  const { rows } = await sql.execute<PieceRow & Record<string, unknown>>(text`
    select monitor_key, status, ${exactMsOf('began_at')} as began_ms from state_beneath
    where monitor_key = any(${numbers(asked, ({ monitorKey }) => monitorKey)}::integer[]) order by monitor_key, began_at`)
  return piecesByMonitor(rows)
}

function piecesByMonitor(rows: readonly PieceRow[]): Map<number, Piece[]> {
  const byMonitor = new Map<number, Piece[]>()
  for (const { monitor_key: key, status, began_ms: beganAtMs } of rows) {
    const pieces = byMonitor.get(key)
    if (pieces) pieces.push({ status, beganAtMs })
    else byMonitor.set(key, [{ status, beganAtMs }])
  }
  return byMonitor
}

export interface NewHistory {
  readonly monitorKey: number
  readonly history: History
}

/** Puts histories in the place of those that were locked: what was said before they begin stays. */
export async function saveHistories(sql: Sql, kept: readonly NewHistory[]): Promise<void> {
  if (kept.length === 0) return
  const keys = numbers(kept, ({ monitorKey }) => monitorKey)
  await sql.execute(text`
    delete from state_interval s using unnest(${keys}::integer[], ${numbers(kept, ({ history }) => history.shown[0]?.beganAtMs ?? null)}::float8[])
      as k (monitor_key, from_ms)
    where s.monitor_key = k.monitor_key and s.began_at >= to_timestamp(k.from_ms / 1000)`)
  const shown = kept.flatMap(({ monitorKey, history }) =>
    history.shown.map((piece, place) => ({
      monitorKey,
      ...piece,
      endedAtMs: history.shown[place + 1]?.beganAtMs ?? null,
    })),
  )
  await sql.execute(text`
    insert into state_interval (monitor_key, status, began_at, ended_at)
    select monitor_key, status, to_timestamp(began_ms / 1000), to_timestamp(ended_ms / 1000)
    from unnest(${numbers(shown, (one) => one.monitorKey)}::integer[], ${texts(shown, (one) => one.status)}::text[],
      ${numbers(shown, (one) => one.beganAtMs)}::float8[], ${numbers(shown, (one) => one.endedAtMs)}::float8[]
    ) as i (monitor_key, status, began_ms, ended_ms)`)
  await sql.execute(text`delete from state_beneath where monitor_key = any(${keys}::integer[])`)
  const beneath = kept.flatMap(({ monitorKey, history }) => history.beneath.map((piece) => ({ monitorKey, ...piece })))
  await sql.execute(text`
    insert into state_beneath (monitor_key, status, began_at)
    select monitor_key, status, to_timestamp(began_ms / 1000)
    from unnest(${numbers(beneath, (one) => one.monitorKey)}::integer[], ${texts(beneath, (one) => one.status)}::text[],
      ${numbers(beneath, (one) => one.beganAtMs)}::float8[]) as b (monitor_key, status, began_ms)`)
  await sql.execute(text`
    update monitor_state s set maintenance_since = to_timestamp(k.since_ms / 1000), maintenance_until = to_timestamp(k.until_ms / 1000)
    from unnest(${keys}::integer[], ${numbers(kept, ({ history }) => history.maintained?.sinceMs ?? null)}::float8[],
      ${numbers(kept, ({ history }) => history.maintained?.untilMs ?? null)}::float8[]) as k (monitor_key, since_ms, until_ms)
    where s.monitor_key = k.monitor_key`)
}
