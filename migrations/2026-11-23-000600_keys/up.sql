-- Fingerprint of the key ring this database is sealed under: another ring refuses to start.
CREATE TABLE key_checks (
    fingerprint bytea PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT now()
);
