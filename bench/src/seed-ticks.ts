import pg from 'pg'
import { seededRegions } from './seed-monitors.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

export interface TickSeed {
  readonly monitors: number
  readonly fromMs: number
  readonly toMs: number
}

/**
 * A tick a minute of each monitor from each region, in the order in which they come in earnest, made by the server itself: a
 * table a day, filled without an index, indexed, and then taken in as a partition. Two days at a time.
 */
export async function seedTicks(url: string, seed: TickSeed, progress: (line: string) => void): Promise<void> {
  const days: number[] = []
  for (let day = Math.floor(seed.fromMs / DAY_MS); day * DAY_MS < seed.toMs; day += 1) days.push(day)
  const work = async () => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    for (let day = days.shift(); day !== undefined; day = days.shift()) {
      const startedAt = performance.now()
      await seedDay(client, seed, day)
      progress(`ticks of ${isoDay(day)} in ${Math.round((performance.now() - startedAt) / 1_000)} s`)
    }
    await client.end()
  }
  await Promise.all([work(), work()])
}

async function seedDay(client: pg.Client, seed: TickSeed, day: number): Promise<void> {
  const name = `tick_${isoDay(day).replaceAll('-', '')}`
  const fromMs = Math.max(seed.fromMs, day * DAY_MS)
  const toMs = Math.min(seed.toMs, (day + 1) * DAY_MS)
  await client.query(`set maintenance_work_mem = '512MB'`)
  await client.query('begin')
  await client.query(`create table ${name} (like tick)`)
  for (let atMs = fromMs; atMs < toMs; atMs += 60 * MINUTE_MS) {
    const minutes = Math.round((Math.min(toMs, atMs + 60 * MINUTE_MS) - atMs) / MINUTE_MS)
    await client.query(insertSql(name), [atMs, minutes, seed.monitors, seededRegions.length])
  }
  await client.query(
    `alter table ${name} add primary key (monitor_key, region_key, scheduled_at) include (total_us, verdict)`,
  )
  await client.query(
    `create index on ${name} using brin (scheduled_at) with (pages_per_range = 32, autosummarize = on)`,
  )
  await client.query('commit')
  await client.query(`vacuum (freeze, analyze) ${name}`)
  await client.query(
    `alter table tick attach partition ${name} for values from ('${isoDay(day)}T00:00:00Z') to ('${isoDay(day + 1)}T00:00:00Z')`,
  )
}

/**
 * An https monitor as they are: a latency of its own, jitter with a long tail, three failures in a thousand. $1 is the first
 * instant, $2 the number of minutes, $3 of monitors, $4 of regions.
 */
function insertSql(table: string): string {
  return `
    insert into ${table} (scheduled_at, monitor_key, total_us, dns_us, connect_us, tls_us, first_byte_us, transfer_us, certificate_expires_minute,
      region_key, verdict, code, status, start_lag_ms, redirects, address, message)
    select to_timestamp($1::float8 / 1000) + (n / per_minute) * interval '1 minute' + (monitor_key * 977 % 60000) * interval '1 millisecond',
      monitor_key, case when failed then 10000000 else dns + connect + tls + first_byte + transfer end,
      dns, connect, case when failed then null else tls end, case when failed then null else first_byte end, case when failed then null else transfer end,
      case when failed then null else 30000000 + monitor_key % 100000 end, region_key, case when failed then 2 else 0 end,
      case when failed then 28 else 0 end, case when failed then null else 200 end, (random() * 4)::smallint, 0,
      inet '203.0.0.0' + monitor_key,
      case when failed then 'Time to first byte: no answer within 10 s' else '' end
    from (
      select n, per_minute, (n % per_minute / $4 + 1)::integer as monitor_key, (n % $4 + 1)::smallint as region_key,
        (300 + 800 * power(random(), 4))::integer as dns, (base * (0.9 + 0.4 * power(random(), 6)))::integer as connect,
        (base * (1.7 + 0.5 * power(random(), 6)))::integer as tls, (base * (1 + 4 * power(random(), 8)) + 8000)::integer as first_byte,
        (400 + 2000 * power(random(), 5))::integer as transfer, random() < 0.003 as failed
      from (
        select n, per_minute, 2000 + ((n % per_minute) * 7919 % 40000) as base
        from (select n, ($3::integer * $4::integer)::bigint as per_minute from generate_series(0, $2::bigint * $3::bigint * $4::bigint - 1) n) series
      ) bases
    ) looks`
}

function isoDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}
