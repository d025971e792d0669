-- A session is found by a keyed digest of its token, so that a row written by somebody without private.key opens nothing. token_hash,
-- a plain SHA-256, stays for the release before, which reads nothing else; it is no longer looked at. Rows without a digest are over.
ALTER TABLE sessions ADD COLUMN token_digest bytea;
CREATE UNIQUE INDEX sessions_token_digest ON sessions (token_digest);

-- The seed of a second factor offered to this session, sealed; it goes with the session or when it is set up.
ALTER TABLE sessions ADD COLUMN offered_seed bytea;
