-- What signs the links and cookies of a page: whoever was let in, and whoever is subscribed. A new one ends them all.
alter table status_page add column secret text not null default gen_random_uuid()::text || gen_random_uuid()::text;
