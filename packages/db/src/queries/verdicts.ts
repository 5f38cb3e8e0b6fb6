import type { CheckResult } from '@repo/domain/check'
import { parseMonitorId, parseWorkspaceId, type WorkspaceId } from '@repo/domain/ids'
import type { MonitorStand } from '@repo/domain/monitor-move'
import { defaultPolicy, type VerdictPolicy } from '@repo/domain/policy'
import { parseRegion, type Region } from '@repo/domain/region'
import type { RegionView } from '@repo/domain/region-view'
import type { Verdict, VerdictStatus } from '@repo/domain/verdict'
import { sql as text } from 'drizzle-orm'
import { numbers, texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { codeFromKey, codeKey, verdictFromKey, verdictKey } from '../verdict-key.ts'
import { keyOfRegion, type RegionKeys } from './regions.ts'

/** Any number that no other lock of this database has. */
const VERDICT_LOCK = 7_283_146_593

/**
 * Lets one transaction at a time reach verdicts, until it ends. Whoever comes next sees every tick that was judged before:
 * otherwise two writers, one with a failing check and one with the passing check after it, would each judge without the other.
 */
export async function enterVerdicts(sql: Sql): Promise<void> {
  await sql.execute(text`select pg_advisory_xact_lock(${VERDICT_LOCK})`)
}

/**
 * The monitors among these new ticks that say something else than their region said before. All others need nothing:
 * that is nearly everybody, nearly always.
 */
export async function findUnsteady(sql: Sql, added: readonly CheckResult[], regionKeys: RegionKeys): Promise<number[]> {
  if (added.length === 0) return []
  const { rows } = await sql.execute<{ monitor_key: number }>(text`
    select distinct r.monitor_key
    from unnest(
      ${numbers(added, (result) => result.monitorKey)}::integer[], ${numbers(added, (result) => keyOfRegion(regionKeys, result.region))}::smallint[],
      ${numbers(added, ({ outcome }) => verdictKey(outcome.verdict))}::smallint[], ${numbers(added, ({ outcome }) => codeKey(outcome.code))}::smallint[],
      ${texts(added, ({ outcome }) => (outcome.verdict === 'up' ? '' : outcome.message))}::text[]
    ) as r (monitor_key, region_key, verdict, code, message)
    left join monitor_region v on v.monitor_key = r.monitor_key and v.region_key = r.region_key
    where v.verdict is distinct from r.verdict or v.code is distinct from r.code
      -- More of the same may be what it takes to vote.
      or (v.verdict <> v.vote and v.verdict <> ${verdictKey('unknown')}::smallint)
      or (r.verdict <> ${verdictKey('up')}::smallint and v.message is distinct from r.message)`)
  return rows.map((row) => row.monitor_key)
}

/**
 * Leaves out the results that are late: a newer check of the same monitor and region was judged before. They belong to
 * history, and say nothing of the present.
 */
export async function leaveOutLate(
  sql: Sql,
  added: readonly CheckResult[],
  regionKeys: RegionKeys,
): Promise<CheckResult[]> {
  if (added.length === 0) return []
  const { rows } = await sql.execute<{ monitor_key: number; region_key: number; newest_ms: number }>(text`
    select c.monitor_key, c.region_key, (extract(epoch from t.scheduled_at) * 1000)::float8 as newest_ms
    from (
      select monitor_key, region_key, array_agg(to_timestamp(at_ms / 1000)) as own, to_timestamp(min(at_ms) / 1000) as oldest
      from unnest(
        ${numbers(added, (result) => result.monitorKey)}::integer[], ${numbers(added, (result) => keyOfRegion(regionKeys, result.region))}::smallint[],
        ${numbers(added, (result) => result.scheduledAtMs)}::float8[]
      ) as r (monitor_key, region_key, at_ms)
      group by monitor_key, region_key
    ) c
    cross join lateral (
      select scheduled_at from tick
      where monitor_key = c.monitor_key and region_key = c.region_key and scheduled_at > c.oldest and scheduled_at <> all(c.own)
      order by scheduled_at desc limit 1
    ) t`)
  const newestMs = new Map(rows.map((row) => [`${row.monitor_key}/${row.region_key}`, row.newest_ms]))
  return added.filter(({ monitorKey, region, scheduledAtMs }) => {
    const newest = newestMs.get(`${monitorKey}/${keyOfRegion(regionKeys, region)}`)
    return newest === undefined || scheduledAtMs > newest
  })
}

/** What a verdict is reached from: the monitor's own settings, what stands now, and what each region last said. */
export interface LockedMonitor extends MonitorStand {
  readonly monitorKey: number
  readonly workspaceId: WorkspaceId
  readonly target: string
  /** Under maintenance. */
  readonly maintained: boolean
}

/**
 * Reads monitors for a new verdict and locks their state until the transaction ends, in the order of their keys, so that
 * two writers never wait for each other; each monitor before its state, as whoever deletes it does.
 */
export async function lockMonitors(sql: Sql, monitorKeys: readonly number[]): Promise<LockedMonitor[]> {
  const keys = text.param([...monitorKeys])
  const { rows } = await sql.execute<LockedRow & Record<string, unknown>>(text`
    select m.monitor_key, m.id, m.workspace_id, m.target, m.interval_ms, m.policy, m.regions, m.muted_regions, m.paused_at is not null as paused,
      (extract(epoch from m.schedule_from) * 1000)::float8 as schedule_from_ms,
      s.status, (extract(epoch from s.since) * 1000)::float8 as since_ms, s.maintenance_since is not null as maintained,
      array(select (extract(epoch from r) * 1000)::float8 from unnest(s.recoveries) r) as recoveries
    from monitor m join monitor_state s using (monitor_key)
    where m.monitor_key = any(${keys}::integer[])
    order by m.monitor_key
    for key share of m for update of s`)
  const views = await findViews(sql, monitorKeys)
  const quarantined = await listQuarantined(sql)
  return rows.map((row) => toLocked(row, views.get(row.monitor_key) ?? [], quarantined))
}

interface LockedRow {
  monitor_key: number
  id: string
  workspace_id: string
  target: string
  interval_ms: number
  policy: Partial<VerdictPolicy>
  regions: string[]
  muted_regions: string[]
  paused: boolean
  schedule_from_ms: number
  status: VerdictStatus
  since_ms: number | null
  maintained: boolean
  recoveries: number[]
}

function toLocked(row: LockedRow, views: readonly RegionView[], quarantined: ReadonlySet<Region>): LockedMonitor {
  const regions = row.regions.map(parseRegion)
  const isMuted = (region: Region) => row.muted_regions.includes(region)
  return {
    monitorKey: row.monitor_key,
    id: parseMonitorId(row.id),
    workspaceId: parseWorkspaceId(row.workspace_id),
    target: row.target,
    maintained: row.maintained,
    intervalMs: row.interval_ms,
    policy: { ...defaultPolicy, ...row.policy },
    regions,
    voiceless: regions.filter((region) => isMuted(region) || quarantined.has(region)),
    configured: regions.filter((region) => !isMuted(region)).length,
    paused: row.paused,
    scheduleFromMs: row.schedule_from_ms,
    status: row.status,
    sinceMs: row.since_ms,
    views,
    recoveries: row.recoveries,
  }
}

/** Regions that are not believed just now. */
export async function listQuarantined(sql: Sql): Promise<ReadonlySet<Region>> {
  const { rows } = await sql.execute<{ name: string }>(
    text`select r.name from region_quarantine q join region r using (region_key)`,
  )
  return new Set(rows.map((row) => parseRegion(row.name)))
}

/** What each region says of monitors, by their keys. */
export async function findViews(sql: Sql, monitorKeys: readonly number[]): Promise<Map<number, RegionView[]>> {
  const { rows } = await sql.execute<ViewRow & Record<string, unknown>>(text`
    select v.monitor_key, r.name as region, v.verdict, v.code, v.message, v.vote, v.blind, v.streak, v.streak_verdict,
      (extract(epoch from v.since) * 1000)::float8 as since_ms, (extract(epoch from v.scheduled_at) * 1000)::float8 as scheduled_at_ms,
      (extract(epoch from v.vote_since) * 1000)::float8 as vote_since_ms, (extract(epoch from v.streak_since) * 1000)::float8 as streak_since_ms
    from monitor_region v join region r using (region_key)
    where v.monitor_key = any(${text.param([...monitorKeys])}::integer[])`)
  const byMonitor = new Map<number, RegionView[]>()
  for (const row of rows) {
    const view: RegionView = {
      region: parseRegion(row.region),
      verdict: verdictFromKey(row.verdict),
      sinceMs: row.since_ms,
      scheduledAtMs: row.scheduled_at_ms,
      code: codeFromKey(row.code),
      message: row.message,
      vote: verdictFromKey(row.vote),
      voteSinceMs: row.vote_since_ms,
      blind: row.blind,
      streak: row.streak,
      streakSinceMs: row.streak_since_ms,
      streakVerdict: verdictFromKey(row.streak_verdict),
    }
    byMonitor.set(row.monitor_key, [...(byMonitor.get(row.monitor_key) ?? []), view])
  }
  return byMonitor
}

interface ViewRow {
  monitor_key: number
  region: string
  verdict: number
  code: number
  message: string
  since_ms: number
  scheduled_at_ms: number
  vote: number
  vote_since_ms: number
  blind: boolean
  streak: number
  streak_since_ms: number
  streak_verdict: number
}

export interface NewView {
  readonly monitorKey: number
  readonly view: RegionView
}

export async function saveViews(sql: Sql, views: readonly NewView[], regionKeys: RegionKeys): Promise<void> {
  if (views.length === 0) return
  await sql.execute(text`
    insert into monitor_region (monitor_key, region_key, verdict, since, scheduled_at, code, message, vote, vote_since, blind, streak, streak_since,
      streak_verdict)
    select v.monitor_key, v.region_key, v.verdict, to_timestamp(v.since_ms / 1000), to_timestamp(v.scheduled_at_ms / 1000), v.code, v.message,
      v.vote, to_timestamp(v.vote_since_ms / 1000), v.blind, v.streak, to_timestamp(v.streak_since_ms / 1000), v.streak_verdict
    from unnest(
      ${numbers(views, (item) => item.monitorKey)}::integer[], ${numbers(views, ({ view }) => keyOfRegion(regionKeys, view.region))}::smallint[],
      ${numbers(views, ({ view }) => verdictKey(view.verdict))}::smallint[], ${numbers(views, ({ view }) => view.sinceMs)}::float8[],
      ${numbers(views, ({ view }) => view.scheduledAtMs)}::float8[], ${numbers(views, ({ view }) => codeKey(view.code))}::smallint[],
      ${texts(views, ({ view }) => view.message)}::text[], ${numbers(views, ({ view }) => verdictKey(view.vote))}::smallint[],
      ${numbers(views, ({ view }) => view.voteSinceMs)}::float8[], ${texts(views, ({ view }) => String(view.blind))}::boolean[],
      ${numbers(views, ({ view }) => Math.min(view.streak, MOST_STREAK))}::smallint[], ${numbers(views, ({ view }) => view.streakSinceMs)}::float8[],
      ${numbers(views, ({ view }) => verdictKey(view.streakVerdict))}::smallint[]
    ) as v (monitor_key, region_key, verdict, since_ms, scheduled_at_ms, code, message, vote, vote_since_ms, blind, streak, streak_since_ms,
      streak_verdict)
    on conflict (monitor_key, region_key) do update
    set verdict = excluded.verdict, since = excluded.since, scheduled_at = excluded.scheduled_at, code = excluded.code, message = excluded.message,
      vote = excluded.vote, vote_since = excluded.vote_since, blind = excluded.blind, streak = excluded.streak,
      streak_since = excluded.streak_since, streak_verdict = excluded.streak_verdict`)
}

/** More than any policy asks for. */
const MOST_STREAK = 1_000

export interface NewState {
  readonly monitorKey: number
  readonly verdict: Verdict
  readonly sinceMs: number | null
  readonly recoveries: readonly number[]
}

export async function saveStates(sql: Sql, states: readonly NewState[]): Promise<void> {
  if (states.length === 0) return
  await sql.execute(text`
    update monitor_state s
    set status = v.status, since = to_timestamp(v.since_ms / 1000), cause_code = v.code, cause_message = v.message, cause_region = v.region,
      failing = v.failing, reporting = v.reporting, rejudge = false,
      recoveries = array(select to_timestamp(r::float8 / 1000) from unnest(string_to_array(v.recoveries, ' ')) r)
    from unnest(
      ${numbers(states, (state) => state.monitorKey)}::integer[], ${texts(states, ({ verdict }) => verdict.status)}::text[],
      ${numbers(states, (state) => state.sinceMs)}::float8[],
      ${texts(states, ({ verdict }) => verdict.cause?.code ?? null)}::text[], ${texts(states, ({ verdict }) => verdict.cause?.message ?? null)}::text[],
      ${texts(states, ({ verdict }) => verdict.cause?.region ?? null)}::text[],
      ${numbers(states, ({ verdict }) => verdict.failing)}::smallint[], ${numbers(states, ({ verdict }) => verdict.reporting)}::smallint[],
      ${texts(states, (state) => state.recoveries.join(' '))}::text[]
    ) as v (monitor_key, status, since_ms, code, message, region, failing, reporting, recoveries)
    where s.monitor_key = v.monitor_key`)
}

/** Monitors whose verdict is to be reached anew, because who may vote has changed, or how many must agree. */
export async function listToRejudge(sql: Sql, limit: number): Promise<number[]> {
  const { rows } = await sql.execute<{ monitor_key: number }>(
    text`select monitor_key from monitor_state where rejudge order by monitor_key limit ${limit}`,
  )
  return rows.map((row) => row.monitor_key)
}

/** That they were, and nothing moved. */
export async function markRejudged(sql: Sql, monitorKeys: readonly number[]): Promise<void> {
  if (monitorKeys.length === 0) return
  await sql.execute(
    text`update monitor_state set rejudge = false where rejudge and monitor_key = any(${numbers(monitorKeys, (key) => key)}::integer[])`,
  )
}
