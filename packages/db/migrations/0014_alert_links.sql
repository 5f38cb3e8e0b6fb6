-- A link in a message does what it says once.

create table alert_link_use (
  delivery_id uuid not null references delivery on delete cascade,
  deed text not null check (deed in ('acknowledge', 'pause')),
  workspace_id uuid not null references workspace on delete cascade,
  used_at timestamptz not null,
  primary key (delivery_id, deed)
);
create index alert_link_use_workspace on alert_link_use (workspace_id);

-- Who does something by a link is whoever was written to.
alter table audit_entry drop constraint audit_entry_actor_kind_check;
alter table audit_entry add constraint audit_entry_actor_kind_check check (actor_kind in ('person', 'key', 'link', 'system'));

grant select, insert on alert_link_use to betteruptime_tenant;
alter table alert_link_use enable row level security;
create policy own_workspace on alert_link_use to betteruptime_tenant using (workspace_id = current_workspace());
