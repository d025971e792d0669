-- Facts of the leads of one day (UTC), packed for reports over long periods. Derived, never the truth: a day that is not here, or of
-- which something changed since, is read from the rows themselves.
CREATE TABLE report_days (
    day date PRIMARY KEY,
    format text NOT NULL,
    leads integer NOT NULL CHECK (leads >= 0),
    facts bytea NOT NULL,
    packed_at timestamptz NOT NULL DEFAULT now()
);

-- Days of which something changed. Added to and never updated, so that nobody waits for another; a packing removes what it saw.
CREATE TABLE report_changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    day date NOT NULL
);
CREATE INDEX report_changes_day ON report_changes (day);

-- Days younger than this are never packed, so their changes need no mark.
CREATE FUNCTION report_day(received_at timestamptz) RETURNS date LANGUAGE sql IMMUTABLE AS
    $$ SELECT (received_at AT TIME ZONE 'UTC')::date $$;

CREATE FUNCTION report_leads_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO report_changes (day)
        SELECT DISTINCT report_day(received_at) FROM touched WHERE received_at < now() - interval '2 days';
    RETURN NULL;
END $$;

CREATE FUNCTION report_rows_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO report_changes (day)
        SELECT DISTINCT report_day(leads.received_at) FROM touched JOIN leads ON leads.id = touched.lead_id
        WHERE leads.received_at < now() - interval '2 days';
    RETURN NULL;
END $$;

CREATE FUNCTION report_returns_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO report_changes (day)
        SELECT DISTINCT report_day(leads.received_at) FROM touched JOIN leads ON leads.id = touched.earlier_id
        WHERE leads.received_at < now() - interval '2 days';
    RETURN NULL;
END $$;

CREATE TRIGGER report_added AFTER INSERT ON leads REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION report_leads_changed();
CREATE TRIGGER report_changed AFTER UPDATE ON leads REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION report_leads_changed();
CREATE TRIGGER report_moved AFTER UPDATE ON leads REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION report_leads_changed();
CREATE TRIGGER report_removed AFTER DELETE ON leads REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION report_leads_changed();
CREATE TRIGGER report_changed AFTER UPDATE ON inquiries REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION report_rows_changed();
CREATE TRIGGER report_removed AFTER DELETE ON inquiries REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION report_rows_changed();
CREATE TRIGGER report_added AFTER INSERT ON timeline_entries REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION report_rows_changed();
CREATE TRIGGER report_changed AFTER UPDATE ON timeline_entries REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION report_rows_changed();
CREATE TRIGGER report_removed AFTER DELETE ON timeline_entries REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION report_rows_changed();
CREATE TRIGGER report_added AFTER INSERT ON routing_choices REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION report_rows_changed();
CREATE TRIGGER report_removed AFTER DELETE ON routing_choices REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION report_rows_changed();
CREATE TRIGGER report_added AFTER INSERT ON outbox_messages REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION report_rows_changed();
CREATE TRIGGER report_changed AFTER UPDATE ON outbox_messages REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION report_rows_changed();
CREATE TRIGGER report_removed AFTER DELETE ON outbox_messages REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION report_rows_changed();
CREATE TRIGGER report_added AFTER INSERT ON returns REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION report_returns_changed();
CREATE TRIGGER report_removed AFTER DELETE ON returns REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION report_returns_changed();
