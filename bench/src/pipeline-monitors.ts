import { httpSpecSchema } from '@repo/contracts/specs/http'
import { parseMonitorId } from '@repo/domain/ids'
import { countGridSlots, type Stretch } from '@repo/domain/slot-account'
import pg from 'pg'

export interface SeedOptions {
  readonly count: number
  readonly intervalMs: number
  readonly region: string
  /** Each monitor has a path of its own below it. */
  readonly targetUrl: string
}

/** Monitors that have been there for an hour, by one statement, as the API would have stored them. */
export async function seedPipelineMonitors(client: pg.Client, options: SeedOptions): Promise<void> {
  const { count, intervalMs, region, targetUrl } = options
  const workspaceId = Bun.randomUUIDv7()
  await client.query(`insert into workspace (id, name) values ($1, 'bench')`, [workspaceId])
  await client.query(
    `insert into monitor (id, workspace_id, name, spec, target, interval_ms, regions, schedule_from, created_at, updated_at)
     select gen_random_uuid(), $1, 'bench ' || n, jsonb_set($2::jsonb, '{url}', to_jsonb($3 || n)), $3 || n, $4, array[$5],
       now() - interval '1 hour', now() - interval '1 hour', now() - interval '1 hour'
     from generate_series(1, $6::integer) n`,
    [workspaceId, JSON.stringify(specOf(targetUrl)), targetUrl, intervalMs, region, count],
  )
  await client.query('insert into monitor_state (monitor_key) select monitor_key from monitor')
  await client.query(
    `insert into state_interval (monitor_key, began_at, status) select monitor_key, created_at, 'unknown' from monitor`,
  )
  await client.query('analyze monitor')
}

/** Nobody vouches for the certificate of a target of ours; that it is looked at costs the same. */
function specOf(url: string) {
  const tls = url.startsWith('https:') ? { verify: false, warnDays: 0 } : undefined
  return httpSpecSchema.parse({ kind: 'http', url, ...(tls && { tls }) })
}

/** How many slots all of them have in a stretch: what must be found of them afterwards. */
export async function countSlots(client: pg.Client, stretch: Stretch): Promise<number> {
  const { rows } = await client.query<{ id: string; interval_ms: number; regions: number }>(
    'select id, interval_ms, cardinality(regions) as regions from monitor',
  )
  return rows.reduce((sum, { id, interval_ms: intervalMs, regions }) => {
    const plan = { id: parseMonitorId(id), intervalMs, scheduleFromMs: 0, pausedAtMs: null }
    return sum + regions * countGridSlots(plan, stretch)
  }, 0)
}

export interface StoredTicks {
  readonly count: number
  readonly up: number
  readonly notRun: number
  readonly lagMs: { readonly p50: number; readonly p99: number; readonly max: number }
}

/** What is stored of the slots of a stretch. */
export async function readStoredTicks(client: pg.Client, { afterMs, throughMs }: Stretch): Promise<StoredTicks> {
  const { rows } = await client.query(
    `select count(*)::integer as count, count(*) filter (where verdict = 0)::integer as up,
       count(*) filter (where verdict = 3)::integer as not_run,
       percentile_disc(array[0.5, 0.99, 1.0]) within group (order by start_lag_ms) filter (where verdict <> 3) as lags
     from tick where scheduled_at > to_timestamp($1::float8 / 1000) and scheduled_at <= to_timestamp($2::float8 / 1000)`,
    [afterMs, throughMs],
  )
  const [row] = rows
  const [p50 = Number.NaN, p99 = Number.NaN, max = Number.NaN] = row.lags ?? []
  return { count: row.count, up: row.up, notRun: row.not_run, lagMs: { p50, p99, max } }
}

export async function openClient(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client
}
