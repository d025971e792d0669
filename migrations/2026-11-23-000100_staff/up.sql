-- Accounts of the center's own people. Names and addresses here are accounts, not inquiries, and stand in the clear.
CREATE TABLE staff (
    id uuid PRIMARY KEY,
    email text NOT NULL CHECK (email = lower(email)),
    name text NOT NULL,
    roles text[] NOT NULL CHECK (roles <@ ARRAY['coordinator', 'manager', 'administrator'] AND cardinality(roles) > 0),
    clinical_review boolean NOT NULL DEFAULT false,
    password_hash text NOT NULL,
    totp_secret bytea,
    totp_last_step bigint NOT NULL DEFAULT 0,
    notify_new_inquiries boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz,
    disabled_at timestamptz
);
CREATE UNIQUE INDEX staff_email_key ON staff (email);
CREATE INDEX staff_notified ON staff (id) WHERE notify_new_inquiries AND disabled_at IS NULL;

-- Only the hash of a token is kept: a stolen copy signs nobody in.
CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE,
    member_id uuid NOT NULL REFERENCES staff (id),
    stage text NOT NULL CHECK (stage IN ('password', 'full')),
    created_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_member ON sessions (member_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Links that work once: the first account, and later invitations and resets.
CREATE TABLE one_time_links (
    token_hash bytea PRIMARY KEY,
    purpose text NOT NULL CHECK (purpose IN ('setup', 'invite', 'reset')),
    member_id uuid REFERENCES staff (id),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX one_time_links_member ON one_time_links (member_id);

-- Delay after wrong passwords, per account and per network; both only as keyed digests.
CREATE TABLE sign_in_throttles (
    account_digest bytea NOT NULL,
    network_digest bytea NOT NULL,
    failures integer NOT NULL DEFAULT 0,
    last_failure_at timestamptz NOT NULL,
    blocked_until timestamptz NOT NULL,
    PRIMARY KEY (account_digest, network_digest)
);
CREATE INDEX sign_in_throttles_age ON sign_in_throttles (last_failure_at);
