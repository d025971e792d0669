DROP TABLE searches, follow_ups, timeline_entries, inquiries, consent_wordings, leads;
