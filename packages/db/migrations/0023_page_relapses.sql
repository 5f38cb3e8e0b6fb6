-- What we wrote and nobody has published: few rows, asked for every other second by whoever drafts.
create index page_incident_update_ours on page_incident_update (page_incident_id) where published_at is null and author_id is null;
