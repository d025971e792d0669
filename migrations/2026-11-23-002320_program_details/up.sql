-- Which languages a program works in and which payers it takes (none: not said), and changes of its capacity that are planned.
ALTER TABLE programs ADD COLUMN languages text[] NOT NULL DEFAULT '{en}' CHECK (languages <@ ARRAY['en', 'es']);
ALTER TABLE programs ADD COLUMN payers text[] NOT NULL DEFAULT '{}'
    CHECK (payers <@ ARRAY['commercial', 'medicaid', 'medicare', 'tricare', 'self_pay']);

-- When a location answers, as typed and checked; empty: as the center.
ALTER TABLE locations ADD COLUMN staffed_hours text NOT NULL DEFAULT '';
ALTER TABLE locations ADD COLUMN holidays text[] NOT NULL DEFAULT '{}';

CREATE TABLE capacity_changes (
    id uuid PRIMARY KEY,
    program_id uuid NOT NULL REFERENCES programs (id),
    effective_on date NOT NULL,
    capacity integer NOT NULL CHECK (capacity >= 0),
    member_id uuid REFERENCES staff (id),
    decided_at timestamptz NOT NULL DEFAULT now(),
    applied_at timestamptz
);
CREATE UNIQUE INDEX capacity_changes_day ON capacity_changes (program_id, effective_on) WHERE applied_at IS NULL;
CREATE INDEX capacity_changes_program ON capacity_changes (program_id, effective_on);
CREATE INDEX capacity_changes_member ON capacity_changes (member_id);
CREATE INDEX capacity_changes_pending ON capacity_changes (effective_on) WHERE applied_at IS NULL;
