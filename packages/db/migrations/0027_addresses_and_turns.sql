-- The address of a page is drafted as all else of it is: `slug` is what is written, and it answers at the one that was published last.
-- Few rows; no table is written anew.
alter table status_page add column published_slug text;
update status_page set published_slug = slug where published is not null or published_before is not null;
alter table status_page add constraint status_page_published_slug_check check (published is null or published_slug is not null);

-- Both of them are the page's alone, in the whole instance. The policies of rows hide those of others from whoever asks whether there are
-- any, and hide nothing from a key.
create table status_page_address (
  slug text primary key,
  page_id uuid not null references status_page on delete cascade,
  workspace_id uuid not null references workspace on delete cascade
);
create index status_page_address_page on status_page_address (page_id);
create index status_page_address_workspace on status_page_address (workspace_id);
insert into status_page_address (slug, page_id, workspace_id) select slug, id, workspace_id from status_page;
grant select, insert, update, delete on status_page_address to betteruptime_tenant;
alter table status_page_address enable row level security;
create policy own_workspace on status_page_address to betteruptime_tenant using (workspace_id = current_workspace());

create function hold_page_addresses() returns trigger language plpgsql as $$
begin
  delete from status_page_address where page_id = new.id and slug <> new.slug and slug is distinct from new.published_slug;
  -- What is published was drafted before, and is held since then.
  insert into status_page_address (slug, page_id, workspace_id) select new.slug, new.id, new.workspace_id
    where not exists (select from status_page_address a where a.slug = new.slug and a.page_id = new.id);
  return null;
end $$;
create trigger page_addresses_held after insert or update of slug, published_slug on status_page
for each row execute function hold_page_addresses();

-- Whoever waits for an answer of theirs comes first: among fifty thousand messages to many they are not looked for one by one. Few rows.
create index page_message_asked on page_message (next_at) where state = 'waiting' and kind in ('confirm', 'sign_in');
-- Nothing else was found by it.
drop index page_message_waiting;
