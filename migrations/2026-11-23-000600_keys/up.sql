-- Fingerprints of the keys this database is sealed under: a ring that lacks one of them refuses to start.
CREATE TABLE key_checks (
    purpose text NOT NULL CHECK (purpose IN ('sealing', 'digest', 'bucket', 'record', 'pepper', 'audit', 'suppression')),
    key_id text NOT NULL CHECK (key_id ~ '^[0-9a-f]{16}$'),
    fingerprint bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (purpose, key_id)
);
