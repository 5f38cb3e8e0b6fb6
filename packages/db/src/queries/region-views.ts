import { type MonitorId, parseMonitorId, type WorkspaceId } from '@repo/domain/ids'
import type { OutcomeCode } from '@repo/domain/outcome'
import { parseRegion, type Region } from '@repo/domain/region'
import type { RegionView } from '@repo/domain/region-view'
import { isFailing } from '@repo/domain/verdict'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { exactMsOf, instant } from '../instant.ts'
import { codeFromKey } from '../verdict-key.ts'
import { findEvidence, type SeenEvidence } from './evidence.ts'
import { findViews, listQuarantined } from './verdicts.ts'

export interface RegionStand {
  readonly region: Region
  /** Undefined where it has not looked yet. */
  readonly view: RegionView | undefined
  readonly isQuarantined: boolean
  readonly aloneSinceMs: number | null
  /** What it saw when it began to fail, where it still does. */
  readonly evidence: SeenEvidence | undefined
}

/** What each of these regions says of a monitor, in their order. */
export async function readRegionStands(
  sql: Sql,
  { monitorKey, regions }: { monitorKey: number; regions: readonly Region[] },
): Promise<RegionStand[]> {
  const views = (await findViews(sql, [monitorKey])).get(monitorKey) ?? []
  const quarantined = await listQuarantined(sql)
  const { rows } = await sql.execute<{ region: string; since_ms: number }>(text`
    select r.name as region, (extract(epoch from a.began_at) * 1000)::float8 as since_ms
    from region_advisory a join region r using (region_key) where a.monitor_key = ${monitorKey} and a.ended_at is null`)
  const failing = views.filter(({ verdict }) => isFailing(verdict))
  const fromMs = Math.min(...failing.map(({ sinceMs }) => sinceMs))
  const seen = failing.length === 0 ? [] : await findEvidence(sql, [{ monitorKey, fromMs }])
  const alone = new Map(rows.map((row) => [parseRegion(row.region), row.since_ms]))
  return regions.map((region) => ({
    region,
    view: views.find((view) => view.region === region),
    isQuarantined: quarantined.has(region),
    aloneSinceMs: alone.get(region) ?? null,
    evidence: seen.find((one) =>
      failing.some((view) => view.region === region && one.region === region && one.scheduledAtMs >= view.sinceMs),
    ),
  }))
}

export interface OpenAdvisory {
  readonly monitorId: MonitorId
  readonly monitorName: string
  readonly region: Region
  readonly sinceMs: number
  readonly code: OutcomeCode
  readonly message: string
}

export interface AdvisoryPlace {
  readonly sinceMs: number
  readonly monitorId: string
  readonly region: string
}

/** Which regions find monitors of a workspace down alone, the newest first. */
export async function listOpenAdvisories(
  sql: Sql,
  workspaceId: WorkspaceId,
  { limit, after }: { limit: number; after?: AdvisoryPlace | undefined },
): Promise<{ items: OpenAdvisory[]; next: AdvisoryPlace | null }> {
  const older = after
    ? text`(a.began_at, m.id, r.name) < (${instant(after.sinceMs)}, ${after.monitorId}::uuid, ${after.region})`
    : text`true`
  const { rows } = await sql.execute<{
    id: string
    name: string
    region: string
    since_ms: number
    code: number
    message: string
  }>(text`
    select m.id, m.name, r.name as region, ${exactMsOf('a.began_at')} as since_ms, a.code, a.message
    from region_advisory a join monitor m using (monitor_key) join region r using (region_key)
    where m.workspace_id = ${workspaceId} and a.ended_at is null and ${older}
    order by a.began_at desc, m.id desc, r.name desc limit ${limit + 1}`)
  const items = rows.slice(0, limit).map((row) => ({
    monitorId: parseMonitorId(row.id),
    monitorName: row.name,
    region: parseRegion(row.region),
    sinceMs: row.since_ms,
    code: codeFromKey(row.code),
    message: row.message,
  }))
  const last = items.at(-1)
  if (rows.length <= limit || !last) return { items, next: null }
  return { items, next: { sinceMs: last.sinceMs, monitorId: last.monitorId, region: last.region } }
}
