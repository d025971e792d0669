-- Mail waiting to be told to somebody. Ids only: the worker unseals an address when it sends.
CREATE TABLE outbox_messages (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('new_inquiry', 'acknowledgement', 'escalation')),
    recipient_kind text NOT NULL CHECK (recipient_kind IN ('member', 'configured', 'inquirer')),
    member_id uuid REFERENCES staff (id),
    address_digest bytea,
    lead_id uuid REFERENCES leads (id),
    inquiry_id uuid REFERENCES inquiries (id),
    created_at timestamptz NOT NULL DEFAULT now(),
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'deferred', 'accepted', 'bounced', 'dead', 'dropped')),
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    claim_token uuid,
    claimed_until timestamptz,
    settled_at timestamptz,
    reply_code text,
    CHECK ((recipient_kind = 'member') = (member_id IS NOT NULL)),
    CHECK ((recipient_kind = 'configured') = (address_digest IS NOT NULL)),
    CHECK (recipient_kind <> 'inquirer' OR inquiry_id IS NOT NULL),
    CHECK ((claim_token IS NULL) = (claimed_until IS NULL)),
    CHECK ((state IN ('queued', 'deferred')) = (settled_at IS NULL))
);
CREATE INDEX outbox_due ON outbox_messages (next_attempt_at, id) WHERE settled_at IS NULL;
CREATE INDEX outbox_member ON outbox_messages (member_id) WHERE member_id IS NOT NULL;
CREATE INDEX outbox_lead ON outbox_messages (lead_id);
CREATE INDEX outbox_inquiry ON outbox_messages (inquiry_id);
CREATE INDEX outbox_trouble ON outbox_messages (created_at) WHERE state IN ('bounced', 'dead');
CREATE INDEX outbox_settled ON outbox_messages (settled_at) WHERE settled_at IS NOT NULL;

-- At most one acknowledgement per address and day. A keyed digest under a key of the private file, cleared after a day.
CREATE TABLE acknowledged_addresses (
    digest bytea PRIMARY KEY,
    message_id uuid NOT NULL UNIQUE REFERENCES outbox_messages (id),
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX acknowledged_addresses_age ON acknowledged_addresses (at);
