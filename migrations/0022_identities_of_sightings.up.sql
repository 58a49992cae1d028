-- What a source calls its events is looked up with every crawl. Over an array of each record the planner takes 0.5 % of all rows for every one
-- of two hundred identities, which is more than half of a million, and reads the whole table: over ten seconds a crawl. The key of sightings
-- finds the same events in less than a millisecond.
DROP INDEX records_by_own_identity;
DROP FUNCTION own_identities(uuid, text[]);
