import type pg from 'pg'

export const seededRegions = ['eu-1', 'us-1'] as const

/** Monitors of one workspace by one statement, each watched from two regions every minute. @returns the workspace. */
export async function seedMonitors(client: pg.Client, count: number, nowMs: number): Promise<string> {
  const workspaceId = Bun.randomUUIDv7()
  const began = new Date(nowMs - 90 * 86_400_000)
  await client.query(`insert into workspace (id, name) values ($1, 'bench')`, [workspaceId])
  await client.query('insert into region (name) select unnest($1::text[])', [seededRegions])
  await client.query(
    `insert into monitor (id, workspace_id, name, spec, target, interval_ms, regions, schedule_from, created_at, updated_at)
     select gen_random_uuid(), $1, 'shop ' || n, jsonb_build_object('kind', 'http', 'url', 'https://shop-' || n || '.example/'),
       'https://shop-' || n || '.example/', 60000, $4, $2, $2, $2
     from generate_series(1, $3::integer) n`,
    [workspaceId, began, count, seededRegions],
  )
  // Of every hundred monitors one is down and one is degraded.
  await client.query(
    `insert into monitor_state (monitor_key, status, since, reporting)
     select monitor_key, case monitor_key % 100 when 0 then 'down' when 1 then 'degraded' else 'up' end, $1, 2 from monitor`,
    [new Date(nowMs - 3_600_000)],
  )
  await seedIntervals(client, { began, now: new Date(nowMs) })
  return workspaceId
}

/** Each monitor was down for ten minutes every six days, one in fifty for ten minutes of every hour. */
async function seedIntervals(client: pg.Client, { began, now }: { began: Date; now: Date }): Promise<void> {
  await client.query(
    `insert into state_interval (monitor_key, began_at, ended_at, status)
     select monitor_key, at, lead(at) over (partition by monitor_key order by at), status
     from (select monitor_key, case when monitor_key % 50 = 0 then interval '1 hour' else interval '6 days' end as period from monitor) m
     cross join lateral generate_series($1::timestamptz + (monitor_key % 97) * interval '7 minutes', $2::timestamptz - interval '1 hour', period) start
     cross join lateral (values (start, 'up'), (start + period - interval '10 minutes', 'down')) said (at, status)
     where at < $2`,
    [began, now],
  )
}
