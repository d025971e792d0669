-- The order of the queue: red flags first, then people nobody has spoken with, then by what is due; the id breaks ties.
-- `leads_queue` stays: the numbers around the queue are counted with it.
CREATE INDEX leads_order ON leads ((NOT red_flag), (first_contact_at IS NOT NULL), due_at, id) WHERE outcome IS NULL AND hold IS NULL;
-- Those nobody has tried to reach yet, for the escalation ladder.
CREATE INDEX leads_untried ON leads (due_at, id) WHERE outcome IS NULL AND hold IS NULL AND cadence_attempts = 0;

-- Who was told that a promise breaks: once for each lead, rung and promise.
CREATE TABLE escalations (
    lead_id uuid NOT NULL REFERENCES leads (id),
    rung text NOT NULL CHECK (rung IN ('due_soon', 'late', 'still_late')),
    promised_at timestamptz NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (lead_id, rung, promised_at)
);

-- A member's own views of the queue. The name is sealed, as everything typed; the query holds codes and ids only.
CREATE TABLE saved_views (
    id uuid PRIMARY KEY,
    member_id uuid NOT NULL REFERENCES staff (id),
    created_at timestamptz NOT NULL DEFAULT now(),
    name bytea NOT NULL,
    query text NOT NULL CHECK (length(query) <= 500)
);
CREATE INDEX saved_views_member ON saved_views (member_id, created_at);
