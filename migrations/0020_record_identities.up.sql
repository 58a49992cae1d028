-- What a source calls its records is looked up with every crawl. Two sources may use the same words (a calendar's "Open mic" on one night), and
-- thousands of them made a crawl read everybody's: an entry of the index is a source's own.
CREATE FUNCTION own_identities(source uuid, identities text[]) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT COALESCE(array_agg(source::text || ' ' || i), '{}') FROM unnest(identities) AS one (i) $$;
DROP INDEX records_by_identity;
-- Without a list of pending entries, which every look would read through until it is vacuumed: records are written seldom, and looked up always.
CREATE INDEX records_by_own_identity ON records USING gin (own_identities(source_id, identities)) WITH (fastupdate = off);
