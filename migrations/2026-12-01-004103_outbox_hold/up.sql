-- While the row is there no worker takes a mail from the outbox. A restore puts it there: a copy must not mail anybody by itself.
CREATE TABLE outbox_hold (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    since timestamptz NOT NULL DEFAULT now(),
    reason text NOT NULL CHECK (reason IN ('restore', 'command'))
);
