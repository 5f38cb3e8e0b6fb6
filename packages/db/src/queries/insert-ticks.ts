import type { CheckResult } from '@repo/domain/check'
import { tickOutcome } from '@repo/domain/outcome'
import { sql as text } from 'drizzle-orm'
import { numbers, texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { codeKey, verdictKey } from '../verdict-key.ts'
import { keyOfRegion, type RegionKeys } from './regions.ts'

const MOST_LAG_MS = 32_767
const MINUTE_MS = 60_000

/**
 * Inserts the ticks of results. A slot that has its tick keeps it, unless that says that nothing is known: then what was given
 * up has come after all. What was seen wins over `EXPIRED`, and that over `LOST`.
 *
 * @returns the results whose ticks were really added: only they may move anything downstream.
 */
export async function insertTicks(
  sql: Sql,
  results: readonly CheckResult[],
  regionKeys: RegionKeys,
): Promise<readonly CheckResult[]> {
  const added = await insertNew(sql, results, regionKeys)
  if (added.length === results.length) return added
  const known = new Set(added)
  const late = results.filter((result) => !known.has(result) && result.outcome.code !== 'LOST')
  const found = await deleteGivenUp(sql, late, regionKeys)
  return found.length === 0 ? added : [...added, ...(await insertNew(sql, found, regionKeys))]
}

async function insertNew(
  sql: Sql,
  results: readonly CheckResult[],
  regionKeys: RegionKeys,
): Promise<readonly CheckResult[]> {
  if (results.length === 0) return []
  const phase = (name: 'dns' | 'connect' | 'tls' | 'firstByte' | 'transfer') =>
    numbers(results, ({ outcome }) => outcome.phases[name])
  const { rows } = await sql.execute<SlotRows & Record<string, unknown>>(text`
    with added as (
      insert into tick (monitor_key, region_key, scheduled_at, verdict, code, message, status, redirects, address, certificate_expires_minute,
        start_lag_ms, total_us, dns_us, connect_us, tls_us, first_byte_us, transfer_us)
      select r.monitor_key, r.region_key, to_timestamp(r.scheduled_at_ms / 1000), r.verdict, r.code, r.message, r.status, r.redirects, r.address,
        r.certificate_expires_minute, r.start_lag_ms, r.total_us, r.dns_us, r.connect_us, r.tls_us, r.first_byte_us, r.transfer_us
      from unnest(
        ${numbers(results, (result) => result.monitorKey)}::integer[], ${numbers(results, (result) => keyOfRegion(regionKeys, result.region))}::smallint[],
        ${numbers(results, (result) => result.scheduledAtMs)}::float8[], ${numbers(results, ({ outcome }) => verdictKey(outcome.verdict))}::smallint[],
        ${numbers(results, ({ outcome }) => codeKey(outcome.code))}::smallint[],
        ${texts(results, ({ outcome }) => (outcome.code === 'OK' ? '' : outcome.message))}::text[],
        ${numbers(results, ({ outcome }) => outcome.status)}::smallint[], ${numbers(results, ({ outcome }) => Math.max(0, outcome.hops.length - 1))}::smallint[],
        ${texts(results, ({ outcome }) => outcome.address)}::inet[], ${numbers(results, certificateExpiresMinute)}::integer[],
        ${numbers(results, startLagMs)}::smallint[],
        ${numbers(results, ({ outcome }) => outcome.phases.total)}::integer[], ${phase('dns')}::integer[], ${phase('connect')}::integer[],
        ${phase('tls')}::integer[], ${phase('firstByte')}::integer[], ${phase('transfer')}::integer[]
      ) as r (monitor_key, region_key, scheduled_at_ms, verdict, code, message, status, redirects, address, certificate_expires_minute,
        start_lag_ms, total_us, dns_us, connect_us, tls_us, first_byte_us, transfer_us)
      -- Two writers of the same slots meet them in the same order, so that neither waits for what the other holds.
      order by r.monitor_key, r.region_key, r.scheduled_at_ms
      on conflict do nothing
      returning monitor_key, region_key, scheduled_at
    )
    -- Mostly all of them are new, and then their number says it.
    select count(*)::integer as count, case when count(*) <> ${results.length} then
      json_agg(json_build_array(monitor_key, region_key, (extract(epoch from scheduled_at) * 1000)::float8)) end as slots
    from added`)
  return results.length === rows[0]?.count ? results : resultsOf(rows[0]?.slots, results, regionKeys)
}

/** Removes the ticks of those slots that say less than their results, and answers for which of the results it did. */
async function deleteGivenUp(
  sql: Sql,
  results: readonly CheckResult[],
  regionKeys: RegionKeys,
): Promise<readonly CheckResult[]> {
  if (results.length === 0) return []
  const { rows } = await sql.execute<SlotRows & Record<string, unknown>>(text`
    with gone as (
      delete from tick t using unnest(
        ${numbers(results, (result) => result.monitorKey)}::integer[], ${numbers(results, (result) => keyOfRegion(regionKeys, result.region))}::smallint[],
        ${numbers(results, (result) => result.scheduledAtMs)}::float8[], ${numbers(results, ({ outcome }) => codeKey(outcome.code))}::smallint[]
      ) as r (monitor_key, region_key, scheduled_at_ms, code)
      where t.monitor_key = r.monitor_key and t.region_key = r.region_key and t.scheduled_at = to_timestamp(r.scheduled_at_ms / 1000)
        and (t.code = ${codeKey('LOST')}::smallint or (t.code = ${codeKey('EXPIRED')}::smallint and r.code <> t.code))
      returning t.monitor_key, t.region_key, t.scheduled_at
    )
    select json_agg(json_build_array(monitor_key, region_key, (extract(epoch from scheduled_at) * 1000)::float8)) as slots from gone`)
  return resultsOf(rows[0]?.slots, results, regionKeys)
}

type SlotRow = readonly [monitorKey: number, regionKey: number, scheduledAtMs: number]

interface SlotRows {
  count: number
  slots: readonly SlotRow[] | null
}

/** The result of each slot; where a slot stands twice among the results, the first. */
function resultsOf(
  slots: readonly SlotRow[] | null | undefined,
  results: readonly CheckResult[],
  regionKeys: RegionKeys,
): CheckResult[] {
  const wanted = new Set((slots ?? []).map((slot) => slot.join('/')))
  return results.filter(({ monitorKey, region, scheduledAtMs }) =>
    wanted.delete(`${monitorKey}/${keyOfRegion(regionKeys, region)}/${scheduledAtMs}`),
  )
}

/** Clocks that disagree by weeks must not make a number that its column refuses. */
function startLagMs({ startedAtMs, scheduledAtMs }: CheckResult): number {
  return Math.min(Math.max(0, Math.round(startedAtMs - scheduledAtMs)), MOST_LAG_MS)
}

function certificateExpiresMinute({ outcome }: CheckResult): number | null {
  const { certificateExpiresAtMs } = tickOutcome(outcome)
  return certificateExpiresAtMs === null ? null : Math.floor(certificateExpiresAtMs / MINUTE_MS)
}
