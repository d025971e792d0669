DROP TABLE programs, locations;
