-- A note that is half written, sealed, one per lead and member, so that an idle log-off loses nothing.
CREATE TABLE note_drafts (
    id uuid PRIMARY KEY,
    lead_id uuid NOT NULL REFERENCES leads (id),
    member_id uuid NOT NULL REFERENCES staff (id),
    kept_at timestamptz NOT NULL DEFAULT now(),
    body bytea NOT NULL,
    UNIQUE (lead_id, member_id)
);
CREATE INDEX note_drafts_member ON note_drafts (member_id);
CREATE INDEX note_drafts_kept ON note_drafts (kept_at);
