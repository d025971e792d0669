DROP TABLE call_drafts;
DROP TABLE different_people;
DROP TABLE merges;
