-- Ticks summed up by the hour and by the day, so that a page of ninety days reads rows by the hundred and not by the million.
-- The indexes of ticks are made anew over those that there are: some seconds for each million, and nobody writes meanwhile.

-- The key of a tick carries what a chart draws: the ticks of a monitor are scattered over the pages of their day, one a minute among
-- thousands of others, but in this index they lie side by side. That is 8 bytes a tick, and a day's chart reads 20 pages, not 1,440.
alter table tick drop constraint tick_pkey;
alter table tick add primary key (monitor_key, region_key, scheduled_at) include (total_us, verdict);

-- Ticks come nearly in the order of their instants, so an index of a few kilobytes a day finds the pages of one hour.
create index tick_by_time on tick using brin (scheduled_at) with (pages_per_range = 32, autosummarize = on);

-- The histogram of packages/domain/src/histogram.ts: the same layout, for whole microseconds. 32 steps an octave.
create function latency_bucket(us integer) returns smallint
language sql immutable parallel safe
return (case when us < 64 then greatest(us, 0)
  -- The place of the highest bit, counted from the left of 32, says how many octaves the number lies above 32.
  else ((27 - position(B'1' in us::bit(32))) << 5) + (us >> (27 - position(B'1' in us::bit(32)))) end)::smallint;

-- One bucket of a stored histogram: 2 bytes its number, 2 bytes its count; what exceeds 15 bits stands in an entry of its own,
-- marked by bit 14 of the number. To add two histograms is to put one behind the other.
create function latency_entry(bucket smallint, n bigint) returns bytea
language sql immutable parallel safe
return int2send(bucket) || int2send((n & 32767)::smallint)
  || case when n > 32767 then int2send((bucket | 16384)::smallint) || int2send((n >> 15)::smallint) else ''::bytea end;

-- The entries of a stored histogram, one row each; a bucket may come more than once.
create function latency_entries(histogram bytea) returns table (bucket smallint, n bigint)
language sql immutable parallel safe
begin atomic
  select ((((get_byte(histogram, at) & 63) << 8) | get_byte(histogram, at + 1)))::smallint,
    ((get_byte(histogram, at + 2)::bigint << 8) | get_byte(histogram, at + 3)) << case when get_byte(histogram, at) & 64 > 0 then 15 else 0 end
  from generate_series(0, length(histogram) - 4, 4) as at;
end;

-- Checks of one monitor from one region in the hour that begins at `at`. Durations are those of passing checks, in microseconds.
create table rollup_hour (
  at timestamptz not null,
  total_us_sum bigint not null,
  dns_us_sum bigint not null,
  connect_us_sum bigint not null,
  tls_us_sum bigint not null,
  first_byte_us_sum bigint not null,
  transfer_us_sum bigint not null,
  monitor_key integer not null references monitor on delete cascade,
  up_count integer not null,
  degraded_count integer not null,
  down_count integer not null,
  -- Without those that expired or were lost.
  unknown_count integer not null,
  expired_count integer not null,
  lost_count integer not null,
  total_us_min integer,
  total_us_max integer,
  -- How many passing checks reached a phase: what its sum is divided by.
  dns_count integer not null,
  connect_count integer not null,
  tls_count integer not null,
  first_byte_count integer not null,
  transfer_count integer not null,
  region_key smallint not null,
  latencies bytea not null,
  primary key (monitor_key, region_key, at)
);
create index rollup_hour_by_time on rollup_hour using brin (at) with (pages_per_range = 32, autosummarize = on);

-- The same of a day in UTC, added up from its hours.
create table rollup_day (like rollup_hour including all, foreign key (monitor_key) references monitor on delete cascade);

-- How far things are: one row.
create table rollup_progress (
  only_row boolean primary key default true check (only_row),
  -- Every hour before this is in rollup_hour, every day before that in rollup_day.
  hours_through timestamptz not null default '-infinity',
  days_through timestamptz not null default '-infinity',
  -- Within the hour, and the day, that comes next: monitors below these keys are done.
  hour_monitor_key integer not null default 0,
  day_monitor_key integer not null default 0,
  -- Ticks before this are gone, or are about to be: no sum may be made of them again.
  ticks_from timestamptz not null default '-infinity'
);
insert into rollup_progress default values;

-- Hours whose ticks changed after they were, or may have been, summed up. A line a change and not a line an hour: a mark that a
-- writer finds already there might be taken away before what it stands for is committed. No monitor means every monitor.
create table rollup_dirty (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  monitor_key integer
);
create index rollup_dirty_at on rollup_dirty (at, monitor_key);

-- Days whose ticks are being copied from the default partition to one of their own (`tick_beside_…`), and since which transaction.
create table tick_move (
  day date primary key,
  since_xid xid8 not null
);
