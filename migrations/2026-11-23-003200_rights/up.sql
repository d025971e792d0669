-- How long records are kept, who asked not to be contacted, what is kept for a court, what was erased.

-- Contact is stopped on every channel since then. Erased: what was sealed is blank, codes and times stay for the figures.
ALTER TABLE leads ADD COLUMN contact_stopped_at timestamptz;
ALTER TABLE leads ADD COLUMN erased_at timestamptz;
ALTER TABLE leads ADD CONSTRAINT leads_erased_are_closed CHECK (erased_at IS NULL OR outcome IS NOT NULL);
CREATE INDEX leads_retention ON leads (closed_at, id) WHERE outcome IS NOT NULL AND erased_at IS NULL AND survivor_id IS NULL;

ALTER TABLE inquiries ADD COLUMN erased_at timestamptz;
CREATE INDEX inquiries_erased ON inquiries (erased_at) WHERE erased_at IS NOT NULL;

-- Every search in memory hears at once of what is erased.
CREATE FUNCTION inquiries_tell_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('intake_inquiries', NEW.id::text);
    RETURN NULL;
END
$$;
CREATE TRIGGER inquiries_tell_erased AFTER UPDATE OF erased_at ON inquiries
    FOR EACH ROW WHEN (OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL) EXECUTE FUNCTION inquiries_tell_erased();

-- What is left of an erased lead: which, when, by whom, why. By schedule: nobody, and the class of the record.
CREATE TABLE erasures (
    lead_id uuid PRIMARY KEY REFERENCES leads (id),
    at timestamptz NOT NULL,
    member_id uuid REFERENCES staff (id),
    reason text NOT NULL CHECK (reason IN ('person_asked', 'court_order', 'taken_in_error', 'schedule')),
    class text CHECK (class IN ('admitted', 'lost', 'declined', 'referred_out', 'invalid', 'spam')),
    inquiries integer NOT NULL,
    CHECK ((reason = 'schedule') = (class IS NOT NULL)),
    CHECK ((reason = 'schedule') = (member_id IS NULL))
);
CREATE INDEX erasures_at ON erasures (at);
CREATE INDEX erasures_member ON erasures (member_id);

-- Leads that are neither erased by schedule nor by request while the hold stands. Its reason is on the timeline, sealed.
CREATE TABLE legal_holds (
    id uuid PRIMARY KEY,
    lead_id uuid NOT NULL REFERENCES leads (id),
    placed_at timestamptz NOT NULL,
    placed_by uuid NOT NULL REFERENCES staff (id),
    lifted_at timestamptz,
    lifted_by uuid REFERENCES staff (id),
    CHECK ((lifted_at IS NULL) = (lifted_by IS NULL))
);
CREATE UNIQUE INDEX legal_holds_standing ON legal_holds (lead_id) WHERE lifted_at IS NULL;
CREATE INDEX legal_holds_lead ON legal_holds (lead_id);
CREATE INDEX legal_holds_placed_by ON legal_holds (placed_by);
CREATE INDEX legal_holds_lifted_by ON legal_holds (lifted_by);

-- Requests not to be contacted. Contact is stopped as soon as the row is there; staff settle it.
CREATE TABLE stop_requests (
    id uuid PRIMARY KEY,
    lead_id uuid NOT NULL REFERENCES leads (id),
    inquiry_id uuid REFERENCES inquiries (id),
    asked_by text NOT NULL CHECK (asked_by IN ('person', 'staff')),
    asked_at timestamptz NOT NULL,
    settled_at timestamptz,
    settled_by uuid REFERENCES staff (id),
    decision text CHECK (decision IN ('accepted', 'declined')),
    CHECK ((settled_at IS NULL) = (decision IS NULL))
);
CREATE UNIQUE INDEX stop_requests_open ON stop_requests (lead_id) WHERE settled_at IS NULL;
CREATE INDEX stop_requests_lead ON stop_requests (lead_id);
CREATE INDEX stop_requests_inquiry ON stop_requests (inquiry_id);
CREATE INDEX stop_requests_settled_by ON stop_requests (settled_by);

-- Numbers and addresses that asked not to be contacted, as keyed digests under a key of the private file. They outlive erasure.
CREATE TABLE suppressions (
    digest bytea PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('phone', 'email')),
    at timestamptz NOT NULL
);

-- When the schedule was last carried out for each class of record.
CREATE TABLE retention_runs (
    class text PRIMARY KEY CHECK (class IN ('admitted', 'lost', 'declined', 'referred_out', 'invalid', 'spam', 'mails', 'drafts')),
    last_run_at timestamptz NOT NULL,
    last_erased bigint NOT NULL,
    last_erased_at timestamptz
);

ALTER TABLE timeline_entries DROP CONSTRAINT timeline_entries_kind_check;
ALTER TABLE timeline_entries ADD CONSTRAINT timeline_entries_kind_check CHECK (kind IN ('claimed', 'released', 'lapsed', 'handed_over', 'attempt', 'note', 'follow_up_set', 'follow_up_done', 'routed', 'stage', 'paused', 'resumed', 'closed', 'reopened', 'merged', 'unmerged', 'quarantine_released', 'stop_requested', 'red_flag_raised', 'red_flag_acknowledged', 'assessed', 'place_offered', 'place_lapsed', 'stop_accepted', 'stop_declined', 'legal_hold_placed', 'legal_hold_lifted', 'erased', 'record_exported'));

-- What a receipt's page may ask for: that nobody gets in touch. Runs with the rights of the owner of the tables, so that the tier that
-- faces the internet needs none of them; all it can say is a receipt's code. False: no such code.
CREATE FUNCTION request_stop(code text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    asked uuid;
    worked uuid;
    stays uuid;
BEGIN
    SELECT i.id, i.lead_id INTO asked, worked FROM inquiries i
        WHERE (i.receipt = code OR i.id = (SELECT s.inquiry_id FROM second_receipts s WHERE s.code = request_stop.code)) AND i.erased_at IS NULL;
    IF asked IS NULL THEN
        RETURN false;
    END IF;
    LOOP
        SELECT survivor_id INTO stays FROM leads WHERE id = worked;
        EXIT WHEN stays IS NULL;
        worked := stays;
    END LOOP;
    PERFORM FROM leads WHERE id = worked FOR UPDATE;
    UPDATE inquiries SET stop_requested_at = now() WHERE (id = asked OR lead_id = worked) AND stop_requested_at IS NULL;
    UPDATE outbox_messages SET state = 'dropped', settled_at = now(), reply_code = 'stopped'
        WHERE settled_at IS NULL AND claim_token IS NULL AND (lead_id = worked AND kind = 'escalation'
            OR recipient_kind = 'inquirer' AND inquiry_id IN (SELECT id FROM inquiries WHERE id = asked OR lead_id = worked));
    IF EXISTS (SELECT FROM leads WHERE id = worked AND contact_stopped_at IS NOT NULL) THEN
        RETURN true;
    END IF;
    INSERT INTO stop_requests (id, lead_id, inquiry_id, asked_by, asked_at) VALUES (gen_random_uuid(), worked, asked, 'person', now())
        ON CONFLICT DO NOTHING;
    UPDATE leads SET contact_stopped_at = now(), version = version + 1 WHERE id = worked;
    INSERT INTO timeline_entries (id, lead_id, at, kind, to_code) VALUES (gen_random_uuid(), worked, now(), 'stop_requested', 'person');
    INSERT INTO audit_events (actor, action, subject_kind, subject_id, details)
        VALUES ('public', 'contact.stop_requested', 'lead', worked::text, jsonb_build_object('inquiry', asked));
    RETURN true;
END
$$;
