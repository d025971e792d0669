DROP TABLE audit_tallies;
