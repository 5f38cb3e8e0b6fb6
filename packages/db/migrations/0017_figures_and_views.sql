-- What the list of monitors says of each of them, and orders them by: renewed by a keeper, some hundred at a time. In a table of its own,
-- since it is written every minute, and neither the verdicts' rows nor the people's should be written anew with it.
create table monitor_figures (
  monitor_key integer primary key references monitor on delete cascade,
  -- These follow the monitor by triggers; nobody writes them.
  workspace_id uuid not null,
  id uuid not null,
  name_key text not null,
  -- In thousandths of a per cent, of the last 24 hours and of the last 30 days; null where nothing is known.
  uptime_day integer check (uptime_day between 0 and 100000),
  uptime_month integer check (uptime_month between 0 and 100000),
  -- Of passing checks, in microseconds; null where none passed.
  p95_us integer check (p95_us >= 0),
  renewed_at timestamptz not null default '-infinity',
  -- The worst stands first, and last that of which nothing is known.
  day_order integer not null generated always as (coalesce(uptime_day, 100001)) stored,
  month_order integer not null generated always as (coalesce(uptime_month, 100001)) stored,
  p95_order integer not null generated always as (coalesce(-p95_us, 1)) stored
) with (fillfactor = 70);
insert into monitor_figures (monitor_key, workspace_id, id, name_key) select monitor_key, workspace_id, id, name_key from monitor_state;
create index monitor_figures_by_day on monitor_figures (workspace_id, day_order, name_key, id);
create index monitor_figures_by_month on monitor_figures (workspace_id, month_order, name_key, id);
create index monitor_figures_by_p95 on monitor_figures (workspace_id, p95_order, name_key, id);

create function begin_monitor_figures() returns trigger language plpgsql as $$
begin
  insert into monitor_figures (monitor_key, workspace_id, id, name_key) values (new.monitor_key, new.workspace_id, new.id, new.name_key);
  return null;
end $$;
create trigger monitor_figures_begun after insert on monitor_state for each row execute function begin_monitor_figures();

create or replace function follow_monitor() returns trigger language plpgsql as $$
begin
  update monitor_state set name_key = lower(new.name), paused = new.paused_at is not null where monitor_key = new.monitor_key;
  if old.name <> new.name then
    update monitor_figures set name_key = lower(new.name) where monitor_key = new.monitor_key;
  end if;
  return null;
end $$;

-- A filter of the list by a name, of one member of one workspace.
create table saved_view (
  id uuid primary key,
  workspace_id uuid not null,
  user_id uuid not null,
  name text not null,
  name_key text not null generated always as (lower(name)) stored,
  -- The query of the list's address.
  search text not null,
  created_at timestamptz not null,
  unique (workspace_id, user_id, name_key),
  foreign key (workspace_id, user_id) references membership on delete cascade
);

grant select, insert, update on monitor_figures to betteruptime_tenant;
grant select, insert, update, delete on saved_view to betteruptime_tenant;
do $$
declare name text;
begin
  foreach name in array array['monitor_figures', 'saved_view'] loop
    execute format('alter table %I enable row level security', name);
    execute format('create policy own_workspace on %I to betteruptime_tenant using (workspace_id = current_workspace())', name);
  end loop;
end $$;
