-- A chart is read as the tenant too: which of the own hours are to be summed up anew is the last thing that it takes.
grant select on rollup_dirty to betteruptime_tenant;
alter table rollup_dirty enable row level security;
-- A mark without a monitor is of every monitor, and of nobody in particular.
create policy own_workspace on rollup_dirty for select to betteruptime_tenant
using (monitor_key is null or exists (
  select from monitor_state s where s.monitor_key = rollup_dirty.monitor_key and s.workspace_id = current_workspace()
));
