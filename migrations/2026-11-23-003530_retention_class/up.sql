-- The schedule looks at one outcome at a time, the earliest closed first.
CREATE INDEX leads_retention_class ON leads (outcome, closed_at, id) WHERE erased_at IS NULL AND survivor_id IS NULL;
