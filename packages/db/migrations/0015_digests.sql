-- Once a week, a mail about it to each member who wants one. The tables of workspaces and of their members are locked while their rows get
-- the new columns: seconds for a hundred thousand people.

alter table workspace
  -- By whose clocks the week of its people begins.
  add column time_zone text not null default 'UTC',
  -- When its members are to be written to next.
  add column digest_at timestamptz not null default 'epoch';
create index workspace_digest on workspace (digest_at);

alter table membership
  add column digest boolean not null default true,
  -- Whoever has it ends these mails, without signing in. It opens nothing else.
  add column digest_token uuid not null default gen_random_uuid();
create unique index membership_digest_token on membership (digest_token);

-- The mail to one member about one week: it is there once, whoever plans it and however often somebody leaves and comes back.
create table digest (
  -- What receivers know it by, the same in every attempt.
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references workspace on delete cascade,
  user_id uuid not null references users on delete cascade,
  -- Counted by their Mondays: packages/domain/src/digest.ts.
  week integer not null,
  from_at timestamptz not null,
  to_at timestamptz not null check (to_at > from_at),
  state text not null default 'waiting' check (state in ('waiting', 'sending', 'accepted', 'dead', 'superseded')),
  attempts integer not null default 0,
  due_at timestamptz not null,
  next_at timestamptz not null,
  lease_holder text,
  lease_until timestamptz,
  done_at timestamptz,
  answer text,
  unique (workspace_id, user_id, week),
  check ((state = 'sending') = (lease_until is not null) and (state = 'sending') = (lease_holder is not null))
);
create index digest_waiting on digest (next_at, workspace_id) where state = 'waiting';
create index digest_leased on digest (lease_until) where state = 'sending';
create index digest_done on digest (done_at) where done_at is not null;
create index digest_user on digest (user_id);

-- What lasted into a week, of a workspace that has had a hundred thousand incidents.
create index incident_by_end on incident (workspace_id, ended_at) where ended_at is not null;

grant update (time_zone, digest_at) on workspace to betteruptime_tenant;

-- No tenant may read it; the policy stands for the day on which somebody grants it.
alter table digest enable row level security;
create policy own_workspace on digest to betteruptime_tenant using (workspace_id = current_workspace());
