-- Jobs that tell of themselves: what is known of each, the last of their pings, what is on its way to becoming a tick, and when
-- we were there to hear them.

create table heartbeat (
  monitor_key integer primary key references monitor on delete cascade,
  workspace_id uuid not null references workspace on delete cascade,
  -- SHA-256 of a random token of 256 bits, by which a ping finds its job.
  token_hash bytea not null unique,
  -- The same sealed, for those who may see the address again.
  token text not null,
  -- How many pings came; the last of them has this number.
  pings bigint not null default 0,
  last_ping_at timestamptz,
  last_finished_at timestamptz,
  -- Up to where silence has been judged already.
  missed_at timestamptz,
  -- Runs that have begun and not ended.
  runs jsonb not null default '[]',
  -- When somebody has to look whether it is silent, at the latest: a ping need not put it off. Null where nothing is waited for.
  look_at timestamptz
) with (fillfactor = 70);
create index heartbeat_workspace on heartbeat (workspace_id);
create index heartbeat_look on heartbeat (look_at) where look_at is not null;

-- What is waited for follows from what a person says of the monitor: whoever changes that need not think of it.
create function look_at_heartbeat() returns trigger language plpgsql as $$
begin
  update heartbeat set look_at = '-infinity' where monitor_key = new.monitor_key;
  return null;
end $$;
create trigger heartbeat_changed after update of spec, paused_at, schedule_from on monitor for each row
when (old.spec is distinct from new.spec or old.paused_at is distinct from new.paused_at or old.schedule_from <> new.schedule_from)
execute function look_at_heartbeat();

-- The last pings of each, as they came.
create table heartbeat_ping (
  at timestamptz not null,
  n bigint not null,
  duration_ms bigint,
  monitor_key integer not null references heartbeat on delete cascade,
  -- How long its body was; what is kept of that may be less.
  body_bytes integer not null,
  exit_code smallint,
  run_id uuid,
  kind text not null check (kind in ('success', 'start', 'fail', 'log')),
  method text not null,
  address text not null,
  user_agent text not null,
  body text,
  primary key (monitor_key, n)
);

-- Results whose ticks are not stored yet: written with what they follow from, sent after the commit, and sent again by whoever finds
-- them here later. They go in the transaction that stores the tick. No reference: whoever deletes a monitor waits for no ping.
create table heartbeat_result (
  scheduled_at timestamptz not null,
  send_at timestamptz not null default now() + interval '10 seconds',
  monitor_key integer not null,
  sends smallint not null default 0,
  result text not null,
  primary key (monitor_key, scheduled_at)
);
create index heartbeat_result_send on heartbeat_result (send_at);

-- From when until when a process took pings and kept them: in the time of none, silence means nothing.
create table ping_intake (
  process uuid not null,
  began_at timestamptz not null,
  through timestamptz not null check (through >= began_at),
  -- By the clock of the database, which all of them share.
  written_at timestamptz not null default now(),
  has_ended boolean not null default false,
  primary key (process, began_at)
);
create index ping_intake_through on ping_intake (through);

grant select, insert, update (token_hash, token, look_at) on heartbeat to betteruptime_tenant;
grant select on heartbeat_ping to betteruptime_tenant;

alter table heartbeat enable row level security;
create policy own_workspace on heartbeat to betteruptime_tenant using (workspace_id = current_workspace());

alter table heartbeat_ping enable row level security;
create policy own_workspace on heartbeat_ping to betteruptime_tenant
using (exists (select from heartbeat h where h.monitor_key = heartbeat_ping.monitor_key and h.workspace_id = current_workspace()));

-- No tenant may read it; the policy stands for the day on which somebody grants it.
alter table heartbeat_result enable row level security;
create policy own_workspace on heartbeat_result to betteruptime_tenant
using (exists (select from heartbeat h where h.monitor_key = heartbeat_result.monitor_key and h.workspace_id = current_workspace()));
