-- Tells open pages what happened to leads, in whichever process and by whichever door: kind, reference, version, nothing else.
-- One statement that moves many rows says so once, so that a flood or a seed fills no queue of notifications.
CREATE FUNCTION leads_tell_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM (SELECT FROM fresh LIMIT 21) AS few) > 20 THEN
        PERFORM pg_notify('intake_leads', 'resync - 0');
    ELSE
        PERFORM pg_notify('intake_leads', CASE WHEN hold = 'quarantined' THEN 'held' ELSE 'new' END || ' ' || reference || ' ' || version)
        FROM fresh;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER leads_tell_new AFTER INSERT ON leads
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION leads_tell_new();

CREATE FUNCTION leads_tell_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM (SELECT FROM after_rows LIMIT 21) AS few) > 20 THEN
        PERFORM pg_notify('intake_leads', 'resync - 0');
    ELSE
        PERFORM pg_notify('intake_leads',
            CASE WHEN b.hold = 'quarantined' AND a.hold IS NULL AND a.outcome IS NULL THEN 'new'
                 WHEN a.owner_id IS DISTINCT FROM b.owner_id THEN 'claim'
                 ELSE 'change' END || ' ' || a.reference || ' ' || a.version)
        FROM after_rows a JOIN before_rows b USING (id)
        WHERE a.version <> b.version OR a.owner_id IS DISTINCT FROM b.owner_id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER leads_tell_change AFTER UPDATE ON leads
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION leads_tell_change();

-- Who has a lead's page open; a row counts for less than a minute after it was last renewed.
CREATE TABLE lead_watchers (
    lead_id uuid NOT NULL REFERENCES leads (id),
    member_id uuid NOT NULL REFERENCES staff (id),
    seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (lead_id, member_id)
);
CREATE INDEX lead_watchers_member ON lead_watchers (member_id);
CREATE INDEX lead_watchers_seen ON lead_watchers (seen_at);
