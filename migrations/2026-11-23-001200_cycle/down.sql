DROP INDEX leads_resume;
ALTER TABLE leads DROP COLUMN cadence_attempts;
ALTER TABLE leads DROP COLUMN cadence_from;
