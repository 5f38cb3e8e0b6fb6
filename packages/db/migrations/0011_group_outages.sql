-- From when to when a group did not work, and that people are told of it.

create table group_outage (
  id uuid primary key,
  group_id uuid not null references monitor_group on delete cascade,
  workspace_id uuid not null references workspace on delete cascade,
  began_at timestamptz not null,
  ended_at timestamptz check (ended_at >= began_at),
  -- The members that did not work when it began, by their names then.
  failing text[] not null,
  -- Null as long as nobody is told, as nobody is of what its members suffer from.
  told_at timestamptz
);
-- One open outage a group, whoever writes.
create unique index group_outage_open on group_outage (group_id) where ended_at is null;
create index group_outage_of_group on group_outage (group_id, began_at desc, id desc);
create index group_outage_workspace on group_outage (workspace_id);

alter table outbox
  alter column monitor_key drop not null,
  -- Of a group and not of one monitor.
  add column group_id uuid references monitor_group on delete cascade,
  add constraint outbox_subject_check check ((monitor_key is null) <> (group_id is null)),
  drop constraint outbox_event_check;
alter table outbox add constraint outbox_event_check
  check (event in ('status', 'opened', 'changed', 'resolved', 'reopened', 'storm', 'advisory', 'warning', 'group_down', 'group_up'));
create index outbox_group on outbox (group_id) where group_id is not null;

grant select on group_outage to betteruptime_tenant;
alter table group_outage enable row level security;
create policy own_workspace on group_outage to betteruptime_tenant using (workspace_id = current_workspace());
create policy own_group on outbox to betteruptime_tenant
using (exists (select from monitor_group g where g.id = outbox.group_id and g.workspace_id = current_workspace()));
