DROP TABLE saved_views;
DROP TABLE escalations;
DROP INDEX leads_untried;
DROP INDEX leads_order;
