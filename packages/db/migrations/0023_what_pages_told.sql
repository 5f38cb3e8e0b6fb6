-- What we wrote and nobody has published: few rows, asked for every other second by whoever drafts.
create index page_incident_update_ours on page_incident_update (page_incident_id) where published_at is null and author_id is null;

-- What a window with an announcement was before it was changed or deleted: what people were told of it stays told.
create table maintenance_former (
  id uuid primary key,
  -- No reference: it outlives its window.
  window_id uuid not null,
  workspace_id uuid not null references workspace on delete cascade,
  schedule jsonb not null,
  announcement jsonb not null,
  -- Null where it was of all monitors.
  monitor_ids uuid[],
  -- It says something of what began after the first and before the second.
  effective_from timestamptz not null,
  effective_until timestamptz not null
);
create index maintenance_former_workspace on maintenance_former (workspace_id, effective_until desc);
create index maintenance_former_until on maintenance_former (effective_until);
grant select, insert, update, delete on maintenance_former to betteruptime_tenant;
alter table maintenance_former enable row level security;
create policy own_workspace on maintenance_former to betteruptime_tenant using (workspace_id = current_workspace());

-- Pages take turns: of each the one that waits longest.
create index page_message_turn on page_message (page_id, next_at, n) where state = 'waiting';
