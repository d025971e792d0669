-- The number of open leads with a red flag stands on every page of staff; it must not read all open leads.
CREATE INDEX leads_red_flags ON leads (id) WHERE red_flag AND outcome IS NULL AND hold IS NULL;
-- So do the medians of today: times alone, without the rows behind them.
CREATE INDEX leads_times ON leads (received_at) INCLUDE (first_attempt_at, first_contact_at);
