DELETE FROM outbox_messages WHERE kind = 'weekly_summary';
DO $$
DECLARE kinds text;
BEGIN
    SELECT substring(pg_get_constraintdef(oid) FROM 'ARRAY\[(.*?)\]') INTO STRICT kinds
        FROM pg_constraint WHERE conname = 'outbox_messages_kind_check';
    kinds := replace(kinds, ', ''weekly_summary''::text', '');
    ALTER TABLE outbox_messages DROP CONSTRAINT outbox_messages_kind_check;
    EXECUTE format('ALTER TABLE outbox_messages ADD CONSTRAINT outbox_messages_kind_check CHECK (kind IN (%s))', kinds);
END $$;
DROP TABLE weekly_summaries;
ALTER TABLE staff DROP COLUMN weekly_summary;
