-- Verdicts that several looks confirm, and what follows from them: incidents with their timelines, storms, and regions that cannot
-- be believed. Tables of monitors are locked while their rows get the new columns: seconds for a hundred thousand monitors.

alter table monitor
  -- What a person decided of how its verdict is reached; what is left out is the default of the code.
  add column policy jsonb not null default '{}',
  -- Regions that a person silenced for this monitor.
  add column muted_regions text[] not null default '{}';

alter table monitor_state
  -- When it came back from being down, lately: who does so often is believed later.
  add column recoveries timestamptz[] not null default '{}',
  -- Who may vote has changed, or how many must agree: its verdict is to be reached anew.
  add column rejudge boolean not null default false;
create index monitor_state_rejudge on monitor_state (monitor_key) where rejudge;

-- A region votes what enough looks in a row bear out; until now its last look was its vote.
alter table monitor_region
  add column vote smallint not null default 3,
  add column vote_since timestamptz not null default 'epoch',
  add column blind boolean not null default false,
  add column streak smallint not null default 0,
  add column streak_since timestamptz not null default 'epoch',
  add column streak_verdict smallint not null default 3;
update monitor_region set vote = verdict, vote_since = since, streak_since = since, blind = verdict = 3;
alter table monitor_region
  alter column vote drop default,
  alter column vote_since drop default,
  alter column blind drop default,
  alter column streak drop default,
  alter column streak_since drop default,
  alter column streak_verdict drop default;

-- Regions that fail across many targets which others find well: they have no vote until they are sound again.
create table region_quarantine (
  region_key smallint primary key references region,
  began_at timestamptz not null,
  -- Since when it has been failing no more than others.
  sound_since timestamptz
);

-- That one region alone keeps finding a monitor down: said of the region, never an outage.
create table region_advisory (
  monitor_key integer not null references monitor on delete cascade,
  region_key smallint not null references region,
  began_at timestamptz not null,
  ended_at timestamptz check (ended_at >= began_at),
  code smallint not null,
  message text not null,
  primary key (monitor_key, region_key, began_at)
);
create unique index region_advisory_open on region_advisory (monitor_key, region_key) where ended_at is null;

-- What a region saw when it last began to fail: carried with the first failing check only, and wanted when an incident opens.
create table evidence (
  monitor_key integer not null references monitor on delete cascade,
  region_key smallint not null references region,
  scheduled_at timestamptz not null,
  body jsonb not null,
  primary key (monitor_key, region_key)
);

-- Incidents with one cause, that began together.
create table storm (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  -- What they have in common: `address:192.0.2.1`.
  trait text not null,
  began_at timestamptz not null,
  created_at timestamptz not null default now()
);
create index storm_workspace on storm (workspace_id, created_at desc);

create table incident (
  id uuid primary key,
  monitor_key integer not null references monitor on delete cascade,
  workspace_id uuid not null references workspace on delete cascade,
  severity text not null check (severity in ('down', 'degraded')),
  -- The first failing check, and when enough regions had agreed.
  began_at timestamptz not null,
  opened_at timestamptz not null,
  -- The first passing check, and when that was known.
  ended_at timestamptz,
  closed_at timestamptz,
  resolution text check (resolution in ('recovered', 'by_hand', 'paused', 'changed', 'merged')),
  cause_code text not null,
  cause_message text not null,
  cause_region text,
  -- What it may have in common with others.
  traits text[] not null default '{}',
  storm_id uuid references storm on delete set null,
  -- Whose outage this one follows from, and why nobody is told of it; null where people are told.
  parent_id uuid references incident on delete set null,
  silent_because text check (silent_because in ('maintenance', 'parent')),
  acknowledged_at timestamptz,
  acknowledged_by uuid,
  acknowledged_name text,
  assigned_to uuid,
  assigned_name text,
  merged_into uuid references incident on delete set null,
  postmortem text,
  version integer not null default 1,
  check ((ended_at is null) = (resolution is null) and (ended_at is null) = (closed_at is null))
);
-- One open incident a monitor, whoever writes.
create unique index incident_open on incident (monitor_key) where ended_at is null;
create index incident_of_monitor on incident (monitor_key, began_at desc);
create index incident_by_beginning on incident (workspace_id, began_at desc, id desc);
create index incident_by_opening on incident (workspace_id, opened_at desc);
create index incident_storm on incident (storm_id) where storm_id is not null;
create index incident_parent on incident (parent_id) where parent_id is not null;
create index incident_merged on incident (merged_into) where merged_into is not null;

-- What happened in an incident, in the order in which it was written down.
create table incident_entry (
  id bigint generated always as identity primary key,
  incident_id uuid not null references incident on delete cascade,
  workspace_id uuid not null references workspace on delete cascade,
  at timestamptz not null,
  kind text not null,
  body jsonb not null default '{}',
  -- Who did it; null where it was us.
  actor_id uuid,
  actor_name text
);
create index incident_entry_of on incident_entry (incident_id, id);
create index incident_entry_workspace on incident_entry (workspace_id);

-- What lasts is an incident from now on.
insert into incident (id, monitor_key, workspace_id, severity, began_at, opened_at, cause_code, cause_message, cause_region)
select gen_random_uuid(), s.monitor_key, s.workspace_id, 'down', coalesce(s.since, now()), now(), coalesce(s.cause_code, 'LOST'), coalesce(s.cause_message, 'it was down before incidents were kept'), s.cause_region
from monitor_state s where s.status = 'down' and not s.paused;

alter table outbox
  -- Nobody is told before: so many failed at once that it may be us.
  add column not_before timestamptz,
  add column incident_id uuid references incident on delete cascade,
  drop constraint outbox_event_check;
alter table outbox add constraint outbox_event_check check (event in ('status', 'opened', 'changed', 'resolved', 'reopened', 'storm', 'advisory', 'warning'));
create index outbox_incident on outbox (incident_id) where incident_id is not null;

grant select on region_quarantine to betteruptime_tenant;
grant select on region_advisory, storm, evidence to betteruptime_tenant;
grant select, insert, update on incident to betteruptime_tenant;
grant select, insert on incident_entry to betteruptime_tenant;
grant select, insert on outbox to betteruptime_tenant;

do $$
declare name text;
begin
  foreach name in array array['storm', 'incident', 'incident_entry'] loop
    execute format('alter table %I enable row level security', name);
    execute format('create policy own_workspace on %I to betteruptime_tenant using (workspace_id = current_workspace())', name);
  end loop;
  foreach name in array array['region_advisory', 'evidence', 'outbox'] loop
    execute format('alter table %I enable row level security', name);
    execute format('create policy own_workspace on %I to betteruptime_tenant using (exists (select from monitor_state s where s.monitor_key = %I.monitor_key and s.workspace_id = current_workspace()))', name, name);
  end loop;
end $$;
