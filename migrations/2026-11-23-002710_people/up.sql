-- Colleagues who were invited and did not join yet. The link of the newest mail works once; only its hash is kept.
CREATE TABLE invitations (
    id uuid PRIMARY KEY,
    email text NOT NULL CHECK (email = lower(email)),
    name text NOT NULL,
    roles text[] NOT NULL CHECK (roles <@ ARRAY['coordinator', 'manager', 'administrator'] AND cardinality(roles) > 0),
    clinical_review boolean NOT NULL DEFAULT false,
    invited_by uuid NOT NULL REFERENCES staff (id),
    created_at timestamptz NOT NULL DEFAULT now(),
    token_hash bytea NOT NULL UNIQUE,
    expires_at timestamptz NOT NULL,
    settled_at timestamptz
);
CREATE INDEX invitations_invited_by ON invitations (invited_by);
CREATE UNIQUE INDEX invitations_waiting ON invitations (email) WHERE settled_at IS NULL;

-- Mails to people rather than about leads: invitations, links for a forgotten password, test mails. Other kinds stay as they are.
ALTER TABLE outbox_messages ADD COLUMN invitation_id uuid REFERENCES invitations (id);
CREATE INDEX outbox_invitation ON outbox_messages (invitation_id) WHERE invitation_id IS NOT NULL;
ALTER TABLE outbox_messages DROP CONSTRAINT outbox_messages_recipient_kind_check;
ALTER TABLE outbox_messages ADD CONSTRAINT outbox_messages_recipient_kind_check
    CHECK (recipient_kind IN ('member', 'configured', 'inquirer', 'invited'));
ALTER TABLE outbox_messages ADD CONSTRAINT outbox_messages_invited_check
    CHECK ((recipient_kind = 'invited') = (invitation_id IS NOT NULL));
DO $$
DECLARE kinds text;
BEGIN
    SELECT substring(pg_get_constraintdef(oid) FROM 'ARRAY\[(.*?)\]') INTO STRICT kinds
        FROM pg_constraint WHERE conname = 'outbox_messages_kind_check';
    ALTER TABLE outbox_messages DROP CONSTRAINT outbox_messages_kind_check;
    EXECUTE format('ALTER TABLE outbox_messages ADD CONSTRAINT outbox_messages_kind_check CHECK (kind IN (%s, %L, %L, %L))',
        kinds, 'invitation', 'password_reset', 'test_mail');
END $$;

-- When a member wants no mail about new inquiries, as minutes of a day in the center's zone; it may go over midnight.
ALTER TABLE staff ADD COLUMN quiet_from smallint CHECK (quiet_from BETWEEN 0 AND 1439);
ALTER TABLE staff ADD COLUMN quiet_to smallint CHECK (quiet_to BETWEEN 0 AND 1439);
ALTER TABLE staff ADD CONSTRAINT staff_quiet_check CHECK ((quiet_from IS NULL) = (quiet_to IS NULL) AND quiet_from <> quiet_to);
