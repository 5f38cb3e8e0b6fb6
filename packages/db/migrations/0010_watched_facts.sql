-- What looks tell of a target beside whether it works: its certificate, who holds its domain, what its name leads to. Kept to
-- notice that it ends soon or is another, and to tell so once.
create table watched_fact (
  monitor_key integer not null references monitor on delete cascade,
  kind text not null check (kind in ('certificate', 'domain', 'dns')),
  -- Those that are known, the newest last: `{value, shown, stage}`.
  known jsonb not null,
  expires_at timestamptz,
  changed_at timestamptz not null,
  primary key (monitor_key, kind)
);
grant select on watched_fact to betteruptime_tenant;
alter table watched_fact enable row level security;
create policy own_workspace on watched_fact to betteruptime_tenant using (exists (
  select from monitor_state s where s.monitor_key = watched_fact.monitor_key and s.workspace_id = current_workspace()));
