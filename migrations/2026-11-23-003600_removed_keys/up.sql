-- A key that left the ring stays known: a host that still holds it must not bring it back, one without it must start.
ALTER TABLE key_checks ADD COLUMN removed_at timestamptz;
