-- The follow-up cadence counts from the inquiry, or from the reopening: then history stays and a new clock starts.
ALTER TABLE leads ADD COLUMN cadence_from timestamptz;
ALTER TABLE leads ADD COLUMN cadence_attempts integer NOT NULL DEFAULT 0 CHECK (cadence_attempts >= 0);
UPDATE leads SET cadence_attempts = attempts WHERE attempts > 0;
-- Those to bring back when their day comes.
CREATE INDEX leads_resume ON leads (resume_on) WHERE hold = 'paused';
