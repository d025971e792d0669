-- The audit row of a submission is written by the database itself, whoever inserts: who faces the internet can neither leave it out
-- nor write another. What goes to quarantine can come at any rate, and is counted by the minute (audit_tallies). Demonstration data
-- has an event of its own; only who may read the log may say that it is that.
CREATE FUNCTION inquiries_audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    WITH came AS (SELECT fresh.id, fresh.lead_id, leads.quarantine_reason AS held FROM fresh JOIN leads ON leads.id = fresh.lead_id),
    counted AS (INSERT INTO audit_tallies (action, details, count)
        SELECT 'inquiry.received', jsonb_build_object('held', held), count(*) FROM came WHERE held IS NOT NULL GROUP BY held)
    INSERT INTO audit_events (actor, action, subject_kind, subject_id, details)
        SELECT 'public', 'inquiry.received', 'inquiry', id::text, jsonb_build_object('lead', lead_id, 'held', NULL)
        FROM came WHERE held IS NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER inquiries_audit AFTER INSERT ON inquiries REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
    WHEN (current_setting('intake.demonstration', true) IS DISTINCT FROM 'on' OR NOT has_table_privilege('public.audit_events', 'SELECT'))
    EXECUTE FUNCTION inquiries_audit();
