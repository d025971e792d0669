-- Changed with every credential of the account: the mark of a browser that signed in before holds for one value alone. Null: never changed.
ALTER TABLE staff ADD COLUMN device_salt uuid;

-- Wrong codes of a second factor. device_digest tells a browser that signed in before; all others share the empty one. in_a_row ends with a
-- right code and is never forgotten otherwise; today counts within the day of the database's clock.
CREATE TABLE second_factor_failures (
    member_id uuid NOT NULL REFERENCES staff (id),
    device_digest bytea NOT NULL,
    in_a_row bigint NOT NULL DEFAULT 0,
    day date NOT NULL,
    today bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (member_id, device_digest)
);
