-- A code that was given while the database was away, for an inquiry that turned out to be stored already under another code.
CREATE TABLE second_receipts (
    code text PRIMARY KEY,
    inquiry_id uuid NOT NULL REFERENCES inquiries (id) ON DELETE CASCADE,
    noted_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX second_receipts_inquiry ON second_receipts (inquiry_id);
