CREATE TABLE locations (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    city text NOT NULL DEFAULT '',
    state text NOT NULL CHECK (state ~ '^[A-Z]{2}$'),
    created_at timestamptz NOT NULL DEFAULT now(),
    closed_at timestamptz
);
CREATE UNIQUE INDEX locations_name_key ON locations (lower(name));

-- What leads are routed to. capacity counts places; licensed_states matters for telehealth.
CREATE TABLE programs (
    id uuid PRIMARY KEY,
    location_id uuid NOT NULL REFERENCES locations (id),
    name text NOT NULL,
    modality text NOT NULL CHECK (modality IN ('inpatient', 'outpatient', 'telehealth')),
    capacity integer NOT NULL CHECK (capacity >= 0),
    licensed_states text[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    closed_at timestamptz
);
CREATE UNIQUE INDEX programs_name_key ON programs (location_id, lower(name));
