import { renewFigures } from '@repo/db/queries/monitor-figures'
import { type Account, newAccount, signUp } from './account.ts'
import { openPage } from './chromium.ts'
import type { Ground } from './furnished.ts'

/** A workspace of very many monitors with a past, none of which is checked while one looks. */
export interface ListGround extends Ground {
  readonly account: Account
}

const monitorsListed = 2_000

const spec = `jsonb_build_object('kind', 'http', 'url', 'https://' || name || '.example/', 'timeoutMs', 10000, 'maxRedirects', 10,
  'expectedStatus', '[{"from": 200, "to": 299}]'::jsonb)`

/**
 * `site-0001` and so on: of every hundred one is down and one degraded, every fiftieth has never been looked at, every fourth
 * is slower than the others, and every ninth was down some days ago.
 */
export async function furnishList(site: Ground): Promise<{ account: Account }> {
  const account = newAccount()
  await using watched = await openPage(site.browser, { url: site.url })
  await signUp(watched.page, account)
  const { sql } = site.database
  await sql.execute(`insert into region (name) values ('eu'), ('us') on conflict do nothing`)
  await sql.execute(`
    insert into monitor (id, workspace_id, name, spec, target, interval_ms, regions, tags, schedule_from, created_at, updated_at)
    select gen_random_uuid(), (select id from workspace), name, ${spec}, 'https://' || name || '.example/', 60000, '{eu,us}',
      case n % 5 when 0 then '{}' when 1 then '{prod,eu}' when 2 then '{prod}' when 3 then '{staging}' else '{internal,eu,nightly}' end::text[],
      now() + interval '1 day', now() - interval '60 days', now()
    from (select n, 'site-' || lpad(n::text, 4, '0') as name from generate_series(1, ${monitorsListed}) n) x`)
  const n = `substr(m.name, 6)::integer`
  await sql.execute(`
    insert into monitor_state (monitor_key, status, since, cause_code, cause_message, cause_region, failing, reporting)
    select monitor_key, status, case when ${n} % 50 = 7 then null else now() - interval '3 hours' end,
      case status when 'down' then 'TLS_EXPIRED' when 'degraded' then 'SLOW_RESPONSE' end,
      case status when 'down' then 'the certificate expired 12 days ago' when 'degraded' then 'answered after 1.84 s, more than 1 s' end,
      case when status in ('down', 'degraded') then 'eu' end, case when status in ('down', 'degraded') then 2 else 0 end, 2
    from monitor m, lateral (select case when ${n} % 50 = 7 then 'unknown' when ${n} % 100 = 13 then 'down' when ${n} % 100 = 21 then 'degraded' else 'up' end as status) s`)
  await sql.execute(`
    insert into state_interval (monitor_key, began_at, ended_at, status)
    select m.monitor_key, said.from_at, said.to_at, said.status from monitor m join monitor_state s using (monitor_key),
    lateral (values
      (now() - interval '60 days', now() - interval '5 days', 'up'),
      (now() - interval '5 days', now() - interval '5 days' + ${n} % 60 * interval '1 minute' + interval '1 minute', case when ${n} % 9 = 0 then 'down' else 'up' end),
      (now() - interval '5 days' + ${n} % 60 * interval '1 minute' + interval '1 minute', now() - interval '3 hours', 'up'),
      (now() - interval '3 hours', null, s.status)
    ) said (from_at, to_at, status) where s.status <> 'unknown'`)
  await sql.execute(`
    insert into tick (monitor_key, region_key, scheduled_at, total_us, verdict, code, start_lag_ms, redirects, message)
    select m.monitor_key, r.region_key, date_trunc('minute', now()) - i * interval '2 minutes', (case when ${n} % 4 = 0 then 400000 else 30000 end
        + hashtext(m.name) % 20000 + (i * 7919 + ${n} * 104729) % 9000)::integer,
      case when i < 8 and s.status = 'down' then 2 when i < 8 and s.status = 'degraded' then 1 else 0 end, 0, 1, 0, ''
    from monitor m join monitor_state s using (monitor_key), (select region_key from region where name = 'eu') r, generate_series(0, 59) i
    where s.status <> 'unknown'`)
  await sql.execute('analyze')
  const nowMs = Date.now()
  while ((await renewFigures(sql, { nowMs, olderThanMs: 0, limit: 500 })) === 500);
  return { account }
}
