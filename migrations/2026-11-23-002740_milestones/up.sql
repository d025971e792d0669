-- What an administrator said once about this installation: the first hour's list is put away, copies of these keys are kept.
CREATE TABLE milestones (
    name text NOT NULL CHECK (name IN ('first_hour_dismissed', 'keys_kept')),
    detail text NOT NULL DEFAULT '',
    at timestamptz NOT NULL DEFAULT now(),
    member_id uuid NOT NULL REFERENCES staff (id),
    PRIMARY KEY (name, detail)
);
CREATE INDEX milestones_member ON milestones (member_id);
