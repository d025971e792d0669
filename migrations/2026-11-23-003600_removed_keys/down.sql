DELETE FROM key_checks WHERE removed_at IS NOT NULL;
ALTER TABLE key_checks DROP COLUMN removed_at;
