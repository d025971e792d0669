-- A program of the release before writes the audit row of a submission itself, beside the one that the database writes now
-- (inquiries_audit): its row is left out. Who may not read the log may add nothing to it: the public role of that release has the
-- right to insert until a public host of this release has connected.
CREATE FUNCTION audit_events_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (NEW.action = 'inquiry.received' AND NEW.subject_kind = 'inquiry') THEN
        RAISE EXCEPTION 'who may not read the audit log adds nothing to it' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Deeper, it is the database's own; who may not read the log is never its owner, whatever trigger of theirs this is called from.
    IF pg_trigger_depth() > 1 AND has_table_privilege('public.audit_events', 'SELECT') THEN
        RETURN NEW;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER audit_events_guard BEFORE INSERT ON audit_events FOR EACH ROW
    WHEN ((NEW.action = 'inquiry.received' AND NEW.subject_kind = 'inquiry') OR NOT has_table_privilege('public.audit_events', 'SELECT'))
    EXECUTE FUNCTION audit_events_guard();
