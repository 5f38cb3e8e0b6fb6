import type { Tick } from '@repo/domain/check'
import { passingPingMessage } from '@repo/domain/heartbeat-outcome'
import { type OutcomeVerdict, type Phases, passingMessage } from '@repo/domain/outcome'
import { parseRegion, pingRegion, type Region } from '@repo/domain/region'
import { type SQL, sql as text } from 'drizzle-orm'
import { numbers } from '../columns.ts'
import type { Sql } from '../database.ts'
import { codeFromKey, verdictFromKey } from '../verdict-key.ts'
import { visible } from './visible-monitor.ts'

/** Where a page of ticks ended. */
export interface TickCursor {
  readonly scheduledAtMs: number
  readonly regionKey: number
}

/**
 * The ticks of a monitor, newest first, `limit` after the cursor: so many of each region by its index, of which the newest
 * count. Of one region, where that is named.
 */
export async function listTicks(
  sql: Sql,
  monitorKey: number,
  { cursor, limit, region }: { cursor?: TickCursor | undefined; limit: number; region?: string | undefined },
): Promise<{ items: Tick[]; next: TickCursor | null }> {
  const at = text`to_timestamp(${cursor?.scheduledAtMs ?? 0}::float8 / 1000)`
  const after = cursor
    ? text`and scheduled_at <= ${at} and (scheduled_at < ${at} or r.region_key < ${cursor.regionKey}::smallint)`
    : text``
  const named = region === undefined ? text`` : text`where r.name = ${region}`
  const { rows } = await sql.execute<TickRow & Record<string, unknown>>(text`
    select r.name as region, t.region_key, t.verdict, t.code, t.message, t.status, host(t.address) as address, t.redirects,
      (extract(epoch from t.scheduled_at) * 1000)::float8 as scheduled_at_ms, t.start_lag_ms,
      t.certificate_expires_minute,
      t.total_us, t.dns_us, t.connect_us, t.tls_us, t.first_byte_us, t.transfer_us
    from ${visible(monitorKey)} cross join region r cross join lateral (
      select * from tick
      where monitor_key = m.monitor_key and region_key = r.region_key ${after}
      order by scheduled_at desc limit ${limit + 1}
    ) t ${named}
    order by t.scheduled_at desc, t.region_key desc
    limit ${limit + 1}`)
  const last = rows.length > limit ? rows[limit - 1] : undefined
  return {
    items: rows.slice(0, limit).map(toTick),
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
      message: row.message || passingText(row),
      phases: toPhases(row),
      address: row.address,
      status: row.status,
      redirects: row.redirects,
      certificateExpiresAtMs: row.certificate_expires_minute === null ? null : row.certificate_expires_minute * 60_000,
    },
  }
}

/** Of a passing check only the figures are stored. */
function passingText({ region, status, total_us }: TickRow): string {
  return region === pingRegion ? passingPingMessage(total_us) : passingMessage(status, total_us)
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

interface MarksAsked {
  readonly monitorKey: number
  /** Bounds how far back is looked, so that days without any tick of it are not opened. */
  readonly sinceMs: number
  /** No tick is later than this: so the days that are made ahead are not opened either. */
  readonly untilMs?: number
}

/**
 * The last `count` ticks of each monitor over all its regions, oldest first, by one index scan a monitor and region. From
 * each region only its share is read at first; where that was too little (one region was silent), all of it.
 */
export async function recentMarks(
  sql: Sql,
  monitors: readonly MarksAsked[],
  count: number,
): Promise<Map<number, TickMark[]>> {
  const found = await readMarks(sql, monitors, { count, isShared: true })
  const short = monitors.filter(({ monitorKey }) => found.get(monitorKey)?.isCut)
  const whole = await readMarks(sql, short, { count, isShared: false })
  return new Map([...found, ...whole].map(([monitorKey, { marks }]) => [monitorKey, marks]))
}

interface Marks {
  readonly marks: TickMark[]
  /** Some region may have more of the newest. */
  readonly isCut: boolean
}

async function readMarks(
  sql: Sql,
  monitors: readonly MarksAsked[],
  { count, isShared }: { count: number; isShared: boolean },
): Promise<Map<number, Marks>> {
  if (monitors.length === 0) return new Map()
  const share = isShared
    ? text`least(${count}::integer, ceil(${count}::float8 / cardinality(o.regions))::integer + 1)`
    : text`${count}::integer`
  const { rows } = await sql.execute<MarkRow & Record<string, unknown>>(text`
    select m.monitor_key, r.name as region, ${share} as most, t.instants, t.verdicts, t.totals
    from unnest(${numbers(monitors, (asked) => asked.monitorKey)}::integer[], ${numbers(monitors, (asked) => asked.sinceMs)}::float8[]) as m (monitor_key, since_ms)
    join monitor o using (monitor_key)
    cross join region r
    cross join lateral (
      select to_json(array_agg(scheduled_at_ms)) as instants, to_json(array_agg(verdict)) as verdicts, to_json(array_agg(total_us)) as totals from (
        select verdict, total_us, round(date_part('epoch', scheduled_at) * 1000) as scheduled_at_ms from tick
        where monitor_key = m.monitor_key and region_key = r.region_key and scheduled_at >= to_timestamp(m.since_ms / 1000)
          -- The same once more by constants: days outside of them are not even planned for.
          and scheduled_at >= to_timestamp(${Math.min(...monitors.map((asked) => asked.sinceMs))}::float8 / 1000) ${untilLatest(monitors)}
        order by scheduled_at desc limit ${share}
      ) newest
    ) t
    where t.instants is not null`)
  return new Map(
    [...Map.groupBy(rows, (row) => row.monitor_key)].map(([key, ofMonitor]) => [key, newestOf(ofMonitor, count)]),
  )
}

function untilLatest(monitors: readonly MarksAsked[]): SQL {
  const latestMs = Math.max(...monitors.map((asked) => asked.untilMs ?? Number.POSITIVE_INFINITY))
  return latestMs === Number.POSITIVE_INFINITY
    ? text``
    : text`and scheduled_at <= to_timestamp(${latestMs}::float8 / 1000)`
}

interface MarkRow {
  monitor_key: number
  region: string
  most: number
  /** Newest first, as the other two. */
  instants: number[]
  verdicts: number[]
  totals: number[]
}

function newestOf(rows: readonly MarkRow[], count: number): Marks {
  const marks = rows
    .flatMap(toMarks)
    .sort((a, b) => a.scheduledAtMs - b.scheduledAtMs)
    .slice(-count)
  const oldestMs = marks.length < count ? Number.NEGATIVE_INFINITY : (marks[0]?.scheduledAtMs ?? 0)
  const isCut = rows.some(
    (row) => row.instants.length === row.most && row.most < count && (row.instants.at(-1) ?? 0) > oldestMs,
  )
  return { marks, isCut }
}

function toMarks(row: MarkRow): TickMark[] {
  const region = parseRegion(row.region)
  return row.instants.map((scheduledAtMs, index) => {
    const verdict = verdictFromKey(row.verdicts[index] ?? -1)
    return { region, scheduledAtMs, verdict, total: verdict === 'unknown' ? null : (row.totals[index] ?? null) }
  })
}

export async function countTicks(sql: Sql): Promise<number> {
  const { rows } = await sql.execute<{ count: number }>(text`select count(*)::integer as count from tick`)
  return rows[0]?.count ?? 0
}
