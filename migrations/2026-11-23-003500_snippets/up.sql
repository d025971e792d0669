-- Texts that are written often: title and words, sealed in one.
CREATE TABLE snippets (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('note', 'mail')),
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid REFERENCES staff (id),
    content bytea NOT NULL
);
CREATE INDEX snippets_created_by ON snippets (created_by);
