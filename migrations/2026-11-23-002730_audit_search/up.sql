-- The audit page searches by time and by action; by person and by record it could already.
CREATE INDEX audit_events_at ON audit_events (at, id);
CREATE INDEX audit_events_action ON audit_events (action, id);
