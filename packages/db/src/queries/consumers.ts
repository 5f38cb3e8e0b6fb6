import { parseRegion, type Region } from '@repo/domain/region'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'

/** What a consumer told of itself last. */
export interface SeenConsumer {
  readonly name: string
  readonly region: Region
  readonly version: string
  readonly online: boolean
  /** False while it judges its own test targets wrongly. */
  readonly trusted: boolean
  readonly checksPerSecond: number
  readonly startLagMs: number
  readonly probesRunning: number
  /** How far its clock is behind that of the streams. */
  readonly clockOffsetMs: number
  readonly seenAtMs: number
}

export async function saveConsumer(sql: Sql, seen: SeenConsumer): Promise<void> {
  await sql.execute(text`
    insert into consumer_seen (name, region, version, online, trusted, checks_per_second, start_lag_ms, probes_running, clock_offset_ms, seen_at)
    values (${seen.name}, ${seen.region}, ${seen.version}, ${seen.online}, ${seen.trusted}, ${seen.checksPerSecond},
      ${seen.startLagMs}, ${seen.probesRunning}, ${Math.round(seen.clockOffsetMs)}, to_timestamp(${seen.seenAtMs}::float8 / 1000))
    on conflict (name) do update
    set online = excluded.online, trusted = excluded.trusted, checks_per_second = excluded.checks_per_second, start_lag_ms = excluded.start_lag_ms,
      probes_running = excluded.probes_running, clock_offset_ms = excluded.clock_offset_ms, seen_at = excluded.seen_at
    where excluded.seen_at > consumer_seen.seen_at`)
}

/** Those that were seen since, by region and name. */
export async function listConsumers(sql: Sql, sinceMs: number): Promise<SeenConsumer[]> {
  const { rows } = await sql.execute<ConsumerRow & Record<string, unknown>>(text`
    select name, region, version, online, trusted, checks_per_second, start_lag_ms, probes_running, clock_offset_ms,
      (extract(epoch from seen_at) * 1000)::float8 as seen_at_ms
    from consumer_seen where seen_at > to_timestamp(${sinceMs}::float8 / 1000) order by region, name`)
  return rows.map((row) => ({
    name: row.name,
    region: parseRegion(row.region),
    version: row.version,
    online: row.online,
    trusted: row.trusted,
    checksPerSecond: row.checks_per_second,
    startLagMs: row.start_lag_ms,
    probesRunning: row.probes_running,
    clockOffsetMs: row.clock_offset_ms,
    seenAtMs: row.seen_at_ms,
  }))
}

export async function forgetConsumersBefore(sql: Sql, beforeMs: number): Promise<void> {
  await sql.execute(text`delete from consumer_seen where seen_at < to_timestamp(${beforeMs}::float8 / 1000)`)
}

interface ConsumerRow {
  name: string
  region: string
  version: string
  online: boolean
  trusted: boolean
  checks_per_second: number
  start_lag_ms: number
  probes_running: number
  clock_offset_ms: number
  seen_at_ms: number
}
