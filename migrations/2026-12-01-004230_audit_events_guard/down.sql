DROP TRIGGER audit_events_guard ON audit_events;
DROP FUNCTION audit_events_guard();
