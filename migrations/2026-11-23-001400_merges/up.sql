-- What taking a merge back needs to know: the lead that was merged as it stood, and what moved to the one that stays.
-- The row goes when the merge is taken back; the timelines of both leads tell the story.
CREATE TABLE merges (
    lead_id uuid PRIMARY KEY REFERENCES leads (id),
    survivor_id uuid NOT NULL REFERENCES leads (id),
    merged_at timestamptz NOT NULL,
    member_id uuid NOT NULL REFERENCES staff (id),
    hold text CHECK (hold IN ('paused')),
    resume_on date,
    owner_id uuid REFERENCES staff (id),
    claimed_at timestamptz,
    lease_until timestamptz,
    due_at timestamptz NOT NULL,
    survivor_due_before timestamptz NOT NULL,
    survivor_due_after timestamptz NOT NULL,
    follow_ups uuid[] NOT NULL,
    CHECK (lead_id <> survivor_id),
    CHECK ((hold IS NULL) = (resume_on IS NULL)),
    CHECK ((owner_id IS NULL) = (claimed_at IS NULL)),
    CHECK ((owner_id IS NULL) = (lease_until IS NULL))
);
CREATE INDEX merges_survivor ON merges (survivor_id);
CREATE INDEX merges_member ON merges (member_id);
CREATE INDEX merges_owner ON merges (owner_id);

-- Two leads a person looked at and found to be two people: not suggested again. The smaller id stands first.
CREATE TABLE different_people (
    lead_id uuid NOT NULL REFERENCES leads (id),
    other_id uuid NOT NULL REFERENCES leads (id),
    said_at timestamptz NOT NULL,
    member_id uuid NOT NULL REFERENCES staff (id),
    PRIMARY KEY (lead_id, other_id),
    CHECK (lead_id < other_id)
);
CREATE INDEX different_people_other ON different_people (other_id);
CREATE INDEX different_people_member ON different_people (member_id);

-- What is being written down while a person is on the phone; sealed, and gone once it is saved as an inquiry.
CREATE TABLE call_drafts (
    id uuid PRIMARY KEY,
    member_id uuid NOT NULL REFERENCES staff (id),
    started_at timestamptz NOT NULL DEFAULT now(),
    kept_at timestamptz NOT NULL DEFAULT now(),
    form bytea NOT NULL
);
CREATE INDEX call_drafts_member ON call_drafts (member_id, kept_at);
CREATE INDEX call_drafts_kept ON call_drafts (kept_at);
