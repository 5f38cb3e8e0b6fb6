import { type SQL, sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { codeKey, verdictKey } from '../verdict-key.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** Which monitors a sum is made for: those of these keys, or those in a range of keys. */
export type RollupScope =
  | { readonly kind: 'keys'; readonly monitorKeys: readonly number[] }
  | { readonly kind: 'range'; readonly fromKey: number; readonly beforeKey: number }

const added = [
  'total_us_sum',
  'dns_us_sum',
  'connect_us_sum',
  'tls_us_sum',
  'first_byte_us_sum',
  'transfer_us_sum',
  'up_count',
  'degraded_count',
  'down_count',
  'unknown_count',
  'expired_count',
  'lost_count',
  'dns_count',
  'connect_count',
  'tls_count',
  'first_byte_count',
  'transfer_count',
]
const values = [...added, 'total_us_min', 'total_us_max', 'latencies']
const columns = text.raw(['monitor_key', 'region_key', 'at', ...values].join(', '))

/** Sums up the ticks of one hour, whatever was summed up of it before. A sum that stays as it was is not written. */
export async function sumHour(sql: Sql, hourMs: number, scope: RollupScope): Promise<void> {
  await sql.execute(text`
    insert into rollup_hour (${columns})
    select monitor_key, region_key, to_timestamp(${hourMs}::float8 / 1000),
      coalesce(sum(total_us) filter (where passed), 0), coalesce(sum(dns_us) filter (where passed), 0),
      coalesce(sum(connect_us) filter (where passed), 0), coalesce(sum(tls_us) filter (where passed), 0),
      coalesce(sum(first_byte_us) filter (where passed), 0), coalesce(sum(transfer_us) filter (where passed), 0),
      sum(up_count), sum(degraded_count), sum(down_count), sum(unknown_count), sum(expired_count), sum(lost_count),
      coalesce(sum(dns_count) filter (where passed), 0), coalesce(sum(connect_count) filter (where passed), 0),
      coalesce(sum(tls_count) filter (where passed), 0), coalesce(sum(first_byte_count) filter (where passed), 0),
      coalesce(sum(transfer_count) filter (where passed), 0),
      min(total_us_min) filter (where passed), max(total_us_max) filter (where passed),
      coalesce(string_agg(latency_entry(bucket, n), ''::bytea order by bucket) filter (where passed), ''::bytea)
    from (${latencyBuckets(hourMs, scope)}) b
    where exists (select from monitor m where m.monitor_key = b.monitor_key)
    group by monitor_key, region_key
    ${replaceChanged('rollup_hour')}`)
}

/** The ticks of an hour, one row for each bucket of latency: a check that did not pass has none. */
function latencyBuckets(hourMs: number, scope: RollupScope): SQL {
  return text`
      select monitor_key, region_key, case when verdict <= 1 then latency_bucket(total_us) end as bucket, bool_and(verdict <= 1) as passed,
        count(*) as n, sum(total_us) as total_us, sum(dns_us) as dns_us, sum(connect_us) as connect_us, sum(tls_us) as tls_us,
        sum(first_byte_us) as first_byte_us, sum(transfer_us) as transfer_us, min(total_us) as total_us_min, max(total_us) as total_us_max,
        count(*) filter (where verdict = ${key('up')}) as up_count, count(*) filter (where verdict = ${key('degraded')}) as degraded_count,
        count(*) filter (where verdict = ${key('down')}) as down_count,
        count(*) filter (where verdict = ${key('unknown')} and code not in (${expired}, ${lost})) as unknown_count,
        count(*) filter (where verdict = ${key('unknown')} and code = ${expired}) as expired_count,
        count(*) filter (where verdict = ${key('unknown')} and code = ${lost}) as lost_count,
        count(dns_us) as dns_count, count(connect_us) as connect_count, count(tls_us) as tls_count,
        count(first_byte_us) as first_byte_count, count(transfer_us) as transfer_count
      from tick
      where scheduled_at >= to_timestamp(${hourMs}::float8 / 1000) and scheduled_at < to_timestamp(${hourMs + HOUR_MS}::float8 / 1000)
        and ${within(scope)}
      group by 1, 2, 3`
}

/** Adds up the hours of one day (UTC), whatever was added up of it before. */
export async function sumDay(sql: Sql, dayMs: number, scope: RollupScope): Promise<void> {
  await sql.execute(text`
    insert into rollup_day (${columns})
    select monitor_key, region_key, to_timestamp(${dayMs}::float8 / 1000), ${text.raw(added.join(', '))}, total_us_min, total_us_max,
      coalesce((
        select string_agg(latency_entry(bucket, n), ''::bytea order by bucket)
        from (select bucket, sum(n)::bigint as n from latency_entries(d.latencies) group by bucket) e
      ), ''::bytea)
    from (
      select monitor_key, region_key, ${text.raw(added.map((name) => `sum(${name}) as ${name}`).join(', '))},
        min(total_us_min) as total_us_min, max(total_us_max) as total_us_max, string_agg(latencies, ''::bytea) as latencies
      from rollup_hour
      where at >= to_timestamp(${dayMs}::float8 / 1000) and at < to_timestamp(${dayMs + DAY_MS}::float8 / 1000) and ${within(scope)}
      group by 1, 2
    ) d
    ${replaceChanged('rollup_day')}`)
}

/**
 * Writes the hours of a day anew, monitor by monitor. They were written hour by hour, so those of one monitor lay on a page
 * each, and a chart of thirty days would read 720 of them; so it reads two or three a day.
 */
export async function sortHours(sql: Sql, dayMs: number, scope: RollupScope): Promise<void> {
  await sql.execute(text`
    with taken as (
      delete from rollup_hour
      where at >= to_timestamp(${dayMs}::float8 / 1000) and at < to_timestamp(${dayMs + DAY_MS}::float8 / 1000) and ${within(scope)}
      returning ${columns}
    )
    insert into rollup_hour (${columns}) select ${columns} from taken order by monitor_key, region_key, at`)
}

function replaceChanged(table: 'rollup_hour' | 'rollup_day'): SQL {
  const [old, fresh] = [table, 'excluded'].map((side) => `(${values.map((name) => `${side}.${name}`).join(', ')})`)
  return text.raw(`on conflict (monitor_key, region_key, at) do update
    set ${values.map((name) => `${name} = excluded.${name}`).join(', ')} where ${old} is distinct from ${fresh}`)
}

function within(scope: RollupScope): SQL {
  if (scope.kind === 'keys') return text`monitor_key = any(${text.param([...scope.monitorKeys])}::integer[])`
  return text`monitor_key >= ${scope.fromKey}::integer and monitor_key < ${scope.beforeKey}::integer`
}

const key = (verdict: Parameters<typeof verdictKey>[0]) => text.raw(`${verdictKey(verdict)}`)
const expired = text.raw(`${codeKey('EXPIRED')}`)
const lost = text.raw(`${codeKey('LOST')}`)
