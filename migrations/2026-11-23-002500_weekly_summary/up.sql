-- Who gets last week's figures by mail.
ALTER TABLE staff ADD COLUMN weekly_summary boolean NOT NULL DEFAULT false;

-- Weeks, by their Monday, whose figures were put on their way: each once.
CREATE TABLE weekly_summaries (
    week date PRIMARY KEY,
    enqueued_at timestamptz NOT NULL DEFAULT now()
);

DO $$
DECLARE kinds text;
BEGIN
    SELECT substring(pg_get_constraintdef(oid) FROM 'ARRAY\[(.*?)\]') INTO STRICT kinds
        FROM pg_constraint WHERE conname = 'outbox_messages_kind_check';
    ALTER TABLE outbox_messages DROP CONSTRAINT outbox_messages_kind_check;
    EXECUTE format('ALTER TABLE outbox_messages ADD CONSTRAINT outbox_messages_kind_check CHECK (kind IN (%s, %L))', kinds, 'weekly_summary');
END $$;
