DROP INDEX records_by_own_identity;
CREATE INDEX records_by_identity ON records USING gin (identities);
DROP FUNCTION own_identities(uuid, text[]);
