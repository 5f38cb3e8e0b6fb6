import type { CheckResult } from '@repo/domain/check'
import type { OutcomeVerdict } from '@repo/domain/outcome'
import { parseRegion, pingRegion, type Region } from '@repo/domain/region'
import { type CoverageFacts, type PathFacts, systemLimits } from '@repo/domain/system-health'
import { sql as text } from 'drizzle-orm'
import { numbers, texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'
import { listConsumers, type SeenConsumer } from './consumers.ts'
import { findNewestTerm } from './publisher-terms.ts'
import { listQuarantine } from './region-health.ts'

/** What the database knows of the monitor itself at one instant. */
export interface StoredFacts {
  readonly consumers: readonly SeenConsumer[]
  readonly paths: readonly PathFacts[]
  readonly coverage: readonly CoverageFacts[]
  readonly quarantined: readonly Region[]
  readonly publishedThroughMs: number | null
}

export async function readStoredFacts(sql: Sql, nowMs: number): Promise<StoredFacts> {
  const [consumers, paths, coverage, quarantine, term] = await Promise.all([
    listConsumers(sql, nowMs - systemLimits.consumerGoneAfterMs),
    listPaths(sql),
    listCoverage(sql, nowMs - systemLimits.coverageWithinMs),
    listQuarantine(sql),
    findNewestTerm(sql),
  ])
  const quarantined = quarantine.map(({ region }) => region)
  return { consumers, paths, coverage, quarantined, publishedThroughMs: term?.throughMs ?? null }
}

/** Those from which some monitor is checked; whatever tells of itself needs nobody to be there. It costs a look at every monitor. */
export async function listWatchedRegions(sql: Sql): Promise<Region[]> {
  const { rows } = await sql.execute<{ region: string }>(text`
    select distinct r.region from monitor m cross join unnest(m.regions) as r (region)
    where m.paused_at is null and m.unreadable_since is null and r.region <> ${pingRegion} order by 1`)
  return rows.map(({ region }) => parseRegion(region))
}

/** Writes down that canary checks came the whole way; one that comes late says nothing of the present. */
export async function savePaths(sql: Sql, results: readonly CheckResult[], committedAtMs: number): Promise<void> {
  const newest = new Map(results.toSorted((a, b) => a.scheduledAtMs - b.scheduledAtMs).map((one) => [one.region, one]))
  const rows = [...newest.values()]
  await sql.execute(text`
    insert into path_canary (region, scheduled_at, committed_at, verdict, code)
    select r.region, to_timestamp(r.scheduled_at_ms / 1000), ${instant(committedAtMs)}, r.verdict, r.code
    from unnest(${texts(rows, ({ region }) => region)}::text[], ${numbers(rows, ({ scheduledAtMs }) => scheduledAtMs)}::float8[],
      ${texts(rows, ({ outcome }) => outcome.verdict)}::text[], ${texts(rows, ({ outcome }) => outcome.code)}::text[])
      as r (region, scheduled_at_ms, verdict, code)
    on conflict (region) do update
    set scheduled_at = excluded.scheduled_at, committed_at = excluded.committed_at, verdict = excluded.verdict, code = excluded.code
    where excluded.scheduled_at > path_canary.scheduled_at`)
}

/** Adds slots that were accounted for to those of their minute. */
export async function addCoverage(sql: Sql, counts: readonly CoverageFacts[]): Promise<void> {
  if (counts.length === 0) return
  await sql.execute(text`
    insert into slot_coverage (region, minute, due, missing)
    select r.region, to_timestamp(r.minute_ms / 1000), r.due, r.missing
    from unnest(${texts(counts, ({ region }) => region)}::text[], ${numbers(counts, ({ minuteMs }) => minuteMs)}::float8[],
      ${numbers(counts, ({ due }) => due)}::bigint[], ${numbers(counts, ({ missing }) => missing)}::bigint[]) as r (region, minute_ms, due, missing)
    on conflict (region, minute) do update set due = slot_coverage.due + excluded.due, missing = slot_coverage.missing + excluded.missing`)
}

export async function deleteCoverageBefore(sql: Sql, beforeMs: number): Promise<void> {
  await sql.execute(text`delete from slot_coverage where minute < ${instant(beforeMs)}`)
}

/** A region that nobody works in any more is none in use. */
export async function deletePathsBefore(sql: Sql, beforeMs: number): Promise<void> {
  await sql.execute(text`delete from path_canary where committed_at < ${instant(beforeMs)}`)
}

async function listPaths(sql: Sql): Promise<PathFacts[]> {
  const { rows } = await sql.execute<{ region: string; committed_at_ms: number; verdict: OutcomeVerdict }>(text`
    select region, ${msOf('committed_at')} as committed_at_ms, verdict from path_canary order by region`)
  return rows.map((row) => ({
    region: parseRegion(row.region),
    committedAtMs: row.committed_at_ms,
    verdict: row.verdict,
  }))
}

async function listCoverage(sql: Sql, sinceMs: number): Promise<CoverageFacts[]> {
  const { rows } = await sql.execute<{ region: string; minute_ms: number; due: number; missing: number }>(text`
    select region, ${msOf('minute')} as minute_ms, due::float8 as due, missing::float8 as missing
    from slot_coverage where minute > ${instant(sinceMs)} order by region, minute`)
  return rows.map((row) => ({
    region: parseRegion(row.region),
    minuteMs: row.minute_ms,
    due: row.due,
    missing: row.missing,
  }))
}
