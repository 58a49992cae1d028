CREATE FUNCTION own_identities(source uuid, identities text[]) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT COALESCE(array_agg(source::text || ' ' || i), '{}') FROM unnest(identities) AS one (i) $$;
CREATE INDEX records_by_own_identity ON records USING gin (own_identities(source_id, identities)) WITH (fastupdate = off);
