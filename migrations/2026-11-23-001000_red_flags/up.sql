-- What must be looked at by a person before anything else. Codes only: the words that go with them are fixed text of the program.
CREATE TABLE red_flags (
    id uuid PRIMARY KEY,
    lead_id uuid NOT NULL REFERENCES leads (id),
    code text NOT NULL CHECK (code IN ('withdrawal_risk', 'overdose_recent', 'pregnant', 'suicidal_statement', 'minor', 'medical_emergency')),
    raised_at timestamptz NOT NULL,
    raised_by uuid REFERENCES staff (id),
    acknowledged_at timestamptz,
    acknowledged_by uuid REFERENCES staff (id),
    CHECK (acknowledged_by IS NULL OR acknowledged_at IS NOT NULL)
);
CREATE INDEX red_flags_lead ON red_flags (lead_id, raised_at);
CREATE INDEX red_flags_raised_by ON red_flags (raised_by);
CREATE INDEX red_flags_acknowledged_by ON red_flags (acknowledged_by);
-- The same flag stands once at a time.
CREATE UNIQUE INDEX red_flags_standing ON red_flags (lead_id, code) WHERE acknowledged_at IS NULL;

-- Whether one of them stands unacknowledged: the queue puts such a lead first.
ALTER TABLE leads ADD COLUMN red_flag boolean NOT NULL DEFAULT false;

-- Each choice of a program beside what the rules suggested at that moment.
CREATE TABLE routing_choices (
    id uuid PRIMARY KEY,
    lead_id uuid NOT NULL REFERENCES leads (id),
    at timestamptz NOT NULL,
    member_id uuid REFERENCES staff (id),
    suggested_program_id uuid REFERENCES programs (id),
    chosen_program_id uuid NOT NULL REFERENCES programs (id),
    rules_version text NOT NULL,
    rule_codes text[] NOT NULL DEFAULT '{}'
);
CREATE INDEX routing_choices_lead ON routing_choices (lead_id, at);
CREATE INDEX routing_choices_at ON routing_choices (at);
CREATE INDEX routing_choices_member ON routing_choices (member_id);
CREATE INDEX routing_choices_suggested ON routing_choices (suggested_program_id);
CREATE INDEX routing_choices_chosen ON routing_choices (chosen_program_id);

ALTER TABLE timeline_entries DROP CONSTRAINT timeline_entries_kind_check;
ALTER TABLE timeline_entries ADD CONSTRAINT timeline_entries_kind_check CHECK (kind IN ('claimed', 'released', 'lapsed', 'handed_over', 'attempt', 'note', 'follow_up_set', 'follow_up_done', 'routed', 'stage', 'paused', 'resumed', 'closed', 'reopened', 'merged', 'unmerged', 'quarantine_released', 'stop_requested', 'red_flag_raised', 'red_flag_acknowledged'));
