-- A person who wrote before wrote again: the new lead was put first, and who holds the earlier one was told. Once per lead.
CREATE TABLE returns (
    lead_id uuid PRIMARY KEY REFERENCES leads (id),
    earlier_id uuid NOT NULL REFERENCES leads (id),
    noticed_at timestamptz NOT NULL DEFAULT now(),
    CHECK (lead_id <> earlier_id)
);
CREATE INDEX returns_earlier ON returns (earlier_id);
