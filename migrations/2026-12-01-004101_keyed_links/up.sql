-- The same for links by mail and for the first account: without a digest a link is over.
ALTER TABLE one_time_links ADD COLUMN token_digest bytea;
CREATE UNIQUE INDEX one_time_links_token_digest ON one_time_links (token_digest);
ALTER TABLE invitations ADD COLUMN token_digest bytea;
CREATE UNIQUE INDEX invitations_token_digest ON invitations (token_digest);
