ALTER TABLE sessions DROP COLUMN token_digest, DROP COLUMN offered_seed;
