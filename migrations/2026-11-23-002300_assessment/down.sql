DELETE FROM timeline_entries WHERE kind IN ('assessed', 'place_offered', 'place_lapsed');
ALTER TABLE timeline_entries DROP CONSTRAINT timeline_entries_kind_check;
ALTER TABLE timeline_entries ADD CONSTRAINT timeline_entries_kind_check CHECK (kind IN ('claimed', 'released', 'lapsed', 'handed_over', 'attempt', 'note', 'follow_up_set', 'follow_up_done', 'routed', 'stage', 'paused', 'resumed', 'closed', 'reopened', 'merged', 'unmerged', 'quarantine_released', 'stop_requested', 'red_flag_raised', 'red_flag_acknowledged'));
DROP TABLE assessment_items;
