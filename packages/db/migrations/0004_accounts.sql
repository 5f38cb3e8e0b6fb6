-- People who sign in, work in several workspaces and use keys; who changed what; and a second lock between workspaces.
-- Tables of people and monitors are locked while their rows get the new columns: seconds for a hundred thousand monitors.

alter table users
  add column is_operator boolean not null default false,
  -- The spelling by which addresses are compared. Of people with one address only the first is found by it.
  add column email_key text,
  add column password_changed_at timestamptz,
  -- Sealed with the instance's key.
  add column totp_secret text,
  add column totp_confirmed_at timestamptz,
  -- The last step of thirty seconds whose code was taken: none is taken twice.
  add column totp_last_step bigint,
  -- People who come from an identity provider have none.
  alter column password_hash drop not null;
update users set email_key = lower(email)
where email is not null and id in (select distinct on (lower(email)) id from users where email is not null order by lower(email), created_at, id);
create unique index users_email_key on users (email_key);
-- Whoever signed up first made the instance.
update users set is_operator = true where id = (select id from users order by created_at, id limit 1);

-- Null for those who came before it was written down.
alter table membership add column joined_at timestamptz;
alter table membership alter column joined_at set default now();

-- Limits that are null are the instance's.
alter table workspace
  add column monitor_limit integer check (monitor_limit >= 0),
  add column member_limit integer check (member_limit >= 1),
  add column interval_floor_seconds integer check (interval_floor_seconds >= 1),
  add column checks_per_minute integer check (checks_per_minute >= 0),
  add column updated_at timestamptz not null default now();

alter table monitor
  add column tags text[] not null default '{}',
  -- How often a person changed it: whoever changes it says which version they saw.
  add column version integer not null default 1;

-- What the list of monitors is ordered and filtered by lies in one row and one index: a page of a hundred reads a hundred of ten
-- thousand. It follows the monitor by triggers, so that no writer can forget it.
alter table monitor_state
  add column workspace_id uuid,
  add column id uuid,
  add column name_key text,
  add column paused boolean;
update monitor_state s set workspace_id = m.workspace_id, id = m.id, name_key = lower(m.name), paused = m.paused_at is not null
from monitor m where m.monitor_key = s.monitor_key;
alter table monitor_state
  alter column workspace_id set not null,
  alter column id set not null,
  alter column name_key set not null,
  alter column paused set not null,
  -- What people look for first stands first.
  add column rank smallint not null generated always as (case when paused then 4
    else case status when 'down' then 0 when 'degraded' then 1 when 'unknown' then 2 else 3 end end) stored;
create index monitor_state_by_rank on monitor_state (workspace_id, rank, name_key, id);
create index monitor_state_by_name on monitor_state (workspace_id, name_key, id);

create index monitor_by_creation on monitor (workspace_id, created_at, id);
create index monitor_by_change on monitor (workspace_id, updated_at, id);

create function begin_monitor_state() returns trigger language plpgsql as $$
begin
  select m.workspace_id, m.id, lower(m.name), m.paused_at is not null into new.workspace_id, new.id, new.name_key, new.paused
  from monitor m where m.monitor_key = new.monitor_key;
  return new;
end $$;
create trigger monitor_state_begun before insert on monitor_state for each row execute function begin_monitor_state();

create function follow_monitor() returns trigger language plpgsql as $$
begin
  update monitor_state set name_key = lower(new.name), paused = new.paused_at is not null where monitor_key = new.monitor_key;
  return null;
end $$;
create trigger monitor_followed after update of name, paused_at on monitor for each row
when (old.name <> new.name or (old.paused_at is null) <> (new.paused_at is null)) execute function follow_monitor();

-- The outages of a workspace, newest first.
create index state_interval_down on state_interval (began_at desc, monitor_key) where status = 'down';

create table session (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  -- Where they work unless they ask for another. Where it is none of theirs any more it counts for nothing.
  workspace_id uuid references workspace on delete set null,
  method text not null check (method in ('password', 'passkey', 'oidc')),
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  user_agent text,
  address text
);
create index session_of_user on session (user_id);
create index session_of_workspace on session (workspace_id);
create index session_by_end on session (expires_at);

create table api_key (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  -- It acts with the role that this person has now, and not at all once they are no member.
  created_by uuid not null references users on delete cascade,
  name text not null,
  prefix text not null,
  -- SHA-256 of a random key of 256 bits: there is nothing to be guessed, so nothing slower is needed.
  hash bytea not null unique,
  scopes text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index api_key_workspace on api_key (workspace_id, id);
create index api_key_maker on api_key (created_by);

create table invitation (
  id uuid primary key,
  workspace_id uuid not null references workspace on delete cascade,
  email text,
  role text not null check (role in ('owner', 'admin', 'member', 'viewer')),
  token_hash bytea not null unique,
  invited_by uuid references users on delete set null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  accepted_by uuid references users on delete set null,
  revoked_at timestamptz
);
create index invitation_workspace on invitation (workspace_id, id);
create index invitation_maker on invitation (invited_by);
create index invitation_guest on invitation (accepted_by);

create table password_reset (
  token_hash bytea primary key,
  user_id uuid not null references users on delete cascade,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index password_reset_user on password_reset (user_id);

create table recovery_code (
  user_id uuid not null references users on delete cascade,
  code_hash bytea not null,
  used_at timestamptz,
  primary key (user_id, code_hash)
);

create table passkey (
  -- base64url, as browsers give it.
  credential_id text primary key,
  user_id uuid not null references users on delete cascade,
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null,
  name text not null,
  created_at timestamptz not null,
  last_used_at timestamptz
);
create index passkey_user on passkey (user_id);

-- What was asked of a browser or an identity provider, until it answers: once.
create table challenge (
  id uuid primary key,
  purpose text not null,
  user_id uuid references users on delete cascade,
  data jsonb not null,
  expires_at timestamptz not null
);
create index challenge_user on challenge (user_id);
create index challenge_expires on challenge (expires_at);

create table oidc_identity (
  issuer text not null,
  subject text not null,
  user_id uuid not null references users on delete cascade,
  created_at timestamptz not null,
  primary key (issuer, subject)
);
create index oidc_identity_user on oidc_identity (user_id);

-- Who changed what, without secrets. Without a workspace: what concerns the instance.
create table audit_entry (
  id bigint generated always as identity primary key,
  workspace_id uuid references workspace on delete cascade,
  at timestamptz not null,
  actor_kind text not null check (actor_kind in ('person', 'key', 'system')),
  -- No reference: what somebody did stays told when they are gone.
  actor_id uuid,
  actor_name text not null,
  action text not null,
  subject_type text not null,
  subject_id text,
  before jsonb,
  after jsonb,
  address text,
  user_agent text,
  request_id text
);
create index audit_entry_workspace on audit_entry (workspace_id, id desc);
create index audit_entry_subject on audit_entry (workspace_id, subject_id, id desc);
create index audit_entry_at on audit_entry using brin (at);

-- Requests that may come twice and must act once, with the answer that the first one got.
create table idempotency (
  workspace_id uuid not null references workspace on delete cascade,
  principal_id uuid not null,
  key text not null,
  request_hash bytea not null,
  -- Null while the first one is being answered.
  status smallint,
  headers jsonb,
  body text,
  created_at timestamptz not null,
  primary key (workspace_id, principal_id, key)
);
create index idempotency_created on idempotency (created_at);

-- The second lock. Statements about a tenant's rows name the workspace in their WHERE; one that forgot it runs as this role, which
-- sees and changes the rows of one workspace alone. The services that work for all workspaces go on as the owner.
do $$
begin
  if not exists (select from pg_roles where rolname = 'betteruptime_tenant') then
    -- Roles belong to the server, not to a database: the migration of another one may be making it at this moment.
    begin
      create role betteruptime_tenant nologin;
    exception when duplicate_object or unique_violation then null;
    end;
  end if;
  -- Since PostgreSQL 16 whoever makes a role may administer it, which is not yet to take it on.
  if not pg_has_role(current_user, 'betteruptime_tenant', case when current_setting('server_version_num')::integer >= 160000 then 'set' else 'member' end) then
    begin
      execute format('grant betteruptime_tenant to %I', current_user);
    exception when unique_violation then null;
    end;
  end if;
exception when insufficient_privilege then
  raise exception '% may not make or take on the role that requests of one workspace run as; let an operator of the server run once: %grant betteruptime_tenant to %;',
    current_user, case when exists (select from pg_roles where rolname = 'betteruptime_tenant') then '' else 'create role betteruptime_tenant nologin; ' end,
    quote_ident(current_user);
end $$;

do $$
begin
  if not has_schema_privilege('betteruptime_tenant', current_schema(), 'usage') then
    execute format('grant usage on schema %I to betteruptime_tenant', current_schema());
  end if;
end $$;

-- The workspace that the present transaction works for; null, and with it no row at all, where none was named.
create function current_workspace() returns uuid language sql stable parallel safe
return nullif(current_setting('betteruptime.workspace', true), '')::uuid;

grant select, delete on workspace to betteruptime_tenant;
grant update (name, updated_at) on workspace to betteruptime_tenant;
grant select, insert, update, delete on membership, monitor, idempotency to betteruptime_tenant;
grant select, insert, update on monitor_state, state_interval to betteruptime_tenant;
grant select, delete on monitor_region to betteruptime_tenant;
grant select, insert on audit_entry to betteruptime_tenant;
-- What proves who somebody is cannot be read.
grant select (id, username, email, created_at, totp_confirmed_at) on users to betteruptime_tenant;
grant select (id, workspace_id, created_by, name, prefix, scopes, created_at, expires_at, last_used_at, revoked_at), insert, update (name, revoked_at)
  on api_key to betteruptime_tenant;
grant select (id, workspace_id, email, role, invited_by, created_at, expires_at, accepted_at, accepted_by, revoked_at), insert, update (revoked_at)
  on invitation to betteruptime_tenant;
-- Of all workspaces, or found by the key of a monitor that was found in the own one.
grant select on region, consumer_seen, tick, rollup_hour, rollup_day, rollup_progress to betteruptime_tenant;

alter table workspace enable row level security;
create policy own_workspace on workspace to betteruptime_tenant using (id = current_workspace());

alter table users enable row level security;
create policy own_workspace on users to betteruptime_tenant
using (exists (select from membership m where m.user_id = users.id and m.workspace_id = current_workspace()));

alter table monitor_region enable row level security;
create policy own_workspace on monitor_region to betteruptime_tenant
using (exists (select from monitor_state s where s.monitor_key = monitor_region.monitor_key and s.workspace_id = current_workspace()));

alter table state_interval enable row level security;
create policy own_workspace on state_interval to betteruptime_tenant
using (exists (select from monitor_state s where s.monitor_key = state_interval.monitor_key and s.workspace_id = current_workspace()));

-- A session is its person's, and no tenant may read it; the policy stands for the day on which somebody grants it.
do $$
declare name text;
begin
  foreach name in array array['membership', 'monitor', 'monitor_state', 'session', 'api_key', 'invitation', 'audit_entry', 'idempotency'] loop
    execute format('alter table %I enable row level security', name);
    execute format('create policy own_workspace on %I to betteruptime_tenant using (workspace_id = current_workspace())', name);
  end loop;
end $$;
