-- Planned maintenance, what monitors hang on, and groups of them.
-- The rank of monitors is made anew: their states are rewritten, seconds for a hundred thousand monitors.

create table maintenance_window (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  name text not null,
  -- As the API takes it: packages/contracts/src/maintenance.ts.
  schedule jsonb not null,
  -- Whom it is of: every monitor, those with one of its tags, or those that it names.
  applies_to text not null check (applies_to in ('all', 'tags', 'monitors')),
  tags text[] not null default '{}',
  version integer not null default 1,
  -- Since when schedule and scope are what they are: it says nothing of the time before.
  effective_from timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index maintenance_window_workspace on maintenance_window (workspace_id, id);

create table maintenance_monitor (
  window_id uuid not null references maintenance_window on delete cascade,
  monitor_key integer not null references monitor on delete cascade,
  workspace_id uuid not null references workspace on delete cascade,
  primary key (window_id, monitor_key)
);
create index maintenance_monitor_key on maintenance_monitor (monitor_key);
create index maintenance_monitor_workspace on maintenance_monitor (workspace_id);

-- Until when maintenance was kept: one row. What was planned for later is still to be begun or ended.
create table maintenance_progress (
  only_row boolean primary key default true check (only_row),
  through timestamptz not null
);

alter table monitor_state
  -- Both are null where the monitor is not under maintenance. `status` goes on to be what its regions say.
  add column maintenance_since timestamptz,
  add column maintenance_until timestamptz,
  add constraint monitor_state_maintenance check ((maintenance_since is null) = (maintenance_until is null)),
  drop column rank;
alter table monitor_state
  -- What people look for first stands first.
  add column rank smallint not null generated always as (case when paused then 5 when maintenance_since is not null then 3
    else case status when 'down' then 0 when 'degraded' then 1 when 'unknown' then 2 else 4 end end) stored;
create index monitor_state_by_rank on monitor_state (workspace_id, rank, name_key, id);
create index monitor_state_maintained on monitor_state (monitor_key) where maintenance_since is not null;

-- What would have been said of a monitor since its maintenance began: from when its end comes, this is what its history goes on with.
create table state_beneath (
  monitor_key integer not null references monitor on delete cascade,
  began_at timestamptz not null,
  status text not null check (status in ('up', 'degraded', 'down', 'unknown', 'paused')),
  primary key (monitor_key, began_at)
);

create table monitor_dependency (
  child_key integer not null references monitor on delete cascade,
  parent_key integer not null references monitor on delete cascade,
  workspace_id uuid not null references workspace on delete cascade,
  primary key (child_key, parent_key),
  check (child_key <> parent_key)
);
create index monitor_dependency_parent on monitor_dependency (parent_key);
create index monitor_dependency_workspace on monitor_dependency (workspace_id);

create table monitor_group (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  name text not null,
  -- packages/domain/src/monitor-group.ts
  rule jsonb not null,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index monitor_group_workspace on monitor_group (workspace_id, id);

create table monitor_group_member (
  group_id uuid not null references monitor_group on delete cascade,
  monitor_key integer not null references monitor on delete cascade,
  workspace_id uuid not null references workspace on delete cascade,
  weight integer not null check (weight > 0),
  primary key (group_id, monitor_key)
);
create index monitor_group_member_monitor on monitor_group_member (monitor_key);
create index monitor_group_member_workspace on monitor_group_member (workspace_id);

-- Incidents that nobody was told of: whether there is still a reason for that is asked all the time.
create index incident_silent on incident (monitor_key) where ended_at is null and silent_because is not null;

grant select, insert, update, delete on maintenance_window, maintenance_monitor, monitor_dependency, monitor_group, monitor_group_member, state_beneath
  to betteruptime_tenant;

do $$
declare name text;
begin
  foreach name in array array['maintenance_window', 'maintenance_monitor', 'monitor_dependency', 'monitor_group', 'monitor_group_member'] loop
    execute format('alter table %I enable row level security', name);
    execute format('create policy own_workspace on %I to betteruptime_tenant using (workspace_id = current_workspace())', name);
  end loop;
end $$;

alter table state_beneath enable row level security;
create policy own_workspace on state_beneath to betteruptime_tenant
using (exists (select from monitor_state s where s.monitor_key = state_beneath.monitor_key and s.workspace_id = current_workspace()));
