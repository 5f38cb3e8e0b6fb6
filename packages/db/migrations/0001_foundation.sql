-- People, workspaces, monitors, and the ticks that checks leave behind.

create table users (
  id uuid primary key,
  username text not null,
  -- The spelling by which names are compared: case does not make a second person.
  username_key text not null unique,
  password_hash text not null,
  email text,
  phone text,
  created_at timestamptz not null default now()
);

create table workspace (
  id uuid primary key,
  name text not null,
  created_at timestamptz not null default now()
);

create table membership (
  workspace_id uuid not null references workspace on delete cascade,
  user_id uuid not null references users on delete cascade,
  role text not null check (role in ('owner', 'admin', 'member', 'viewer')),
  primary key (workspace_id, user_id)
);
create index membership_user on membership (user_id);

create table region (
  region_key smallint generated always as identity primary key,
  name text not null unique
);

create table monitor (
  -- The compact key of ticks; never shown, never used again after a deletion.
  monitor_key integer generated always as identity primary key,
  id uuid not null unique,
  workspace_id uuid not null references workspace on delete cascade,
  name text not null,
  spec jsonb not null,
  -- The one spelling of what is watched, by which the first API finds a website.
  target text not null,
  interval_ms integer not null check (interval_ms >= 1000),
  regions text[] not null check (cardinality(regions) > 0),
  paused_at timestamptz,
  -- Since when the present schedule applies (created, resumed, target changed): its first check is at this instant.
  schedule_from timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index monitor_target on monitor (workspace_id, target);
create index monitor_schedule on monitor (monitor_key) where paused_at is null;

-- What the regions together say about a monitor.
create table monitor_state (
  monitor_key integer primary key references monitor on delete cascade,
  status text not null default 'unknown' check (status in ('up', 'degraded', 'down', 'unknown')),
  since timestamptz,
  cause_code text,
  cause_message text,
  cause_region text,
  failing smallint not null default 0,
  reporting smallint not null default 0
);

-- What one region last said about a monitor, and since when.
create table monitor_region (
  monitor_key integer not null references monitor on delete cascade,
  region_key smallint not null references region,
  verdict smallint not null,
  since timestamptz not null,
  scheduled_at timestamptz not null,
  code text not null,
  message text not null,
  primary key (monitor_key, region_key)
);

-- One row a slot. Compact: code and message are null for a passing check without a remark, durations are microseconds.
-- No foreign keys: partitions are dropped by the day, and a deleted monitor's ticks go with their days.
create table tick (
  monitor_key integer not null,
  region_key smallint not null,
  verdict smallint not null,
  status smallint,
  scheduled_at timestamptz not null,
  start_lag_ms integer not null,
  total_us integer not null,
  dns_us integer,
  connect_us integer,
  tls_us integer,
  first_byte_us integer,
  transfer_us integer,
  redirects smallint not null,
  certificate_expires_at timestamptz,
  code text,
  message text,
  address inet,
  primary key (monitor_key, region_key, scheduled_at)
) partition by range (scheduled_at);

-- Nothing is ever refused: what no day's partition takes lands here.
create table tick_default partition of tick default;
