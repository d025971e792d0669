-- The assessment checklist of a lead: pre-screen, benefits check, clinical review, in any order. What was answered or typed is
-- sealed in `details`; here stand only codes and dates.
CREATE TABLE assessment_items (
    id uuid PRIMARY KEY,
    lead_id uuid NOT NULL REFERENCES leads (id),
    item text NOT NULL CHECK (item IN ('pre_screen', 'benefits', 'clinical_review')),
    status text NOT NULL,
    revision integer NOT NULL DEFAULT 1 CHECK (revision >= 1),
    reason text CHECK (reason IN (
        'no_capacity', 'needs_higher_level_of_care', 'needs_lower_level_of_care', 'medical_needs_exceed', 'psychiatric_needs_exceed',
        'payer_not_accepted', 'benefits_inadequate', 'outside_licensed_state', 'age_or_population', 'legal_status',
        'language_not_available', 'accommodation_not_available')),
    valid_until date,
    answered integer NOT NULL DEFAULT 0 CHECK (answered >= 0),
    asked integer NOT NULL DEFAULT 0 CHECK (asked >= answered),
    questions_version text,
    updated_at timestamptz NOT NULL,
    updated_by uuid REFERENCES staff (id),
    details bytea NOT NULL,
    UNIQUE (lead_id, item),
    CHECK ((item = 'pre_screen' AND status IN ('begun', 'done', 'skipped'))
        OR (item = 'benefits' AND status IN ('requested', 'in_progress', 'verified', 'not_active', 'out_of_network', 'unable'))
        OR (item = 'clinical_review' AND status IN ('accepted', 'declined'))),
    CHECK ((item = 'pre_screen') = (questions_version IS NOT NULL)),
    CHECK ((status = 'verified') = (valid_until IS NOT NULL)),
    CHECK ((status = 'declined') = (reason IS NOT NULL))
);
CREATE INDEX assessment_items_updated_by ON assessment_items (updated_by);

-- `assessed`: from_code is the item, to_code its status.
ALTER TABLE timeline_entries DROP CONSTRAINT timeline_entries_kind_check;
ALTER TABLE timeline_entries ADD CONSTRAINT timeline_entries_kind_check CHECK (kind IN ('claimed', 'released', 'lapsed', 'handed_over', 'attempt', 'note', 'follow_up_set', 'follow_up_done', 'routed', 'stage', 'paused', 'resumed', 'closed', 'reopened', 'merged', 'unmerged', 'quarantine_released', 'stop_requested', 'red_flag_raised', 'red_flag_acknowledged', 'assessed', 'place_offered', 'place_lapsed'));
