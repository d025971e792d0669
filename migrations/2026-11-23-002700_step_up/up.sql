-- When the person last proved again who they are, for what needs a fresh sign-in: permission changes, identified exports.
ALTER TABLE sessions ADD COLUMN confirmed_at timestamptz;
