DROP TRIGGER leads_place_within_capacity ON leads;
DROP FUNCTION leads_place_within_capacity();
DROP INDEX leads_waiting, leads_place_until, leads_place;
ALTER TABLE leads DROP CONSTRAINT leads_waiting_check;
ALTER TABLE leads DROP CONSTRAINT leads_place_until_check;
ALTER TABLE leads DROP CONSTRAINT leads_place_check;
ALTER TABLE leads DROP COLUMN place_offered_at, DROP COLUMN waiting_since, DROP COLUMN place_until, DROP COLUMN place_number;
