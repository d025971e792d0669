DROP INDEX leads_times;
DROP INDEX leads_red_flags;
