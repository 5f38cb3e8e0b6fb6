import { type CheckResult, toTick } from '@repo/domain/check'
import type { Evidence, TickOutcome } from '@repo/domain/outcome'
import { parseRegion, type Region } from '@repo/domain/region'
import { sql as text } from 'drizzle-orm'
import { numbers, texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { instant } from '../instant.ts'
import { verdictKey } from '../verdict-key.ts'
import { keyOfRegion, type RegionKeys } from './regions.ts'

/** What a region saw when it last began to fail. */
export interface SeenEvidence {
  readonly monitorKey: number
  readonly region: Region
  readonly scheduledAtMs: number
  readonly outcome: TickOutcome
  readonly evidence: Evidence
  /** The fingerprint of the certificate that was shown. */
  readonly certificate: string | null
}

/** Keeps what came with results that did not pass: of each monitor and region the newest. */
export async function saveEvidence(sql: Sql, results: readonly CheckResult[], regionKeys: RegionKeys): Promise<void> {
  const newest = new Map<string, CheckResult>()
  for (const result of results) {
    if (result.outcome.evidence === null) continue
    const key = `${result.monitorKey}/${result.region}`
    if ((newest.get(key)?.scheduledAtMs ?? 0) < result.scheduledAtMs) newest.set(key, result)
  }
  const kept = [...newest.values()]
  if (kept.length === 0) return
  await sql.execute(text`
    insert into evidence (monitor_key, region_key, scheduled_at, body)
    select e.monitor_key, e.region_key, to_timestamp(e.at_ms / 1000), e.body::jsonb
    from unnest(
      ${numbers(kept, (result) => result.monitorKey)}::integer[], ${numbers(kept, (result) => keyOfRegion(regionKeys, result.region))}::smallint[],
      ${numbers(kept, (result) => result.scheduledAtMs)}::float8[],
      ${texts(kept, (result) => JSON.stringify(bodyOf(result)))}::text[]
    ) as e (monitor_key, region_key, at_ms, body)
    join monitor using (monitor_key)
    order by e.monitor_key, e.region_key
    on conflict (monitor_key, region_key) do update set scheduled_at = excluded.scheduled_at, body = excluded.body
    where excluded.scheduled_at > evidence.scheduled_at`)
}

function bodyOf(result: CheckResult): SeenBody {
  const { evidence, certificate } = result.outcome
  if (!evidence) throw new Error('there is no evidence to keep')
  return { outcome: toTick(result).outcome, evidence, certificate: certificate?.fingerprint ?? null }
}

type SeenBody = Pick<SeenEvidence, 'outcome' | 'evidence' | 'certificate'>

/** What regions saw of these monitors, from an instant on. */
export async function findEvidence(
  sql: Sql,
  wanted: readonly { readonly monitorKey: number; readonly fromMs: number }[],
): Promise<SeenEvidence[]> {
  if (wanted.length === 0) return []
  const { rows } = await sql.execute<{
    monitor_key: number
    region: string
    at_ms: number
    body: SeenBody
  }>(text`
    select e.monitor_key, r.name as region, (extract(epoch from e.scheduled_at) * 1000)::float8 as at_ms, e.body
    from unnest(
      ${numbers(wanted, (one) => one.monitorKey)}::integer[], ${numbers(wanted, (one) => one.fromMs)}::float8[]
    ) as w (monitor_key, from_ms)
    join evidence e on e.monitor_key = w.monitor_key and e.scheduled_at >= to_timestamp(w.from_ms / 1000)
    join region r using (region_key)
    order by e.scheduled_at`)
  return rows.map((row) => ({
    monitorKey: row.monitor_key,
    region: parseRegion(row.region),
    scheduledAtMs: row.at_ms,
    ...row.body,
  }))
}

/** What a look that passed was like, to compare a failing one with. */
export interface GoodLook {
  readonly scheduledAtMs: number
  readonly status: number | null
  readonly address: string | null
  readonly redirects: number
  /** Whole microseconds. */
  readonly totalUs: number
  readonly certificateExpiresAtMs: number | null
}

const LOOKED_BACK_MS = 7 * 86_400_000

/** The last look of a region before an instant that passed, within a week. */
export async function findLastGood(
  sql: Sql,
  { monitorKey, region, beforeMs }: { monitorKey: number; region: Region; beforeMs: number },
): Promise<GoodLook | undefined> {
  const { rows } = await sql.execute<{ [Field in keyof GoodLook]: GoodLook[Field] }>(text`
    select (extract(epoch from scheduled_at) * 1000)::float8 as "scheduledAtMs", status, host(address) as address, redirects, total_us as "totalUs",
      certificate_expires_minute::float8 * 60000 as "certificateExpiresAtMs"
    from tick
    where monitor_key = ${monitorKey} and region_key = (select region_key from region where name = ${region})
      and scheduled_at < ${instant(beforeMs)} and scheduled_at > ${instant(beforeMs - LOOKED_BACK_MS)}
      and verdict = ${verdictKey('up')}::smallint
    order by scheduled_at desc limit 1`)
  return rows[0]
}
