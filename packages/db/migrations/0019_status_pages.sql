-- Pages for the public. What they say of a monitor is read when they are drawn; nothing of it is copied here.

create table status_page (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  -- What stands in its address: one page of the whole instance has it.
  slug text not null unique,
  -- Its content, as packages/contracts/src/status-pages.ts takes it: what is being written, and what outsiders see.
  draft jsonb not null,
  published jsonb,
  published_at timestamptz,
  published_by text,
  -- argon2id; of a page that asks for a password.
  password_hash text,
  -- A raster image, made anew by us and never as it was sent.
  logo bytea,
  logo_type text check (logo_type in ('image/png', 'image/webp')),
  -- A name of its own, and the text that its owner is to put into its TXT record.
  domain text unique,
  domain_token text,
  domain_verified_at timestamptz,
  domain_checked_at timestamptz,
  domain_error text,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check ((published is null) = (published_at is null)),
  check ((domain is null) = (domain_token is null))
);
create index status_page_workspace on status_page (workspace_id, id);

-- What people say of components that nobody watches, from when to when.
create table component_state (
  page_id uuid not null references status_page on delete cascade,
  component_id uuid not null,
  workspace_id uuid not null references workspace on delete cascade,
  state text not null,
  began_at timestamptz not null,
  ended_at timestamptz check (ended_at >= began_at),
  primary key (page_id, component_id, began_at)
);
create unique index component_state_open on component_state (page_id, component_id) where ended_at is null;
create index component_state_workspace on component_state (workspace_id);

-- What a page says of an incident. Without `published_at` it is a draft, which outsiders do not see.
create table page_incident (
  id uuid primary key,
  page_id uuid not null references status_page on delete cascade,
  workspace_id uuid not null references workspace on delete cascade,
  -- The incident of a monitor from which it was drafted.
  incident_id uuid references incident on delete set null,
  title text not null,
  impact text not null check (impact in ('none', 'minor', 'major', 'critical')),
  phase text not null check (phase in ('investigating', 'identified', 'monitoring', 'resolved', 'postmortem')),
  began_at timestamptz not null,
  published_at timestamptz,
  resolved_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index page_incident_page on page_incident (page_id, began_at desc, id desc);
create index page_incident_workspace on page_incident (workspace_id);
-- One incident is drafted once for a page, whoever drafts.
create unique index page_incident_of on page_incident (page_id, incident_id) where incident_id is not null;

create table page_incident_component (
  page_incident_id uuid not null references page_incident on delete cascade,
  component_id uuid not null,
  workspace_id uuid not null references workspace on delete cascade,
  state text not null,
  primary key (page_incident_id, component_id)
);
create index page_incident_component_workspace on page_incident_component (workspace_id);

create table page_incident_update (
  id uuid primary key,
  page_incident_id uuid not null references page_incident on delete cascade,
  workspace_id uuid not null references workspace on delete cascade,
  phase text not null check (phase in ('investigating', 'identified', 'monitoring', 'resolved', 'postmortem')),
  -- Markdown, of which an allow-list is shown.
  body text not null,
  at timestamptz not null,
  published_at timestamptz,
  author_id uuid,
  author_name text
);
create index page_incident_update_of on page_incident_update (page_incident_id, at, id);
create index page_incident_update_workspace on page_incident_update (workspace_id);

create table page_announcement (
  id uuid primary key,
  page_id uuid not null references status_page on delete cascade,
  workspace_id uuid not null references workspace on delete cascade,
  title text not null,
  body text not null,
  from_at timestamptz not null,
  until_at timestamptz check (until_at > from_at),
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index page_announcement_page on page_announcement (page_id, from_at desc);
create index page_announcement_workspace on page_announcement (workspace_id);

-- What pages say of a window, as its maker wrote it for the public; null where they say nothing.
alter table maintenance_window add column announcement jsonb;

grant select, insert, update, delete on status_page, component_state, page_incident, page_incident_component, page_incident_update, page_announcement
  to betteruptime_tenant;
do $$
declare name text;
begin
  foreach name in array array['status_page', 'component_state', 'page_incident', 'page_incident_component', 'page_incident_update', 'page_announcement'] loop
    execute format('alter table %I enable row level security', name);
    execute format('create policy own_workspace on %I to betteruptime_tenant using (workspace_id = current_workspace())', name);
  end loop;
end $$;
