-- Every export: who, when, why, of what, and what came out. The purpose is sealed; the filter holds codes, ids and days.
CREATE TABLE exports (
    id uuid PRIMARY KEY,
    -- Nobody: the command line.
    member_id uuid REFERENCES staff (id),
    asked_at timestamptz NOT NULL,
    -- Leads received before this instant.
    as_of timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('asked', 'running', 'finished', 'broken_off')),
    format text NOT NULL CHECK (format IN ('csv', 'xlsx')),
    column_set text NOT NULL CHECK (column_set IN ('deidentified', 'identified')),
    filter jsonb NOT NULL,
    purpose bytea NOT NULL,
    -- Rows there were when it was asked for.
    expected bigint NOT NULL CHECK (expected >= 0),
    rows bigint NOT NULL DEFAULT 0 CHECK (rows >= 0),
    bytes bigint NOT NULL DEFAULT 0 CHECK (bytes >= 0),
    progress_at timestamptz,
    ended_at timestamptz,
    sha256 bytea,
    CHECK ((state = 'finished') = (sha256 IS NOT NULL))
);
CREATE INDEX exports_asked ON exports (asked_at, id);
CREATE INDEX exports_member ON exports (member_id, asked_at);
-- One at a time, whatever the number of servers.
CREATE UNIQUE INDEX exports_one_running ON exports ((true)) WHERE state = 'running';
