-- What subscribers were told, which outlives its window: whoever heard of it hears that it does not come.
alter table page_maintenance_told
  drop constraint page_maintenance_told_window_id_fkey,
  drop constraint page_maintenance_told_part_check,
  add constraint page_maintenance_told_part_check check (part in ('ahead', 'moved', 'begun', 'done')),
  -- Both are null of what was told before they were kept.
  add column body jsonb,
  add column told_at timestamptz;
create index page_maintenance_told_from on page_maintenance_told (from_at);
create index maintenance_former_window on maintenance_former (window_id);
