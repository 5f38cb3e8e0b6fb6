import type { HeartbeatStand, Run } from '@repo/domain/heartbeat'
import { type MonitorId, parseMonitorId, type WorkspaceId } from '@repo/domain/ids'
import { type SQL, sql as text } from 'drizzle-orm'
import { numbers, texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'

/** By what a job says who it is: the hash finds it, and the sealed token is shown to those who may see it. */
export interface HeartbeatToken {
  readonly tokenHash: Uint8Array
  readonly token: string
}

export interface NewHeartbeat extends HeartbeatToken {
  readonly id: MonitorId
  readonly workspaceId: WorkspaceId
}

/** Gives monitors that were just created what they are pinged by. */
export async function insertHeartbeats(sql: Sql, created: readonly NewHeartbeat[]): Promise<void> {
  if (created.length === 0) return
  await sql.execute(text`
    insert into heartbeat (monitor_key, workspace_id, token_hash, token)
    select m.monitor_key, m.workspace_id, decode(n.token_hash, 'hex'), n.token
    from unnest(
      ${texts(created, ({ id }) => id)}::uuid[], ${texts(created, ({ tokenHash }) => hexOf(tokenHash))}::text[],
      ${texts(created, ({ token }) => token)}::text[]
    ) as n (id, token_hash, token)
    join monitor m on m.id = n.id`)
}

/** From now on it is pinged by this, and no longer by what was. @returns whether there is such a heartbeat. */
export async function replaceToken(
  sql: Sql,
  { workspaceId, monitorKey, tokenHash, token }: HeartbeatToken & { workspaceId: WorkspaceId; monitorKey: number },
): Promise<boolean> {
  const { rowCount } = await sql.execute(text`
    update heartbeat set token_hash = decode(${hexOf(tokenHash)}, 'hex'), token = ${token}
    where workspace_id = ${workspaceId} and monitor_key = ${monitorKey}`)
  return rowCount === 1
}

/** What is known of a job, without what its monitor says of it. */
export interface StoredHeartbeat extends Omit<HeartbeatStand, 'scheduleFromMs'> {
  readonly token: string
  /** How many pings came. */
  readonly pings: number
  readonly lastPingAtMs: number | null
}

export async function findHeartbeat(
  sql: Sql,
  { workspaceId, monitorKey }: { workspaceId: WorkspaceId; monitorKey: number },
): Promise<StoredHeartbeat | undefined> {
  const { rows } = await sql.execute<StandRow & { token: string } & Record<string, unknown>>(text`
    select token, ${standColumns} from heartbeat h where workspace_id = ${workspaceId} and monitor_key = ${monitorKey}`)
  const [row] = rows
  if (!row) return undefined
  return { token: row.token, pings: row.pings, lastPingAtMs: row.last_ping_ms, ...toStand(row) }
}

/** A job with its monitor, held until the transaction ends. */
export interface LockedHeartbeat {
  readonly monitorKey: number
  readonly id: MonitorId
  /** Hexadecimal. */
  readonly tokenHash: string
  /** As stored: whoever uses it parses it. */
  readonly specText: string
  readonly isPaused: boolean
  readonly pings: number
  readonly lastPingAtMs: number | null
  readonly stand: HeartbeatStand
}

/** Those of these hashes of tokens but of workspaces that are deleted, in the order of their keys, so that two writers never wait for each other. */
export function lockHeartbeats(sql: Sql, tokenHashes: readonly string[]): Promise<LockedHeartbeat[]> {
  const hashes = text`array(select decode(hash, 'hex') from unnest(${texts(tokenHashes, String)}::text[]) hash)`
  const isThere = text`not exists (select from workspace w where w.id = h.workspace_id and w.deleted_at is not null)`
  return lockWhere(sql, text`h.token_hash = any(${hashes}) and ${isThere} order by h.monitor_key for update of h`)
}

/** Those that somebody has to look at by now, as far as nobody else is looking at them. */
export function lockSilent(sql: Sql, { nowMs, limit }: { nowMs: number; limit: number }): Promise<LockedHeartbeat[]> {
  return lockWhere(
    sql,
    text`h.look_at <= ${instant(nowMs)} order by h.look_at limit ${limit} for update of h skip locked`,
  )
}

async function lockWhere(sql: Sql, which: SQL): Promise<LockedHeartbeat[]> {
  const { rows } = await sql.execute<LockedRow & Record<string, unknown>>(text`
    select h.monitor_key, m.id, encode(h.token_hash, 'hex') as token_hash, m.spec::text as spec, m.paused_at is not null as paused,
      ${msOf('m.schedule_from')} as schedule_from_ms, ${standColumns}
    from heartbeat h join monitor m using (monitor_key)
    where ${which}`)
  return rows.map((row) => ({
    monitorKey: row.monitor_key,
    id: parseMonitorId(row.id),
    tokenHash: row.token_hash,
    specText: row.spec,
    isPaused: row.paused,
    pings: row.pings,
    lastPingAtMs: row.last_ping_ms,
    stand: { scheduleFromMs: row.schedule_from_ms, ...toStand(row) },
  }))
}

const standColumns = text`h.pings::float8 as pings, ${msOf('h.last_ping_at')} as last_ping_ms,
  ${msOf('h.last_finished_at')} as last_finished_ms, ${msOf('h.missed_at')} as missed_ms, h.runs`

interface StandRow {
  pings: number
  last_ping_ms: number | null
  last_finished_ms: number | null
  missed_ms: number | null
  runs: Run[]
}

interface LockedRow extends StandRow {
  monitor_key: number
  id: string
  token_hash: string
  spec: string
  paused: boolean
  schedule_from_ms: number
}

function toStand({ last_finished_ms, missed_ms, runs }: StandRow): Omit<HeartbeatStand, 'scheduleFromMs'> {
  return { lastFinishedMs: last_finished_ms, missedMs: missed_ms, runs }
}

/** What is known of a job after pings. */
export interface PingedHeartbeat {
  readonly monitorKey: number
  readonly pings: number
  readonly lastPingAtMs: number
  readonly stand: HeartbeatStand
  /** By when somebody has to look whether it is silent; null where nothing is waited for. */
  readonly dueMs: number | null
}

export async function savePinged(sql: Sql, pinged: readonly PingedHeartbeat[]): Promise<void> {
  if (pinged.length === 0) return
  await sql.execute(text`
    update heartbeat h set pings = p.pings, last_ping_at = to_timestamp(p.last_ping_ms / 1000),
      last_finished_at = to_timestamp(p.last_finished_ms / 1000), runs = p.runs::jsonb,
      -- Who looks too early puts it off: most pings then leave the index as it is.
      look_at = least(h.look_at, to_timestamp(p.due_ms / 1000))
    from unnest(
      ${numbers(pinged, ({ monitorKey }) => monitorKey)}::integer[], ${numbers(pinged, ({ pings }) => pings)}::bigint[],
      ${numbers(pinged, ({ lastPingAtMs }) => lastPingAtMs)}::float8[],
      ${numbers(pinged, ({ stand }) => stand.lastFinishedMs)}::float8[],
      ${texts(pinged, ({ stand }) => JSON.stringify(stand.runs))}::text[], ${numbers(pinged, ({ dueMs }) => dueMs)}::float8[]
    ) as p (monitor_key, pings, last_ping_ms, last_finished_ms, runs, due_ms)
    where h.monitor_key = p.monitor_key`)
}

/** What is known of a job after somebody looked whether it is silent. */
export interface LookedAtHeartbeat {
  readonly monitorKey: number
  readonly stand: HeartbeatStand
  readonly lookAtMs: number | null
}

export async function saveLookedAt(sql: Sql, looked: readonly LookedAtHeartbeat[]): Promise<void> {
  if (looked.length === 0) return
  await sql.execute(text`
    update heartbeat h set missed_at = to_timestamp(l.missed_ms / 1000), runs = l.runs::jsonb, look_at = to_timestamp(l.look_ms / 1000)
    from unnest(
      ${numbers(looked, ({ monitorKey }) => monitorKey)}::integer[], ${numbers(looked, ({ stand }) => stand.missedMs)}::float8[],
      ${texts(looked, ({ stand }) => JSON.stringify(stand.runs))}::text[], ${numbers(looked, ({ lookAtMs }) => lookAtMs)}::float8[]
    ) as l (monitor_key, missed_ms, runs, look_ms)
    where h.monitor_key = l.monitor_key`)
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
