-- What lasts, of a workspace that has had a hundred thousand incidents.
create index incident_lasting on incident (workspace_id, began_at desc, id desc) where ended_at is null;
create index region_advisory_by_beginning on region_advisory (began_at desc) where ended_at is null;
