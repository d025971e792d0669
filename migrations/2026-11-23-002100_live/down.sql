DROP TABLE lead_watchers;
DROP TRIGGER leads_tell_change ON leads;
DROP FUNCTION leads_tell_change();
DROP TRIGGER leads_tell_new ON leads;
DROP FUNCTION leads_tell_new();
