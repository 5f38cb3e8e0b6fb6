import type { OutcomeCode } from '@repo/domain/outcome'
import { parseRegion, type Region } from '@repo/domain/region'
import type { QuarantinedRegion, RegionTally } from '@repo/domain/region-health'
import { sql as text } from 'drizzle-orm'
import { numbers, texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { instant } from '../instant.ts'
import { codeFromKey, codeKey, verdictKey } from '../verdict-key.ts'

const down = text`${verdictKey('down')}::smallint`
const unknown = text`${verdictKey('unknown')}::smallint`
const notBelieved = text`${codeKey('REGION_QUARANTINED')}::smallint`
/** It finds the monitor down, or would, if it were believed. */
const fails = text`(v.verdict = ${down} or v.code = ${notBelieved})`

/**
 * How each region does beside the others that look at the same monitors: of how many it alone finds them down, while most of
 * those others do not.
 */
export async function tallyRegions(sql: Sql): Promise<RegionTally[]> {
  const { rows } = await sql.execute<{ region: string; compared: number; alone: number; targets: number }>(text`
    with seen as (
      select v.monitor_key, v.region_key, ${fails} as fails,
        count(*) filter (where ${fails}) over w as failing, count(*) over w as looking
      from monitor_region v join monitor m using (monitor_key)
      where m.paused_at is null and (v.verdict <> ${unknown} or v.code = ${notBelieved})
      window w as (partition by v.monitor_key)
    )
    select r.name as region, count(*)::integer as compared,
      count(*) filter (where s.fails and s.failing * 2 <= s.looking)::integer as alone,
      count(distinct m.target) filter (where s.fails and s.failing * 2 <= s.looking)::integer as targets
    from seen s join region r using (region_key) join monitor m using (monitor_key)
    where s.looking >= 2 group by r.name`)
  return rows.map((row) => ({ ...row, region: parseRegion(row.region) }))
}

export async function listQuarantine(sql: Sql): Promise<QuarantinedRegion[]> {
  const { rows } = await sql.execute<{ region: string; sound_since_ms: number | null }>(text`
    select r.name as region, (extract(epoch from q.sound_since) * 1000)::float8 as sound_since_ms
    from region_quarantine q join region r using (region_key)`)
  return rows.map((row) => ({ region: parseRegion(row.region), soundSinceMs: row.sound_since_ms }))
}

/** Takes regions' votes away. Their monitors are judged anew. */
export async function quarantineRegions(sql: Sql, regions: readonly Region[], nowMs: number): Promise<void> {
  if (regions.length === 0) return
  await sql.execute(text`
    insert into region_quarantine (region_key, began_at)
    select region_key, ${instant(nowMs)} from region where name = any(${texts(regions, String)}::text[]) on conflict do nothing`)
  await rejudgeOf(sql, regions)
}

/** Gives regions their votes back. */
export async function releaseRegions(sql: Sql, regions: readonly Region[]): Promise<void> {
  if (regions.length === 0) return
  await sql.execute(text`
    delete from region_quarantine q using region r where r.region_key = q.region_key and r.name = any(${texts(regions, String)}::text[])`)
  await rejudgeOf(sql, regions)
}

export async function saveSoundness(sql: Sql, kept: readonly QuarantinedRegion[]): Promise<void> {
  if (kept.length === 0) return
  await sql.execute(text`
    update region_quarantine q set sound_since = to_timestamp(k.since_ms / 1000)
    from unnest(${texts(kept, (one) => one.region)}::text[], ${numbers(kept, (one) => one.soundSinceMs)}::float8[]) as k (name, since_ms)
    join region r on r.name = k.name
    where q.region_key = r.region_key and q.sound_since is distinct from to_timestamp(k.since_ms / 1000)`)
}

async function rejudgeOf(sql: Sql, regions: readonly Region[]): Promise<void> {
  // Where nobody finds anything wrong nothing can move.
  await sql.execute(text`
    update monitor_state s set rejudge = true
    where not s.paused and exists (
      select from monitor_region v join region r using (region_key)
      where v.monitor_key = s.monitor_key and r.name = any(${texts(regions, String)}::text[]))
      and (s.status <> 'up' or exists (
        select from monitor_region v where v.monitor_key = s.monitor_key and v.vote <> ${verdictKey('up')}::smallint))`)
}

export interface Advisory {
  readonly monitorKey: number
  readonly region: Region
  readonly beganAtMs: number
  readonly endedAtMs: number | null
  readonly code: OutcomeCode
  readonly message: string
}

/**
 * Notes which regions have been finding a monitor down since before `beforeMs` that is not down, and ends what does not hold
 * any more. @returns those that began.
 */
export async function moveAdvisories(
  sql: Sql,
  { beforeMs, nowMs }: { beforeMs: number; nowMs: number },
): Promise<Advisory[]> {
  const alone = text`v.vote = ${down} and s.status in ('up', 'degraded') and not s.paused`
  await sql.execute(text`
    update region_advisory a set ended_at = greatest(a.began_at, ${instant(nowMs)})
    where a.ended_at is null and not exists (
      select from monitor_region v join monitor_state s using (monitor_key) join monitor m using (monitor_key) join region r using (region_key)
      where v.monitor_key = a.monitor_key and v.region_key = a.region_key and ${alone} and r.name = any(m.regions)
        and r.name <> all(m.muted_regions))`)
  const { rows } = await sql.execute<AdvisoryRow & Record<string, unknown>>(text`
    with begun as (
      insert into region_advisory (monitor_key, region_key, began_at, code, message)
      select v.monitor_key, v.region_key, v.vote_since, v.code, v.message
      from monitor_region v join monitor_state s using (monitor_key) join monitor m using (monitor_key) join region r using (region_key)
      where ${alone} and v.vote_since <= ${instant(beforeMs)} and r.name = any(m.regions) and r.name <> all(m.muted_regions)
        -- What fails everywhere is said of the region once, not of each monitor.
        and not exists (select from region_quarantine q where q.region_key = v.region_key)
      order by v.monitor_key, v.region_key
      on conflict do nothing
      returning *
    )
    select b.monitor_key, r.name as region, (extract(epoch from b.began_at) * 1000)::float8 as began_ms, b.code, b.message
    from begun b join region r using (region_key)`)
  return rows.map((row) => ({
    monitorKey: row.monitor_key,
    region: parseRegion(row.region),
    beganAtMs: row.began_ms,
    endedAtMs: null,
    code: codeFromKey(row.code),
    message: row.message,
  }))
}

interface AdvisoryRow {
  monitor_key: number
  region: string
  began_ms: number
  code: number
  message: string
}

/** What part of a region's monitors has turned down since an instant, of how many it looks at. */
export interface MassFailure {
  readonly region: Region
  readonly turned: number
  readonly looking: number
}

export async function listTurned(sql: Sql, regions: readonly Region[], sinceMs: number): Promise<MassFailure[]> {
  const { rows } = await sql.execute<{ region: string; turned: number; looking: number }>(text`
    select r.name as region, count(*)::integer as looking,
      count(*) filter (where v.vote = ${down} and v.vote_since >= ${instant(sinceMs)})::integer as turned
    from monitor_region v join region r using (region_key)
    where r.name = any(${texts(regions, String)}::text[]) group by r.name`)
  return rows.map((row) => ({ ...row, region: parseRegion(row.region) }))
}
