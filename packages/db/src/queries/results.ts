import type { CheckResult } from '@repo/domain/check'
import { type MonitorId, parseMonitorId, parseWorkspaceId, type WorkspaceId } from '@repo/domain/ids'
import { type OutcomeCode, tickOutcome } from '@repo/domain/outcome'
import { parseRegion, type Region } from '@repo/domain/region'
import type { RegionView, Verdict, VerdictStatus } from '@repo/domain/verdict'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { verdictFromKey, verdictKey } from '../verdict-key.ts'
import type { RegionKeys } from './regions.ts'

/**
 * Inserts the ticks of results. A tick that is there already and one of a monitor that is gone are left out.
 *
 * @returns the results whose ticks were really added: only they may move anything downstream.
 */
export async function insertTicks(
  sql: Sql,
  results: readonly CheckResult[],
  regionKeys: RegionKeys,
): Promise<CheckResult[]> {
  if (results.length === 0) return []
  const column = <Value>(value: (result: CheckResult) => Value) => text.param(results.map(value))
  const phase = (name: 'dns' | 'connect' | 'tls' | 'firstByte' | 'transfer') =>
    column(({ outcome }) => outcome.phases[name])
  const { rows } = await sql.execute<{ monitor_key: number; region_key: number; scheduled_at_ms: number }>(text`
    insert into tick (monitor_key, region_key, scheduled_at, verdict, code, message, status, redirects, address, certificate_expires_at,
      start_lag_ms, total_us, dns_us, connect_us, tls_us, first_byte_us, transfer_us)
    select r.monitor_key, r.region_key, to_timestamp(r.scheduled_at_ms / 1000), r.verdict, r.code, r.message, r.status, r.redirects, r.address,
      to_timestamp(r.certificate_expires_at_ms / 1000), r.start_lag_ms, r.total_us, r.dns_us, r.connect_us, r.tls_us, r.first_byte_us, r.transfer_us
    from unnest(
      ${column((result) => result.monitorKey)}::integer[], ${column((result) => keyOf(regionKeys, result.region))}::smallint[],
      ${column((result) => result.scheduledAtMs)}::float8[], ${column(({ outcome }) => verdictKey(outcome.verdict))}::smallint[],
      ${column(({ outcome }) => (outcome.code === 'OK' ? null : outcome.code))}::text[],
      ${column(({ outcome }) => (outcome.code === 'OK' ? null : outcome.message))}::text[],
      ${column(({ outcome }) => outcome.status)}::smallint[], ${column(({ outcome }) => Math.max(0, outcome.hops.length - 1))}::smallint[],
      ${column(({ outcome }) => outcome.address)}::inet[], ${column(({ outcome }) => tickOutcome(outcome).certificateExpiresAtMs)}::float8[],
      ${column((result) => startLagMs(result))}::integer[],
      ${column(({ outcome }) => outcome.phases.total)}::integer[], ${phase('dns')}::integer[], ${phase('connect')}::integer[],
      ${phase('tls')}::integer[], ${phase('firstByte')}::integer[], ${phase('transfer')}::integer[]
    ) as r (monitor_key, region_key, scheduled_at_ms, verdict, code, message, status, redirects, address, certificate_expires_at_ms,
      start_lag_ms, total_us, dns_us, connect_us, tls_us, first_byte_us, transfer_us)
    join monitor m using (monitor_key)
    -- Two writers of the same slots meet them in the same order, so that neither waits for what the other holds.
    order by r.monitor_key, r.region_key, r.scheduled_at_ms
    on conflict do nothing
    returning monitor_key, region_key, (extract(epoch from scheduled_at) * 1000)::float8 as scheduled_at_ms`)
  return keepAdded(results, regionKeys, rows)
}

/** Clocks that disagree by weeks must not make a number that its column refuses. */
function startLagMs({ startedAtMs, scheduledAtMs }: CheckResult): number {
  return Math.min(Math.max(0, Math.round(startedAtMs - scheduledAtMs)), 2_147_483_647)
}

/** The same slot may stand twice in one batch; each row that was added answers for one of them. */
function keepAdded(
  results: readonly CheckResult[],
  regionKeys: RegionKeys,
  rows: readonly { monitor_key: number; region_key: number; scheduled_at_ms: number }[],
): CheckResult[] {
  const added = new Set(rows.map((row) => `${row.monitor_key}/${row.region_key}/${row.scheduled_at_ms}`))
  return results.filter((result) =>
    added.delete(`${result.monitorKey}/${keyOf(regionKeys, result.region)}/${result.scheduledAtMs}`),
  )
}

function keyOf(regionKeys: RegionKeys, region: Region): number {
  const key = regionKeys.get(region)
  if (key === undefined) throw new Error(`no key for region ${region}`)
  return key
}

/** What a verdict is reached from: the monitor's own settings, what stands now, and what each region last said. */
export interface LockedMonitor {
  readonly monitorKey: number
  readonly id: MonitorId
  readonly workspaceId: WorkspaceId
  readonly regions: readonly Region[]
  readonly paused: boolean
  readonly scheduleFromMs: number
  readonly status: VerdictStatus
  readonly sinceMs: number | null
  readonly views: readonly RegionView[]
}

/**
 * Reads monitors for a new verdict and locks their state until the transaction ends, in the order of their keys, so that
 * two writers never wait for each other; each monitor before its state, as whoever deletes it does.
 */
export async function lockMonitors(sql: Sql, monitorKeys: readonly number[]): Promise<LockedMonitor[]> {
  const keys = text.param([...monitorKeys])
  const { rows } = await sql.execute<LockedRow & Record<string, unknown>>(text`
    select m.monitor_key, m.id, m.workspace_id, m.regions, m.paused_at is not null as paused,
      (extract(epoch from m.schedule_from) * 1000)::float8 as schedule_from_ms,
      s.status, (extract(epoch from s.since) * 1000)::float8 as since_ms
    from monitor m join monitor_state s using (monitor_key)
    where m.monitor_key = any(${keys}::integer[])
    order by m.monitor_key
    for key share of m for update of s`)
  const views = await findViews(sql, monitorKeys)
  return rows.map((row) => ({
    monitorKey: row.monitor_key,
    id: parseMonitorId(row.id),
    workspaceId: parseWorkspaceId(row.workspace_id),
    regions: row.regions.map(parseRegion),
    paused: row.paused,
    scheduleFromMs: row.schedule_from_ms,
    status: row.status,
    sinceMs: row.since_ms,
    views: views.get(row.monitor_key) ?? [],
  }))
}

interface LockedRow {
  monitor_key: number
  id: string
  workspace_id: string
  regions: string[]
  paused: boolean
  schedule_from_ms: number
  status: VerdictStatus
  since_ms: number | null
}

async function findViews(sql: Sql, monitorKeys: readonly number[]): Promise<Map<number, RegionView[]>> {
  const { rows } = await sql.execute<ViewRow & Record<string, unknown>>(text`
    select v.monitor_key, r.name as region, v.verdict, v.code, v.message,
      (extract(epoch from v.since) * 1000)::float8 as since_ms, (extract(epoch from v.scheduled_at) * 1000)::float8 as scheduled_at_ms
    from monitor_region v join region r using (region_key)
    where v.monitor_key = any(${text.param([...monitorKeys])}::integer[])`)
  const byMonitor = new Map<number, RegionView[]>()
  for (const row of rows) {
    const view: RegionView = {
      region: parseRegion(row.region),
      verdict: verdictFromKey(row.verdict),
      sinceMs: row.since_ms,
      scheduledAtMs: row.scheduled_at_ms,
      code: row.code as OutcomeCode,
      message: row.message,
    }
    byMonitor.set(row.monitor_key, [...(byMonitor.get(row.monitor_key) ?? []), view])
  }
  return byMonitor
}

interface ViewRow {
  monitor_key: number
  region: string
  verdict: number
  code: string
  message: string
  since_ms: number
  scheduled_at_ms: number
}

export interface NewView {
  readonly monitorKey: number
  readonly view: RegionView
}

export async function saveViews(sql: Sql, views: readonly NewView[], regionKeys: RegionKeys): Promise<void> {
  if (views.length === 0) return
  const column = <Value>(value: (item: NewView) => Value) => text.param(views.map(value))
  await sql.execute(text`
    insert into monitor_region (monitor_key, region_key, verdict, since, scheduled_at, code, message)
    select v.monitor_key, v.region_key, v.verdict, to_timestamp(v.since_ms / 1000), to_timestamp(v.scheduled_at_ms / 1000), v.code, v.message
    from unnest(
      ${column((item) => item.monitorKey)}::integer[], ${column(({ view }) => keyOf(regionKeys, view.region))}::smallint[],
      ${column(({ view }) => verdictKey(view.verdict))}::smallint[], ${column(({ view }) => view.sinceMs)}::float8[],
      ${column(({ view }) => view.scheduledAtMs)}::float8[], ${column(({ view }) => view.code)}::text[], ${column(({ view }) => view.message)}::text[]
    ) as v (monitor_key, region_key, verdict, since_ms, scheduled_at_ms, code, message)
    on conflict (monitor_key, region_key) do update
    set verdict = excluded.verdict, since = excluded.since, scheduled_at = excluded.scheduled_at, code = excluded.code, message = excluded.message`)
}

export interface NewState {
  readonly monitorKey: number
  readonly verdict: Verdict
  readonly sinceMs: number | null
  readonly failing: number
  readonly reporting: number
}

export async function saveStates(sql: Sql, states: readonly NewState[]): Promise<void> {
  if (states.length === 0) return
  const column = <Value>(value: (state: NewState) => Value) => text.param(states.map(value))
  await sql.execute(text`
    update monitor_state s
    set status = v.status, since = to_timestamp(v.since_ms / 1000), cause_code = v.code, cause_message = v.message, cause_region = v.region,
      failing = v.failing, reporting = v.reporting
    from unnest(
      ${column((state) => state.monitorKey)}::integer[], ${column(({ verdict }) => verdict.status)}::text[], ${column((state) => state.sinceMs)}::float8[],
      ${column(({ verdict }) => verdict.cause?.code ?? null)}::text[], ${column(({ verdict }) => verdict.cause?.message ?? null)}::text[],
      ${column(({ verdict }) => verdict.cause?.region ?? null)}::text[],
      ${column((state) => state.failing)}::smallint[], ${column((state) => state.reporting)}::smallint[]
    ) as v (monitor_key, status, since_ms, code, message, region, failing, reporting)
    where s.monitor_key = v.monitor_key
      -- Most ticks say what was known: a row that would not change is not written.
      and (s.status, s.since, s.cause_code, s.cause_message, s.cause_region, s.failing, s.reporting)
        is distinct from (v.status, to_timestamp(v.since_ms / 1000), v.code, v.message, v.region, v.failing, v.reporting)`)
}

export async function countTicks(sql: Sql): Promise<number> {
  const { rows } = await sql.execute<{ count: number }>(text`select count(*)::integer as count from tick`)
  return rows[0]?.count ?? 0
}
