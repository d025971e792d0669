-- The newest migration a program must carry to serve this schema. An older program goes on (and starts again) beside migrations it
-- does not know, as long as this says that it can live with them. A migration it cannot live with raises this.
CREATE TABLE schema_floor (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    oldest_program text NOT NULL CHECK (oldest_program ~ '^[0-9]{14}$')
);
INSERT INTO schema_floor (oldest_program) VALUES ('20261123003700');
