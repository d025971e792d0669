DROP TABLE capacity_changes;
ALTER TABLE locations DROP COLUMN holidays, DROP COLUMN staffed_hours;
ALTER TABLE programs DROP COLUMN payers, DROP COLUMN languages;
