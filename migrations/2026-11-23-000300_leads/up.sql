-- The work item for one person seeking help. Where it is (stage) and why it closed (outcome) are two columns.
CREATE TABLE leads (
    id uuid PRIMARY KEY,
    reference text NOT NULL UNIQUE,
    version integer NOT NULL DEFAULT 1 CHECK (version >= 1),
    stage text NOT NULL DEFAULT 'new' CHECK (stage IN ('new', 'attempting_contact', 'contacted', 'assessment', 'waitlisted', 'scheduled')),
    outcome text CHECK (outcome IN ('admitted', 'lost', 'declined', 'referred_out', 'duplicate', 'invalid')),
    outcome_reason text CHECK (outcome_reason IN (
        'no_response', 'chose_another_provider', 'not_ready', 'cost', 'does_not_want_level_offered', 'family_or_work', 'distance',
        'privacy_concern', 'hospital', 'incarcerated', 'deceased', 'asked_us_to_stop',
        'no_capacity', 'needs_higher_level_of_care', 'needs_lower_level_of_care', 'medical_needs_exceed', 'psychiatric_needs_exceed',
        'payer_not_accepted', 'benefits_inadequate', 'outside_licensed_state', 'age_or_population', 'legal_status',
        'language_not_available', 'accommodation_not_available',
        'spam', 'test', 'vendor', 'employment', 'wrong_number', 'wrong_service')),
    hold text CHECK (hold IN ('quarantined', 'paused')),
    quarantine_reason text CHECK (quarantine_reason IN ('trap', 'address_limit', 'total_limit')),
    resume_on date,
    owner_id uuid REFERENCES staff (id),
    claimed_at timestamptz,
    lease_until timestamptz,
    program_id uuid REFERENCES programs (id),
    expected_admission_on date,
    admitted_on date,
    survivor_id uuid REFERENCES leads (id),
    received_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    first_attempt_at timestamptz,
    first_contact_at timestamptz,
    closed_at timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    CHECK ((outcome IS NULL) = (closed_at IS NULL)),
    CHECK ((owner_id IS NULL) = (claimed_at IS NULL)),
    CHECK ((owner_id IS NULL) = (lease_until IS NULL)),
    CHECK ((hold IS NOT DISTINCT FROM 'paused') = (resume_on IS NOT NULL)),
    CHECK (hold IS DISTINCT FROM 'quarantined' OR quarantine_reason IS NOT NULL),
    CHECK (stage NOT IN ('waitlisted', 'scheduled') OR program_id IS NOT NULL),
    CHECK (stage <> 'scheduled' OR expected_admission_on IS NOT NULL),
    CHECK (outcome IS DISTINCT FROM 'admitted' OR admitted_on IS NOT NULL),
    CHECK ((outcome IS NOT DISTINCT FROM 'duplicate') = (survivor_id IS NOT NULL))
);
-- The queue: people nobody has spoken with first, then by what is due; the id breaks ties for the keyset.
CREATE INDEX leads_queue ON leads ((first_contact_at IS NOT NULL), due_at, id) WHERE outcome IS NULL AND hold IS NULL;
CREATE INDEX leads_owner ON leads (owner_id, due_at, id) WHERE outcome IS NULL AND owner_id IS NOT NULL;
CREATE INDEX leads_owner_fk ON leads (owner_id);
CREATE INDEX leads_program ON leads (program_id);
CREATE INDEX leads_survivor ON leads (survivor_id);
CREATE INDEX leads_held ON leads (hold, received_at, id) WHERE hold IS NOT NULL AND outcome IS NULL;
CREATE INDEX leads_received ON leads (received_at, id);

-- Exact words a person agreed to when consenting to texts, by version.
CREATE TABLE consent_wordings (
    version text PRIMARY KEY,
    language text NOT NULL CHECK (language IN ('en', 'es')),
    wording text NOT NULL,
    first_used_at timestamptz NOT NULL DEFAULT now()
);

-- One immutable submission. Only `contact` and `message` were typed by a person; both are sealed.
CREATE TABLE inquiries (
    id uuid PRIMARY KEY,
    lead_id uuid NOT NULL REFERENCES leads (id),
    opened_lead boolean NOT NULL DEFAULT true,
    receipt text NOT NULL UNIQUE,
    received_at timestamptz NOT NULL,
    channel text NOT NULL CHECK (channel IN ('web_form', 'api', 'embed', 'phone', 'import')),
    language text NOT NULL CHECK (language IN ('en', 'es')),
    who_for text NOT NULL CHECK (who_for IN ('me', 'loved_one', 'client')),
    contact_method text CHECK (contact_method IN ('call', 'text', 'email')),
    leave_message boolean NOT NULL,
    text_consent text REFERENCES consent_wordings (version),
    best_time text CHECK (best_time IN ('any', 'morning', 'afternoon', 'evening')),
    program_interest text NOT NULL CHECK (program_interest IN ('not_sure', 'inpatient', 'outpatient', 'telehealth')),
    how_soon text CHECK (how_soon IN ('today', 'this_week', 'just_asking')),
    state text CHECK (state ~ '^[A-Z]{2}$'),
    interpreter boolean NOT NULL,
    acknowledge boolean NOT NULL,
    utm_source text,
    utm_medium text,
    utm_campaign text,
    utm_term text,
    utm_content text,
    contact bytea NOT NULL,
    message bytea NOT NULL,
    adopted boolean NOT NULL,
    submission_digest bytea UNIQUE,
    recent_digest bytea UNIQUE,
    stop_requested_at timestamptz
);
CREATE INDEX inquiries_lead ON inquiries (lead_id);
CREATE UNIQUE INDEX inquiries_opening ON inquiries (lead_id) WHERE opened_lead;
CREATE INDEX inquiries_unadopted ON inquiries (id) WHERE NOT adopted;
-- For clearing them after ten minutes. Worded so that a look-up by digest cannot take it: it is empty when analyzed, looks free,
-- and would be read whole for each submission.
CREATE INDEX inquiries_recent ON inquiries (received_at) WHERE octet_length(recent_digest) > 0;
CREATE INDEX inquiries_text_consent ON inquiries (text_consent) WHERE text_consent IS NOT NULL;

-- Everything that happened to a lead after it arrived, append-only. `body` is what staff typed, sealed.
CREATE TABLE timeline_entries (
    id uuid PRIMARY KEY,
    lead_id uuid NOT NULL REFERENCES leads (id),
    at timestamptz NOT NULL,
    member_id uuid REFERENCES staff (id),
    kind text NOT NULL CHECK (kind IN ('claimed', 'released', 'lapsed', 'handed_over', 'attempt', 'note', 'follow_up_set', 'follow_up_done', 'routed', 'stage', 'paused', 'resumed', 'closed', 'reopened', 'merged', 'unmerged', 'quarantine_released', 'stop_requested')),
    channel text CHECK (channel IN ('call', 'text', 'email')),
    disposition text CHECK (disposition IN (
        'spoke_prospect', 'spoke_inquirer', 'spoke_other', 'left_message', 'no_answer', 'busy', 'voicemail_full', 'wrong_number',
        'disconnected', 'declined_to_talk', 'asked_to_stop', 'text_sent', 'text_reply', 'email_sent', 'email_reply', 'bounced')),
    program_id uuid REFERENCES programs (id),
    from_code text,
    to_code text,
    body bytea,
    CHECK ((kind = 'attempt') = (disposition IS NOT NULL)),
    CHECK ((kind = 'attempt') = (channel IS NOT NULL)),
    CHECK (kind <> 'note' OR body IS NOT NULL)
);
CREATE INDEX timeline_lead ON timeline_entries (lead_id, at, id);
CREATE INDEX timeline_member ON timeline_entries (member_id);
CREATE INDEX timeline_program ON timeline_entries (program_id);

-- A dated promise to get in touch again.
CREATE TABLE follow_ups (
    id uuid PRIMARY KEY,
    lead_id uuid NOT NULL REFERENCES leads (id),
    member_id uuid NOT NULL REFERENCES staff (id),
    created_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    done_at timestamptz,
    body bytea NOT NULL
);
CREATE INDEX follow_ups_lead ON follow_ups (lead_id, due_at) WHERE done_at IS NULL;
CREATE INDEX follow_ups_lead_fk ON follow_ups (lead_id);
CREATE INDEX follow_ups_member ON follow_ups (member_id);
CREATE INDEX follow_ups_due ON follow_ups (due_at, id) WHERE done_at IS NULL;

-- What a member searched for, sealed and bound to the session: the term never stands in a URL.
CREATE TABLE searches (
    id uuid PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    term bytea NOT NULL
);
CREATE INDEX searches_session ON searches (session_id);
