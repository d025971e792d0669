DROP TABLE second_factor_failures;
ALTER TABLE staff DROP COLUMN device_salt;
