-- A place of a program is a number from 1 to its capacity. An open lead whose admission is set holds one, each number is held
-- once: the last place cannot be given twice, whatever the program does. A place is kept until `place_until`.
ALTER TABLE leads ADD COLUMN place_number integer CHECK (place_number >= 1);
ALTER TABLE leads ADD COLUMN place_until timestamptz;
-- Since when a lead waits for a place, and when it was told that one is open.
ALTER TABLE leads ADD COLUMN waiting_since timestamptz;
ALTER TABLE leads ADD COLUMN place_offered_at timestamptz;

UPDATE leads SET place_number = numbered.number, place_until = (leads.expected_admission_on + 2)::timestamptz
    FROM (SELECT id, row_number() OVER (PARTITION BY program_id ORDER BY received_at, id)::integer AS number
          FROM leads WHERE stage = 'scheduled' AND outcome IS NULL) numbered
    WHERE leads.id = numbered.id;
UPDATE leads SET waiting_since = received_at WHERE stage = 'waitlisted';

ALTER TABLE leads ADD CONSTRAINT leads_place_check CHECK (stage <> 'scheduled' OR outcome IS NOT NULL OR place_number IS NOT NULL);
ALTER TABLE leads ADD CONSTRAINT leads_place_until_check CHECK ((place_number IS NULL) = (place_until IS NULL));
ALTER TABLE leads ADD CONSTRAINT leads_waiting_check CHECK (stage <> 'waitlisted' OR outcome IS NOT NULL OR waiting_since IS NOT NULL);
CREATE UNIQUE INDEX leads_place ON leads (program_id, place_number) WHERE stage = 'scheduled' AND outcome IS NULL;
CREATE INDEX leads_place_until ON leads (place_until) WHERE stage = 'scheduled' AND outcome IS NULL;
CREATE INDEX leads_waiting ON leads (program_id, waiting_since, id) WHERE stage = 'waitlisted' AND outcome IS NULL;

CREATE FUNCTION leads_place_within_capacity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.stage = 'scheduled' AND NEW.outcome IS NULL
        AND NEW.place_number > (SELECT capacity FROM programs WHERE id = NEW.program_id FOR SHARE) THEN
        RAISE EXCEPTION 'place % is beyond the capacity of the program', NEW.place_number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER leads_place_within_capacity BEFORE INSERT OR UPDATE OF place_number ON leads
    FOR EACH ROW WHEN (NEW.place_number IS NOT NULL) EXECUTE FUNCTION leads_place_within_capacity();
