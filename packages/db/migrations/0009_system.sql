-- The monitor of the monitor: what it saw of itself. None of these has rows of a workspace, and the role of tenants reads none.

-- Each stretch of time in which something of ours did not work.
create table system_incident (
  id bigint generated always as identity primary key,
  kind text not null,
  -- Null where it is of all regions.
  region text,
  began_at timestamptz not null,
  ended_at timestamptz check (ended_at >= began_at),
  message text not null,
  details jsonb not null
);
create unique index system_incident_open on system_incident (kind, coalesce(region, '')) where ended_at is null;
create index system_incident_began on system_incident (began_at);

-- How many slots of a region were accounted for in a minute, and how many of those had no result.
create table slot_coverage (
  region text not null,
  minute timestamptz not null,
  due bigint not null,
  missing bigint not null check (missing <= due),
  primary key (region, minute)
);
create index slot_coverage_minute on slot_coverage (minute);

-- The newest canary check of a region that came the whole way.
create table path_canary (
  region text primary key,
  scheduled_at timestamptz not null,
  committed_at timestamptz not null,
  verdict text not null check (verdict in ('up', 'degraded', 'down', 'unknown')),
  code text not null
);

-- Whether a consumer judges targets of its own rightly.
alter table consumer_seen add column trusted boolean not null default true;
