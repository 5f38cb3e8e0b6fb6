import {
  type MonitorId,
  parseMonitorId,
  parseUserId,
  parseWorkspaceId,
  type UserId,
  type WorkspaceId,
} from '@repo/domain/ids'
import { deletedWorkspaceDays } from '@repo/domain/limits'
import type { Role } from '@repo/domain/role'
import { type SQL, sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'
import { pauseMonitors, resumeMonitors } from './monitor-moves.ts'

/**
 * A workspace that is deleted is put aside until it can be brought back no more: it is nobody's, none of its monitors runs, none of
 * its pages is published, and nobody is told anything. Whoever works for all workspaces thus finds nothing to do there; that it stays
 * so is kept by triggers of the database.
 */

/** Until when it can be brought back, by the database's clock. */
const until = `deleted_at + make_interval(days => ${deletedWorkspaceDays})`
const untilAt = text.raw(until)

/** Who was in a workspace when it was deleted, and what was watched there. */
export interface DeletedWorkspace {
  readonly userIds: readonly UserId[]
  readonly ownerIds: readonly UserId[]
  readonly monitorIds: readonly MonitorId[]
  /** Unix time, in milliseconds: for so long it can be brought back. */
  readonly untilMs: number
}

/** Its people stay, and are in one workspace less. @returns undefined where there is none, or it is deleted already. */
export function deleteWorkspace(
  sql: Sql,
  workspaceId: WorkspaceId,
  nowMs: number,
): Promise<DeletedWorkspace | undefined> {
  return sql.transaction(async (tx) => {
    const { rows: members } = await tx.execute<{ user_id: string; role: Role }>(text`
      select user_id, role from membership where workspace_id = ${workspaceId} order by user_id for update`)
    await lockAllMonitors(tx, workspaceId)
    // From here on nothing comes into it; what came since goes with it.
    const { rowCount } = await tx.execute(text`
      select from workspace where id = ${workspaceId} and deleted_at is null for update`)
    if (!rowCount) return undefined
    const monitorIds = await quieten(tx, workspaceId, nowMs)
    await emptyOfPeople(tx, workspaceId)
    const { rows } = await tx.execute<{ untilMs: number }>(text`
      update workspace set deleted_at = now() where id = ${workspaceId} returning ${msOf(until)} as "untilMs"`)
    return {
      userIds: members.map((row) => parseUserId(row.user_id)),
      ownerIds: members.filter(({ role }) => role === 'owner').map((row) => parseUserId(row.user_id)),
      monitorIds,
      untilMs: rows[0]?.untilMs ?? 0,
    }
  })
}

/**
 * As whoever reaches verdicts does: each monitor before its state, in the order of their keys. And before the workspace, to
 * which whoever holds a monitor still adds what was done to it.
 */
async function lockAllMonitors(tx: Sql, workspaceId: WorkspaceId): Promise<void> {
  await tx.execute(text`
    select from monitor m join monitor_state s using (monitor_key)
    where m.workspace_id = ${workspaceId} order by m.monitor_key for update of m for update of s`)
}

/** Nothing runs, is published or told any more. @returns what was watched. */
async function quieten(tx: Sql, workspaceId: WorkspaceId, nowMs: number): Promise<MonitorId[]> {
  const { rows } = await tx.execute<{ id: string }>(text`select id from monitor where workspace_id = ${workspaceId}`)
  const ids = rows.map((row) => parseMonitorId(row.id))
  await tx.execute(text`
    update monitor set paused_by_deletion = true where workspace_id = ${workspaceId} and paused_at is null`)
  await pauseMonitors(tx, { workspaceId, ids }, nowMs)
  await tx.execute(text`
    update status_page set published = null, published_at = null, published_by = null, version = version + 1,
      published_before = jsonb_build_object('published', published, 'published_at', published_at, 'published_by', published_by)
    where workspace_id = ${workspaceId} and published is not null`)
  await tx.execute(text`delete from delivery where workspace_id = ${workspaceId} and state in ('waiting', 'sending')`)
  return ids
}

async function emptyOfPeople(tx: Sql, workspaceId: WorkspaceId): Promise<void> {
  await tx.execute(text`
    insert into former_membership (workspace_id, user_id, role, joined_at, digest, digest_token, views)
    select m.workspace_id, m.user_id, m.role, m.joined_at, m.digest, m.digest_token, coalesce((
      select jsonb_agg(to_jsonb(v) order by v.id) from saved_view v where v.workspace_id = m.workspace_id and v.user_id = m.user_id), '[]')
    from membership m where m.workspace_id = ${workspaceId}`)
  await tx.execute(text`delete from membership where workspace_id = ${workspaceId}`)
  await tx.execute(text`update session set workspace_id = null where workspace_id = ${workspaceId}`)
}

export interface ListedDeletedWorkspace {
  readonly id: WorkspaceId
  readonly name: string
  readonly monitors: number
  readonly deletedAtMs: number
  readonly untilMs: number
}

/** Those that a user owned and may bring back, the one deleted last first. */
export async function listDeletedWorkspaces(sql: Sql, userId: UserId): Promise<ListedDeletedWorkspace[]> {
  const { rows } = await sql.execute<
    Omit<ListedDeletedWorkspace, 'id'> & { id: string } & Record<string, unknown>
  >(text`
    select w.id, w.name, (select count(*)::integer from monitor m where m.workspace_id = w.id) as monitors,
      ${msOf('w.deleted_at')} as "deletedAtMs", ${msOf(until)} as "untilMs"
    from former_membership f join workspace w on w.id = f.workspace_id
    where f.user_id = ${userId} and f.role = 'owner' and ${untilAt} > clock_timestamp()
    order by w.deleted_at desc, w.id`)
  return rows.map((row) => ({ ...row, id: parseWorkspaceId(row.id) }))
}

/** What is there again. */
export interface RestoredWorkspace {
  readonly name: string
  readonly createdAtMs: number
  readonly userIds: readonly UserId[]
  readonly monitorIds: readonly MonitorId[]
}

interface Restoring {
  readonly workspaceId: WorkspaceId
  /** Who asks. */
  readonly ownerId: UserId
  readonly nowMs: number
}

/**
 * With everybody and everything that was in it. The monitors that ran go on as after a pause: of the time between nothing is known.
 *
 * @returns undefined where there is none that can be brought back still, and that they owned.
 */
export function restoreWorkspace(
  sql: Sql,
  { workspaceId, ownerId, nowMs }: Restoring,
): Promise<RestoredWorkspace | undefined> {
  return sql.transaction(async (tx) => {
    await tx.execute(text`select from workspace where id = ${workspaceId} and deleted_at is not null for update`)
    // By a clock read after the lock is had: whoever began to remove it has held it later than that.
    const { rows } = await tx.execute<{ name: string; createdAtMs: number }>(text`
      update workspace w set deleted_at = null
      where w.id = ${workspaceId} and ${untilAt} > clock_timestamp() and exists (
        select from former_membership f where f.workspace_id = w.id and f.user_id = ${ownerId} and f.role = 'owner')
      returning w.name, ${msOf('w.created_at')} as "createdAtMs"`)
    const restored = rows[0]
    if (!restored) return undefined
    const userIds = await bringPeopleBack(tx, workspaceId)
    return { ...restored, userIds, monitorIds: await goOn(tx, workspaceId, nowMs) }
  })
}

async function bringPeopleBack(tx: Sql, workspaceId: WorkspaceId): Promise<UserId[]> {
  const { rows } = await tx.execute<{ user_id: string }>(text`
    insert into membership (workspace_id, user_id, role, joined_at, digest, digest_token)
    select workspace_id, user_id, role, joined_at, digest, digest_token from former_membership where workspace_id = ${workspaceId}
    returning user_id`)
  await tx.execute(text`
    insert into saved_view (id, workspace_id, user_id, name, search, created_at)
    select v.id, v.workspace_id, v.user_id, v.name, v.search, v.created_at
    from former_membership f, jsonb_populate_recordset(null::saved_view, f.views) v where f.workspace_id = ${workspaceId}`)
  await tx.execute(text`delete from former_membership where workspace_id = ${workspaceId}`)
  return rows.map((row) => parseUserId(row.user_id))
}

/** @returns what is watched there, running or not. */
async function goOn(tx: Sql, workspaceId: WorkspaceId, nowMs: number): Promise<MonitorId[]> {
  const { rows } = await tx.execute<{ id: string; ran: boolean }>(text`
    select id, paused_by_deletion as ran from monitor where workspace_id = ${workspaceId}`)
  const ids = rows.filter(({ ran }) => ran).map((row) => parseMonitorId(row.id))
  await resumeMonitors(tx, { workspaceId, ids }, nowMs)
  await tx.execute(text`
    update monitor set paused_by_deletion = false where workspace_id = ${workspaceId} and paused_by_deletion`)
  // Nobody looked after its own name meanwhile: whether it is still theirs is asked anew, from now on.
  await tx.execute(text`
    update status_page set published = published_before -> 'published', published_by = published_before ->> 'published_by',
      published_at = (published_before ->> 'published_at')::timestamptz, published_before = null, version = version + 1
    where workspace_id = ${workspaceId} and published_before is not null`)
  await tx.execute(text`
    update status_page set domain_failing_since = ${instant(nowMs)}
    where workspace_id = ${workspaceId} and domain_failing_since is not null`)
  return rows.map((row) => parseMonitorId(row.id))
}

/** Those that cannot be brought back any more. Nobody who began to do so before is still at it when this is answered. */
export async function listOverdueWorkspaces(sql: Sql): Promise<WorkspaceId[]> {
  const { rows } = await sql.execute<{ id: string }>(text`
    select id from workspace where ${untilAt} <= clock_timestamp() order by deleted_at for update`)
  return rows.map((row) => parseWorkspaceId(row.id))
}

/** What may be large in a workspace, each before what it hangs on; the rest goes with the workspace. */
const largeTables = [
  'alert_link_use',
  'delivery_attempt',
  'delivery',
  'alert_story',
  'page_message',
  'page_subscriber',
  'page_sign_in',
  'page_incident_update',
  'digest',
  'audit_entry',
  'idempotency',
  'incident_entry',
  'incident',
] as const

/** The same, of tables that have rows of monitors. */
const largeTablesOfMonitors = [
  'evidence',
  'heartbeat_ping',
  'outbox',
  'state_interval',
  'state_beneath',
  'rollup_hour',
  'rollup_day',
] as const

/** Each of them has a few rows more, in tables of what is known of it now. */
const monitorsAtOnce = 100

/**
 * Removes a part of a workspace that cannot be brought back any more, at last the workspace itself: nothing of it is left then.
 *
 * @param rows So many at most of one table.
 * @returns whether there is more to be removed.
 */
export function removeOverdue(sql: Sql, workspaceId: WorkspaceId, rows: number): Promise<boolean> {
  return sql.transaction(async (tx) => {
    const { rowCount: overdue } = await tx.execute(text`
      select from workspace where id = ${workspaceId} and ${untilAt} <= clock_timestamp()`)
    if (!overdue) return false
    for (const name of largeTables) {
      const own = text`workspace_id = ${workspaceId}`
      if (await deleteSome(tx, name, { own, rows })) return true
    }
    const keys = await lockSomeMonitors(tx, workspaceId)
    const own = text`monitor_key = any(${text.param(keys)}::integer[])`
    for (const name of largeTablesOfMonitors) {
      if (await deleteSome(tx, name, { own, rows })) return true
    }
    await tx.execute(text`delete from monitor where ${own}`)
    if (keys.length > 0) return true
    await tx.execute(text`delete from workspace where id = ${workspaceId}`)
    return false
  })
}

async function lockSomeMonitors(tx: Sql, workspaceId: WorkspaceId): Promise<number[]> {
  const { rows } = await tx.execute<{ key: number }>(text`
    select m.monitor_key as key from monitor m join monitor_state s using (monitor_key)
    where m.workspace_id = ${workspaceId} order by m.monitor_key limit ${monitorsAtOnce} for update of m for update of s`)
  return rows.map(({ key }) => key)
}

async function deleteSome(tx: Sql, name: string, { own, rows }: { own: SQL; rows: number }): Promise<boolean> {
  const { rowCount } = await tx.execute(text`
    delete from ${text.identifier(name)} where ctid = any(array(select ctid from ${text.identifier(name)} where ${own} limit ${rows}))`)
  return (rowCount ?? 0) > 0
}
