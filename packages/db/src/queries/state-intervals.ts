import type { Status } from '@repo/domain/status'
import { type SQL, sql as text } from 'drizzle-orm'
import { numbers, texts } from '../columns.ts'
import type { Sql } from '../database.ts'

export interface StateChange {
  readonly monitorKey: number
  readonly status: Status
  readonly beganAtMs: number
}

/** Begins the history of monitors; from then on it has no gaps. */
export async function beginIntervals(sql: Sql, begun: readonly StateChange[]): Promise<void> {
  await sql.execute(text`
    insert into state_interval (monitor_key, began_at, status)
    select monitor_key, to_timestamp(began_ms / 1000), status
    from unnest(
      ${numbers(begun, (one) => one.monitorKey)}::integer[], ${numbers(begun, (one) => one.beganAtMs)}::float8[],
      ${texts(begun, (one) => one.status)}::text[]
    ) as b (monitor_key, began_ms, status)`)
}

/**
 * Ends what is said of each monitor and begins the next, at one instant, at most one change a monitor. What began before the
 * open interval did takes that one's place: the past before it was told and stays. Under maintenance it is said beneath, and
 * only a pause shows. Whoever calls holds the states of the monitors.
 */
export async function changeIntervals(sql: Sql, changes: readonly StateChange[]): Promise<void> {
  if (changes.length === 0) return
  const maintained = await findMaintained(sql, changes)
  if (maintained.size === 0) return changeShown(sql, changes)
  await changeBeneath(
    sql,
    changes.filter(({ monitorKey }) => maintained.has(monitorKey)),
  )
  await changeShown(
    sql,
    changes.map((change) =>
      maintained.has(change.monitorKey) && change.status !== 'paused' ? { ...change, status: 'maintenance' } : change,
    ),
  )
}

async function findMaintained(sql: Sql, changes: readonly StateChange[]): Promise<Set<number>> {
  const { rows } = await sql.execute<{ monitor_key: number }>(text`
    select monitor_key from monitor_state
    where monitor_key = any(${numbers(changes, (change) => change.monitorKey)}::integer[]) and maintenance_since is not null`)
  return new Set(rows.map((row) => row.monitor_key))
}

function changedOf(changes: readonly StateChange[]): SQL {
  return text`unnest(
      ${numbers(changes, (change) => change.monitorKey)}::integer[], ${texts(changes, (change) => change.status)}::text[],
      ${numbers(changes, (change) => change.beganAtMs)}::float8[]
    ) as c (monitor_key, status, began_ms)`
}

async function changeShown(sql: Sql, changes: readonly StateChange[]): Promise<void> {
  const changed = changedOf(changes)
  await sql.execute(text`
    update state_interval s
    set status = case when s.began_at >= to_timestamp(c.began_ms / 1000) then c.status else s.status end,
      ended_at = case when s.began_at >= to_timestamp(c.began_ms / 1000) then null else to_timestamp(c.began_ms / 1000) end
    from ${changed}
    where s.monitor_key = c.monitor_key and s.ended_at is null and s.status <> c.status`)
  await sql.execute(text`
    insert into state_interval (monitor_key, began_at, status)
    select s.monitor_key, s.ended_at, c.status
    from ${changed} join state_interval s on s.monitor_key = c.monitor_key and s.ended_at = to_timestamp(c.began_ms / 1000)
    where not exists (select from state_interval o where o.monitor_key = c.monitor_key and o.ended_at is null)`)
}

async function changeBeneath(sql: Sql, changes: readonly StateChange[]): Promise<void> {
  await sql.execute(text`
    insert into state_beneath (monitor_key, began_at, status)
    select c.monitor_key, greatest(b.began_at, to_timestamp(c.began_ms / 1000)), c.status
    from ${changedOf(changes)} cross join lateral (
      select began_at, status from state_beneath where monitor_key = c.monitor_key order by began_at desc limit 1
    ) b
    where b.status <> c.status
    on conflict (monitor_key, began_at) do update set status = excluded.status`)
}
