DROP TRIGGER timeline_append_only ON timeline_entries; DROP TABLE audit_links, audit_events; DROP FUNCTION audit_is_append_only();
