-- What people say on pages beside their content, and how those that serve pages notice it.

alter table status_page
  -- Counts up with everything that is said on it beside its content: whoever serves it reads it anew then.
  add column said integer not null default 0,
  -- Since when its name of its own does not name it any more; after some days it is not its name.
  add column domain_failing_since timestamptz;
-- A name is of the page that has shown that it is its; until then others may try.
alter table status_page drop constraint status_page_domain_key;
create unique index status_page_domain on status_page (domain) where domain_verified_at is not null;

alter table page_incident
  -- When a person last wrote on it; one that we drafted is ours to go on with as long as nobody has.
  add column written_at timestamptz;

-- The incidents of monitors that one on a page is about: each is in one of a page.
create table page_incident_cause (
  page_id uuid not null references status_page on delete cascade,
  incident_id uuid not null references incident on delete cascade,
  page_incident_id uuid not null references page_incident on delete cascade,
  workspace_id uuid not null references workspace on delete cascade,
  primary key (page_id, incident_id)
);
create index page_incident_cause_of on page_incident_cause (page_incident_id);
create index page_incident_cause_incident on page_incident_cause (incident_id);
create index page_incident_cause_workspace on page_incident_cause (workspace_id);
grant select, insert, update, delete on page_incident_cause to betteruptime_tenant;
alter table page_incident_cause enable row level security;
create policy own_workspace on page_incident_cause to betteruptime_tenant using (workspace_id = current_workspace());

-- One statement a table, whoever writes: nothing that is said is forgotten.
create function page_was_said() returns trigger language plpgsql as $$
begin
  update status_page set said = said + 1 where id in (select page_id from said_rows);
  return null;
end $$;
create function page_incident_was_said() returns trigger language plpgsql as $$
begin
  update status_page set said = said + 1
  where id in (select i.page_id from page_incident i where i.id in (select page_incident_id from said_rows));
  return null;
end $$;
do $$
declare
  name text;
  what text;
  told text;
begin
  foreach name in array array['component_state', 'page_incident', 'page_announcement', 'page_incident_component', 'page_incident_update'] loop
    told := case when name in ('page_incident_component', 'page_incident_update') then 'page_incident_was_said' else 'page_was_said' end;
    foreach what in array array['insert', 'update', 'delete'] loop
      execute format('create trigger %s_%s after %s on %I referencing %s table as said_rows for each statement execute function %I()',
        name, what, what, name, case when what = 'delete' then 'old' else 'new' end, told);
    end loop;
  end loop;
end $$;
