DROP INDEX leads_retention_class;
