import { parseMonitorId } from '@repo/domain/ids'
import { parseRegion, type Region } from '@repo/domain/region'
import type { SlotPlan, Stretch } from '@repo/domain/slot-account'
import { sql as text } from 'drizzle-orm'
import { numbers } from '../columns.ts'
import type { Sql } from '../database.ts'

/** Monitors whose slots are given up after the same time are accounted for together. */
export interface AccountClass {
  readonly intervalMs: number
  readonly timeoutMs: number
}

// A specification that cannot be read is never published, and has no slots.
const timeoutMs = text`case when jsonb_typeof(m.spec->'timeoutMs') = 'number' then least((m.spec->>'timeoutMs')::numeric, 30000)::integer else 10000 end`

// What tells of itself has none: it comes when it comes.
const hasSlots = text`not exists (select from heartbeat h where h.monitor_key = m.monitor_key)`

/** Every class that has monitors, with the instant through which it is accounted for, where that is known. */
export async function listAccountClasses(sql: Sql): Promise<(AccountClass & { throughMs: number | null })[]> {
  const { rows } = await sql.execute<{ interval_ms: number; timeout_ms: number; through_ms: number | null }>(text`
    select c.interval_ms, c.timeout_ms, (extract(epoch from a.through) * 1000)::float8 as through_ms
    from (select distinct m.interval_ms, ${timeoutMs} as timeout_ms from monitor m where m.unreadable_since is null and ${hasSlots}) c
    left join slot_account a on a.interval_ms = c.interval_ms and a.timeout_ms = c.timeout_ms`)
  return rows.map((row) => ({ intervalMs: row.interval_ms, timeoutMs: row.timeout_ms, throughMs: row.through_ms }))
}

export async function saveAccount(sql: Sql, { intervalMs, timeoutMs }: AccountClass, throughMs: number): Promise<void> {
  await sql.execute(text`
    insert into slot_account (interval_ms, timeout_ms, through)
    values (${intervalMs}, ${timeoutMs}, to_timestamp(${throughMs}::float8 / 1000))
    on conflict (interval_ms, timeout_ms) do update set through = excluded.through`)
}

export interface AccountedMonitor extends SlotPlan {
  readonly monitorKey: number
  readonly regions: readonly Region[]
}

/** One page of the monitors of a class that had slots later than `afterMs`, in the order of their keys. */
export async function loadAccountPage(
  sql: Sql,
  wanted: AccountClass,
  page: { afterKey: number; limit: number; afterMs: number },
): Promise<AccountedMonitor[]> {
  const { rows } = await sql.execute<AccountRow & Record<string, unknown>>(text`
    select m.monitor_key, m.id, m.interval_ms, m.regions, (extract(epoch from m.schedule_from) * 1000)::float8 as schedule_from_ms,
      (extract(epoch from m.paused_at) * 1000)::float8 as paused_at_ms
    from monitor m
    where m.monitor_key > ${page.afterKey} and m.interval_ms = ${wanted.intervalMs} and ${timeoutMs} = ${wanted.timeoutMs}
      and m.unreadable_since is null and ${hasSlots} and (m.paused_at is null or m.paused_at > to_timestamp(${page.afterMs}::float8 / 1000))
    order by m.monitor_key limit ${page.limit}`)
  return rows.map((row) => ({
    monitorKey: row.monitor_key,
    id: parseMonitorId(row.id),
    intervalMs: row.interval_ms,
    regions: row.regions.map(parseRegion),
    scheduleFromMs: row.schedule_from_ms,
    pausedAtMs: row.paused_at_ms,
  }))
}

interface AccountRow {
  monitor_key: number
  id: string
  interval_ms: number
  regions: string[]
  schedule_from_ms: number
  paused_at_ms: number | null
}

/** How many ticks on its grid a monitor should have from a region. */
export interface ExpectedTicks {
  readonly monitorKey: number
  readonly regionKey: number
  readonly intervalMs: number
  readonly phaseMs: number
  readonly count: number
}

/** The places of those among them that have fewer, by one short index scan each. */
export async function findShort(sql: Sql, expected: readonly ExpectedTicks[], stretch: Stretch): Promise<number[]> {
  if (expected.length === 0) return []
  const { rows } = await sql.execute<{ place: number }>(text`
    select e.place::integer as place
    from unnest(
      ${numbers(expected, (item) => item.monitorKey)}::integer[], ${numbers(expected, (item) => item.regionKey)}::smallint[],
      ${numbers(expected, (item) => item.intervalMs)}::bigint[], ${numbers(expected, (item) => item.phaseMs)}::bigint[],
      ${numbers(expected, (item) => item.count)}::integer[]
    ) with ordinality as e (monitor_key, region_key, interval_ms, phase_ms, count, place)
    cross join lateral (
      select count(*) as found from tick
      where monitor_key = e.monitor_key and region_key = e.region_key
        and scheduled_at > to_timestamp(${stretch.afterMs}::float8 / 1000) and scheduled_at <= to_timestamp(${stretch.throughMs}::float8 / 1000)
        -- Looks off the grid (the first of a schedule, an urgent one) stand in for no slot.
        -- In floating point, which extract() is not and which takes a tenth of the time; milliseconds fit.
        and ((date_part('epoch', scheduled_at) * 1000)::bigint - e.phase_ms) % e.interval_ms = 0
    ) t
    where t.found < e.count`)
  return rows.map((row) => row.place - 1)
}

/** The instants of the ticks of one monitor and region in a stretch. */
export async function listTickInstants(
  sql: Sql,
  { monitorKey, regionKey }: Pick<ExpectedTicks, 'monitorKey' | 'regionKey'>,
  stretch: Stretch,
): Promise<Set<number>> {
  const { rows } = await sql.execute<{ at_ms: number }>(text`
    select (extract(epoch from scheduled_at) * 1000)::float8 as at_ms from tick
    where monitor_key = ${monitorKey} and region_key = ${regionKey}
      and scheduled_at > to_timestamp(${stretch.afterMs}::float8 / 1000) and scheduled_at <= to_timestamp(${stretch.throughMs}::float8 / 1000)`)
  return new Set(rows.map((row) => row.at_ms))
}
