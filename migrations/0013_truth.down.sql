DROP TABLE questions, changes, event_history, counters, records;
ALTER TABLE events
    DROP COLUMN status_since, DROP COLUMN status_presumed, DROP COLUMN status_evidence, DROP COLUMN missing_since,
    DROP COLUMN earlier_starts, DROP COLUMN corrected, DROP COLUMN hidden, DROP COLUMN merged_into, DROP COLUMN records;
ALTER TABLE crawls DROP COLUMN plan;
ALTER TABLE sources DROP COLUMN trust;
