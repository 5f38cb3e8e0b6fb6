import type { Tick } from '@repo/domain/check'
import { type OutcomeVerdict, type Phases, passingMessage } from '@repo/domain/outcome'
import { parseRegion, type Region } from '@repo/domain/region'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { codeFromKey, verdictFromKey } from '../verdict-key.ts'

/** Where a page of ticks ended. */
export interface TickCursor {
  readonly scheduledAtMs: number
  readonly regionKey: number
}

/** The ticks of a monitor, newest first, `limit` after the cursor. */
export async function listTicks(
  sql: Sql,
  monitorKey: number,
  page: { cursor?: TickCursor | undefined; limit: number },
): Promise<{ items: Tick[]; next: TickCursor | null }> {
  const after = page.cursor
    ? text`and (t.scheduled_at, t.region_key) < (to_timestamp(${page.cursor.scheduledAtMs}::float8 / 1000), ${page.cursor.regionKey}::smallint)`
    : text``
  const { rows } = await sql.execute<TickRow & Record<string, unknown>>(text`
    select r.name as region, t.region_key, t.verdict, t.code, t.message, t.status, host(t.address) as address, t.redirects,
      (extract(epoch from t.scheduled_at) * 1000)::float8 as scheduled_at_ms, t.start_lag_ms,
      t.certificate_expires_minute,
      t.total_us, t.dns_us, t.connect_us, t.tls_us, t.first_byte_us, t.transfer_us
    from tick t join region r using (region_key)
    where t.monitor_key = ${monitorKey} ${after}
    order by t.scheduled_at desc, t.region_key desc
    limit ${page.limit + 1}`)
  const last = rows.length > page.limit ? rows[page.limit - 1] : undefined
  return {
    items: rows.slice(0, page.limit).map(toTick),
    next: last ? { scheduledAtMs: last.scheduled_at_ms, regionKey: last.region_key } : null,
  }
}

interface TickRow {
  region: string
  region_key: number
  verdict: number
  code: number
  message: string
  status: number | null
  address: string | null
  redirects: number
  scheduled_at_ms: number
  start_lag_ms: number
  certificate_expires_minute: number | null
  total_us: number
  dns_us: number | null
  connect_us: number | null
  tls_us: number | null
  first_byte_us: number | null
  transfer_us: number | null
}

function toTick(row: TickRow): Tick {
  return {
    region: parseRegion(row.region),
    scheduledAtMs: row.scheduled_at_ms,
    startedAtMs: row.scheduled_at_ms + row.start_lag_ms,
    outcome: {
      verdict: verdictFromKey(row.verdict),
      code: codeFromKey(row.code),
      message: row.message || passingMessage(row.status, row.total_us),
      phases: toPhases(row),
      address: row.address,
      status: row.status,
      redirects: row.redirects,
      certificateExpiresAtMs: row.certificate_expires_minute === null ? null : row.certificate_expires_minute * 60_000,
    },
  }
}

function toPhases(row: TickRow): Phases {
  return {
    dns: row.dns_us,
    connect: row.connect_us,
    tls: row.tls_us,
    firstByte: row.first_byte_us,
    transfer: row.transfer_us,
    total: row.total_us,
  }
}

/** The least that a tick line draws. `totalUs` is null where nothing was measured. */
export interface TickMark {
  readonly region: Region
  readonly scheduledAtMs: number
  readonly verdict: OutcomeVerdict
  readonly total: number | null
}

/**
 * The last `count` ticks of each monitor over all its regions, oldest first, by one index scan a monitor and region.
 * `sinceMs` bounds how far back is looked, so that days without any tick of it are not opened.
 */
export async function recentMarks(
  sql: Sql,
  monitors: readonly { monitorKey: number; sinceMs: number }[],
  count: number,
): Promise<Map<number, TickMark[]>> {
  if (monitors.length === 0) return new Map()
  const { rows } = await sql.execute<MarkRow & Record<string, unknown>>(text`
    select m.monitor_key, r.name as region, t.verdict, t.total_us, (extract(epoch from t.scheduled_at) * 1000)::float8 as scheduled_at_ms
    from unnest(${text.param(monitors.map((item) => item.monitorKey))}::integer[], ${text.param(monitors.map((item) => item.sinceMs))}::float8[]) as m (monitor_key, since_ms)
    cross join region r
    cross join lateral (
      select verdict, total_us, scheduled_at from tick
      where monitor_key = m.monitor_key and region_key = r.region_key and scheduled_at >= to_timestamp(m.since_ms / 1000)
      order by scheduled_at desc limit ${count}
    ) t`)
  const byMonitor = new Map<number, TickMark[]>()
  for (const row of rows) {
    const marks = byMonitor.get(row.monitor_key)
    if (marks) marks.push(toMark(row))
    else byMonitor.set(row.monitor_key, [toMark(row)])
  }
  for (const [key, marks] of byMonitor) byMonitor.set(key, newestOf(marks, count))
  return byMonitor
}

interface MarkRow {
  monitor_key: number
  region: string
  verdict: number
  total_us: number
  scheduled_at_ms: number
}

function toMark(row: MarkRow): TickMark {
  const verdict = verdictFromKey(row.verdict)
  return {
    region: parseRegion(row.region),
    scheduledAtMs: row.scheduled_at_ms,
    verdict,
    total: verdict === 'unknown' ? null : row.total_us,
  }
}

function newestOf(marks: TickMark[], count: number): TickMark[] {
  return marks.sort((a, b) => a.scheduledAtMs - b.scheduledAtMs).slice(-count)
}

export async function countTicks(sql: Sql): Promise<number> {
  const { rows } = await sql.execute<{ count: number }>(text`select count(*)::integer as count from tick`)
  return rows[0]?.count ?? 0
}
