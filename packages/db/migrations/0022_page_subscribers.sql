-- Who wants to hear of a status page, and what is to be sent to whom.

create table page_subscriber (
  id uuid primary key,
  page_id uuid not null references status_page on delete cascade,
  workspace_id uuid not null references workspace on delete cascade,
  kind text not null check (kind in ('email', 'webhook', 'slack', 'teams', 'discord')),
  -- What one address is known by on a page: of mail it in small letters, of a hook a hash of its URL.
  address_key text not null,
  email text,
  -- Of a hook, sealed as a whole: whoever knows its URL can post there.
  settings text,
  -- Null for all that is said on the page.
  components uuid[],
  state text not null default 'pending' check (state in ('pending', 'confirmed', 'unsubscribed')),
  -- They asked for it, the hook is gone, or the mail server knows no such mailbox.
  ended_because text check (ended_because in ('asked', 'gone', 'refused')),
  -- Counts up with each time that they come back.
  round integer not null default 1,
  created_at timestamptz not null,
  confirmed_at timestamptz,
  ended_at timestamptz,
  unique (page_id, address_key),
  check ((kind = 'email') = (email is not null) and (kind = 'email') = (settings is null)),
  check (state <> 'confirmed' or confirmed_at is not null),
  check ((state = 'unsubscribed') = (ended_at is not null) and (ended_at is null) = (ended_because is null))
);
create index page_subscriber_page on page_subscriber (page_id, id);
create index page_subscriber_confirmed on page_subscriber (page_id) where state = 'confirmed';
create index page_subscriber_pending on page_subscriber (created_at) where state = 'pending';
create index page_subscriber_workspace on page_subscriber (workspace_id);

-- Links by which somebody with an address of an allowed domain comes in to a page, each once.
create table page_sign_in (
  id uuid primary key,
  page_id uuid not null references status_page on delete cascade,
  workspace_id uuid not null references workspace on delete cascade,
  email text not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index page_sign_in_page on page_sign_in (page_id);
create index page_sign_in_expired on page_sign_in (expires_at);
create index page_sign_in_workspace on page_sign_in (workspace_id);

-- One message to one address. It is there once, whoever plans it.
create table page_message (
  -- What receivers know it by, the same in every attempt.
  id uuid primary key default gen_random_uuid(),
  -- In the order in which things were said.
  n bigint not null generated always as identity,
  page_id uuid not null references status_page on delete cascade,
  workspace_id uuid not null references workspace on delete cascade,
  subscriber_id uuid references page_subscriber on delete cascade,
  sign_in_id uuid references page_sign_in on delete cascade,
  kind text not null check (kind in ('confirm', 'sign_in', 'update', 'maintenance')),
  -- What it tells, once to each subscriber.
  event text not null,
  -- Of what is told of one incident or one maintenance the newest alone is sent.
  thread text,
  update_id uuid references page_incident_update on delete cascade,
  -- Of maintenance: what is told, for it may be another one when it is sent.
  body jsonb,
  state text not null default 'waiting' check (state in ('waiting', 'sending', 'accepted', 'dead', 'superseded')),
  attempts integer not null default 0,
  due_at timestamptz not null,
  next_at timestamptz not null,
  lease_holder text,
  lease_until timestamptz,
  done_at timestamptz,
  answer text,
  unique (subscriber_id, event),
  unique (sign_in_id),
  check ((subscriber_id is null) = (kind = 'sign_in') and (sign_in_id is null) = (kind <> 'sign_in')),
  check ((update_id is null) = (kind <> 'update') and (body is null) = (kind <> 'maintenance')),
  check ((state = 'sending') = (lease_until is not null) and (state = 'sending') = (lease_holder is not null))
);
create index page_message_waiting on page_message (next_at) where state = 'waiting';
create index page_message_leased on page_message (lease_until) where state = 'sending';
create index page_message_done on page_message (done_at) where done_at is not null;
create index page_message_thread on page_message (subscriber_id, thread, n) where thread is not null;
create index page_message_page on page_message (page_id);
create index page_message_update on page_message (update_id) where update_id is not null;
create index page_message_workspace on page_message (workspace_id);

-- What subscribers of a page were told of maintenance.
create table page_maintenance_told (
  page_id uuid not null references status_page on delete cascade,
  window_id uuid not null references maintenance_window on delete cascade,
  from_at timestamptz not null,
  part text not null check (part in ('ahead', 'begun', 'done')),
  workspace_id uuid not null references workspace on delete cascade,
  primary key (page_id, window_id, from_at, part)
);
create index page_maintenance_told_window on page_maintenance_told (window_id);
create index page_maintenance_told_workspace on page_maintenance_told (workspace_id);

-- When it was written down who is to be told of an update.
alter table page_incident_update add column planned_at timestamptz;
update page_incident_update set planned_at = published_at where published_at is not null;
create index page_incident_update_unplanned on page_incident_update (published_at) where published_at is not null and planned_at is null;

grant select, insert, update, delete on page_subscriber, page_sign_in, page_message, page_maintenance_told to betteruptime_tenant;
do $$
declare name text;
begin
  foreach name in array array['page_subscriber', 'page_sign_in', 'page_message', 'page_maintenance_told'] loop
    execute format('alter table %I enable row level security', name);
    execute format('create policy own_workspace on %I to betteruptime_tenant using (workspace_id = current_workspace())', name);
  end loop;
end $$;
