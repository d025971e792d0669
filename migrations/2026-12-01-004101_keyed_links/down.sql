ALTER TABLE invitations DROP COLUMN token_digest;
ALTER TABLE one_time_links DROP COLUMN token_digest;
