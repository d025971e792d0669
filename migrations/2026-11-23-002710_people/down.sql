ALTER TABLE staff DROP COLUMN quiet_from, DROP COLUMN quiet_to;
DELETE FROM outbox_messages WHERE kind IN ('invitation', 'password_reset', 'test_mail');
DO $$
DECLARE kinds text;
BEGIN
    SELECT substring(pg_get_constraintdef(oid) FROM 'ARRAY\[(.*?)\]') INTO STRICT kinds
        FROM pg_constraint WHERE conname = 'outbox_messages_kind_check';
    kinds := replace(kinds, ', ''invitation''::text, ''password_reset''::text, ''test_mail''::text', '');
    ALTER TABLE outbox_messages DROP CONSTRAINT outbox_messages_kind_check;
    EXECUTE format('ALTER TABLE outbox_messages ADD CONSTRAINT outbox_messages_kind_check CHECK (kind IN (%s))', kinds);
END $$;
ALTER TABLE outbox_messages DROP COLUMN invitation_id;
ALTER TABLE outbox_messages DROP CONSTRAINT outbox_messages_recipient_kind_check;
ALTER TABLE outbox_messages ADD CONSTRAINT outbox_messages_recipient_kind_check
    CHECK (recipient_kind IN ('member', 'configured', 'inquirer'));
DROP TABLE invitations;
