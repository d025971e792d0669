DROP INDEX audit_events_at;
DROP INDEX audit_events_action;
