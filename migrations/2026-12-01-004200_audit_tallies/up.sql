-- What a stranger can cause at any rate (refused sign-ins, inquiries that go to quarantine) is counted here first. The worker moves a
-- minute that is over into the audit log, one row per kind and account, so that nobody fills with requests what can never be deleted.
-- Rows are added and deleted, never updated: no request waits for another.
CREATE TABLE audit_tallies (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    minute timestamptz NOT NULL DEFAULT date_trunc('minute', now()),
    action text NOT NULL CHECK (action IN ('inquiry.received', 'session.failed')),
    member_id uuid,
    details jsonb NOT NULL,
    count bigint NOT NULL DEFAULT 1 CHECK (count > 0)
);
CREATE INDEX audit_tallies_minute ON audit_tallies (minute);
