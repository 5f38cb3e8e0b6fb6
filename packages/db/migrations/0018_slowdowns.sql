-- How slow each monitor was on the day before that of its p95. It changes by the hour and not by the minute, and is renewed so.
alter table monitor_figures
  add column before_us integer check (before_us >= 0),
  -- When that day ended.
  add column before_at timestamptz,
  -- How many times as slow it is since: of what is slower by half and by 50 ms at least, so that nobody is shown noise.
  add column slowdown real generated always as (
    case when p95_us - before_us >= 50000 and p95_us::bigint * 2 >= before_us::bigint * 3 then p95_us::real / greatest(before_us, 1) end
  ) stored;
create index monitor_figures_by_slowdown on monitor_figures (workspace_id, slowdown desc, id) where slowdown is not null;
