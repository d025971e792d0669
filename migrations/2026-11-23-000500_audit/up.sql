-- Who did or saw what. Append-only: rows are never changed or removed, not even by the application's own role.
CREATE TABLE audit_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor text NOT NULL CHECK (actor IN ('public', 'member', 'system', 'command')),
    member_id uuid,
    action text NOT NULL,
    subject_kind text,
    subject_id text,
    details jsonb NOT NULL DEFAULT '{}',
    request_id text,
    CHECK ((actor = 'member') = (member_id IS NOT NULL)),
    CHECK ((subject_kind IS NULL) = (subject_id IS NULL))
);
CREATE INDEX audit_events_subject ON audit_events (subject_kind, subject_id, id);
CREATE INDEX audit_events_member ON audit_events (member_id, id) WHERE member_id IS NOT NULL;

-- The chain over committed events: hash = H(previous hash, canonical event). Made by the worker alone.
CREATE TABLE audit_links (
    seq bigint PRIMARY KEY,
    event_id bigint NOT NULL UNIQUE REFERENCES audit_events (id),
    hash bytea NOT NULL,
    linked_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_links_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_links
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER timeline_append_only BEFORE TRUNCATE ON timeline_entries
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
