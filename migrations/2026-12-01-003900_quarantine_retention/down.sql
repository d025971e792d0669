DROP TABLE retention_class_runs;
