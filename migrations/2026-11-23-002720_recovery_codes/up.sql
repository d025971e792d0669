-- What opens an account once when the phone with the second factor is lost. Keyed digests only.
CREATE TABLE recovery_codes (
    member_id uuid NOT NULL REFERENCES staff (id),
    digest bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz,
    PRIMARY KEY (member_id, digest)
);
