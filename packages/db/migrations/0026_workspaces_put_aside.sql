-- A workspace that is deleted is put aside for seven days, and can be brought back for so long. It is then nobody's, none of its monitors
-- runs and none of its pages is published: what works for all workspaces finds nothing to do there, without asking whether it is there.
-- That it stays so is kept here, against whoever still believes it to be what it was. New columns are null or a constant: no table is
-- written anew.

alter table workspace add column deleted_at timestamptz;
create index workspace_deleted on workspace (deleted_at) where deleted_at is not null;

-- Whether it ran until its workspace was deleted: it goes on with it.
alter table monitor add column paused_by_deletion boolean not null default false;

-- What outsiders saw until the workspace was deleted: `published` with who published it, and when.
alter table status_page add column published_before jsonb;

-- Who was in a workspace that was put aside, with all that a membership says and the views that hang on it.
create table former_membership (
  workspace_id uuid not null references workspace on delete cascade,
  user_id uuid not null references users on delete cascade,
  role text not null,
  joined_at timestamptz,
  digest boolean not null,
  digest_token uuid not null,
  views jsonb not null,
  primary key (workspace_id, user_id)
);
create index former_membership_user on former_membership (user_id);
alter table former_membership enable row level security;
create policy own_workspace on former_membership to betteruptime_tenant using (workspace_id = current_workspace());

-- As where a workspace is gone, also for whoever began before it was deleted: they wait for its row, and find it deleted.
create function refuse_in_deleted_workspace() returns trigger language plpgsql as $$
begin
  perform from workspace where id = new.workspace_id and deleted_at is null for key share;
  if not found then
    raise foreign_key_violation using message = format('the workspace %s is not there', new.workspace_id), table = tg_table_name;
  end if;
  return null;
end $$;
create trigger nobody_comes_into_deleted after insert on membership for each row execute function refuse_in_deleted_workspace();
create trigger none_is_added_to_deleted after insert on monitor for each row execute function refuse_in_deleted_workspace();
create trigger none_runs_in_deleted after update of paused_at on monitor for each row
when (new.paused_at is null and old.paused_at is not null) execute function refuse_in_deleted_workspace();
create trigger none_is_published_of_deleted after update of published on status_page for each row
when (new.published is not null) execute function refuse_in_deleted_workspace();
create trigger none_is_added_to_deleted after insert on status_page for each row execute function refuse_in_deleted_workspace();
