-- Who is told of what, by which channel, and what became of each message. The outbox is locked while its rows get the new column: it
-- holds the events of a week.

create table channel (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  -- Whose it is: they are told by it wherever they are to be told. Null where it is of the workspace.
  user_id uuid references users on delete cascade,
  name text not null,
  kind text not null,
  -- Sealed as a whole: most of it is secret, and what is not is shown by whoever may open it.
  settings text not null,
  paused_at timestamptz,
  -- How often in a row it was in vain, and since when; what the provider said last.
  failures integer not null default 0,
  failing_since timestamptz,
  last_accepted_at timestamptz,
  -- Before this its provider wants to be left alone.
  held_until timestamptz,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index channel_workspace on channel (workspace_id, id);
create index channel_owner on channel (user_id) where user_id is not null;

create table alert_policy (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  name text not null,
  -- As the API takes it: packages/contracts/src/alerts.ts.
  rule jsonb not null,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index alert_policy_workspace on alert_policy (workspace_id, id);

create table on_call_schedule (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  name text not null,
  -- Its layers, as the API takes them.
  layers jsonb not null,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index on_call_schedule_workspace on on_call_schedule (workspace_id, id);

create table on_call_override (
  id uuid primary key,
  schedule_id uuid not null references on_call_schedule on delete cascade,
  workspace_id uuid not null references workspace on delete cascade,
  user_id uuid not null references users on delete cascade,
  from_at timestamptz not null,
  to_at timestamptz not null check (to_at > from_at),
  created_at timestamptz not null
);
create index on_call_override_schedule on on_call_override (schedule_id, to_at);
create index on_call_override_workspace on on_call_override (workspace_id);
create index on_call_override_person on on_call_override (user_id);

-- What people are told of: an outage, a storm of them, or a piece of news. What happened of it, and how far it was planned.
create table alert_story (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  incident_id uuid references incident on delete cascade,
  storm_id uuid references storm on delete cascade,
  group_outage_id uuid references group_outage on delete cascade,
  -- Of a piece of news: what it is about, and what it says.
  monitor_key integer references monitor on delete cascade,
  body jsonb not null default '{}',
  -- packages/domain/src/alert-plan.ts
  events jsonb not null,
  planned_through timestamptz not null,
  -- When something may come due though nothing more happens.
  next_at timestamptz,
  check (num_nonnulls(incident_id, storm_id, group_outage_id, monitor_key) = 1)
);
create unique index alert_story_incident on alert_story (incident_id) where incident_id is not null;
create unique index alert_story_storm on alert_story (storm_id) where storm_id is not null;
create unique index alert_story_group_outage on alert_story (group_outage_id) where group_outage_id is not null;
create index alert_story_monitor on alert_story (monitor_key) where monitor_key is not null;
create index alert_story_workspace on alert_story (workspace_id);
create index alert_story_next on alert_story (next_at) where next_at is not null;

-- One message for one channel: each is there once, whoever plans, for its key says what it is.
create table delivery (
  -- What receivers know it by, the same in every attempt.
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  story_id uuid not null references alert_story on delete cascade,
  channel_id uuid not null references channel on delete cascade,
  policy_id uuid references alert_policy on delete set null,
  key text not null,
  part text not null check (part in ('opening', 'again', 'change', 'closing', 'news')),
  spell integer not null,
  -- What is to be said, and when it is over what was said.
  event text not null,
  state text not null default 'waiting' check (state in ('waiting', 'sending', 'accepted', 'dead', 'superseded')),
  -- Another channel failed, and this is told in its place.
  fallback_of uuid references delivery on delete set null,
  attempts integer not null default 0,
  due_at timestamptz not null,
  next_at timestamptz not null,
  lease_holder text,
  lease_until timestamptz,
  done_at timestamptz,
  answer text,
  unique (story_id, channel_id, key),
  check ((state = 'sending') = (lease_until is not null) and (state = 'sending') = (lease_holder is not null))
);
-- The newest first, whatever waits longer.
create index delivery_waiting on delivery (due_at desc, id desc, next_at) where state = 'waiting';
create index delivery_leased on delivery (lease_until) where state = 'sending';
create index delivery_list on delivery (workspace_id, due_at desc, id desc);
create index delivery_of_channel on delivery (channel_id, due_at desc);
create index delivery_policy on delivery (policy_id) where policy_id is not null;
create index delivery_fallback on delivery (fallback_of) where fallback_of is not null;
create index delivery_done on delivery (done_at) where done_at is not null;

create table delivery_attempt (
  delivery_id uuid not null references delivery on delete cascade,
  number integer not null,
  workspace_id uuid not null references workspace on delete cascade,
  began_at timestamptz not null,
  ended_at timestamptz not null,
  outcome text not null check (outcome in ('accepted', 'retry', 'refused', 'lost')),
  reason text not null,
  answer text not null,
  primary key (delivery_id, number)
);
create index delivery_attempt_workspace on delivery_attempt (workspace_id);

-- Whoever was to be told of what happened before there was anybody to tell it is told of nothing.
alter table outbox add column planned_at timestamptz;
update outbox set planned_at = now();
create index outbox_unplanned on outbox (id) where planned_at is null;

grant select, insert, update, delete on channel, alert_policy, on_call_schedule, on_call_override to betteruptime_tenant;
grant select on delivery, delivery_attempt to betteruptime_tenant;
grant select, update (next_at) on alert_story to betteruptime_tenant;

do $$
declare name text;
begin
  foreach name in array array['channel', 'alert_policy', 'on_call_schedule', 'on_call_override', 'alert_story', 'delivery', 'delivery_attempt'] loop
    execute format('alter table %I enable row level security', name);
    execute format('create policy own_workspace on %I to betteruptime_tenant using (workspace_id = current_workspace())', name);
  end loop;
end $$;
