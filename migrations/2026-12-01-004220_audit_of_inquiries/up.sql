-- The audit row of a submission is written by the database itself, whoever inserts: who faces the internet can neither leave it out
-- nor write another. What goes to quarantine can come at any rate, and is counted by the minute (audit_tallies). Demonstration data
-- has an event of its own; only who may read the log may say that it is that.
CREATE FUNCTION inquiries_audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO audit_events (actor, action, subject_kind, subject_id, details)
        SELECT 'public', 'inquiry.received', 'inquiry', fresh.id::text, jsonb_build_object('lead', fresh.lead_id, 'held', NULL)
        FROM fresh JOIN leads ON leads.id = fresh.lead_id WHERE leads.quarantine_reason IS NULL;
    INSERT INTO audit_tallies (action, details, count)
        SELECT 'inquiry.received', jsonb_build_object('held', leads.quarantine_reason), count(*)
        FROM fresh JOIN leads ON leads.id = fresh.lead_id WHERE leads.quarantine_reason IS NOT NULL
        GROUP BY leads.quarantine_reason;
    RETURN NULL;
END
$$;
CREATE TRIGGER inquiries_audit AFTER INSERT ON inquiries REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
    WHEN (current_setting('intake.demonstration', true) IS DISTINCT FROM 'on' OR NOT has_table_privilege('public.audit_events', 'SELECT'))
    EXECUTE FUNCTION inquiries_audit();
