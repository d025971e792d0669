-- When the schedule was last carried out for classes that came after retention_runs: an older program reads that table whole and knows
-- its own classes only, so it must not meet another one there.
CREATE TABLE retention_class_runs (
    class text PRIMARY KEY CHECK (class IN ('quarantined')),
    last_run_at timestamptz NOT NULL,
    last_erased bigint NOT NULL,
    last_erased_at timestamptz
);
