-- Copies of the source `model` under other ids: what a crawl wrote, row for row, made by the database itself.
CREATE FUNCTION pg_temp.another(id uuid, n int) RETURNS uuid LANGUAGE sql IMMUTABLE AS
    $$ SELECT (substr(id::text, 1, 24) || substr(md5(id::text || n::text), 1, 12))::uuid $$;
CREATE FUNCTION pg_temp.copy_rows(name text, chosen text, replaced jsonb, copies int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE columns text; selected text;
BEGIN
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum),
           string_agg(COALESCE(replaced->>a.attname, 't.' || quote_ident(a.attname)), ', ' ORDER BY a.attnum)
    INTO columns, selected
    FROM pg_attribute a
    WHERE a.attrelid = name::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attname <> 'legacy_id';
    EXECUTE format('INSERT INTO %I (%s) SELECT %s FROM %I t, generate_series(1, %s) n WHERE %s', name, columns, selected, name, copies, chosen);
END $$;
SELECT pg_temp.copy_rows('venues', 't.slug = ''model''',
    '{"id": "pg_temp.another(t.id, n)", "slug": "t.slug || ''-'' || n", "name": "t.name || n"}', {copies});
SELECT pg_temp.copy_rows('sources', 't.slug = ''model''',
    '{"id": "pg_temp.another(t.id, n)", "slug": "t.slug || ''-'' || n", "venue_id": "pg_temp.another(t.venue_id, n)"}', {copies});
SELECT pg_temp.copy_rows('events', 'true', '{"id": "pg_temp.another(t.id, n)", "venue_id": "pg_temp.another(t.venue_id, n)"}', {copies});
SELECT pg_temp.copy_rows('performers', 'NOT EXISTS (SELECT FROM performers o WHERE o.event_id = pg_temp.another(t.event_id, n))',
    '{"event_id": "pg_temp.another(t.event_id, n)"}', {copies});
SELECT pg_temp.copy_rows('records', 'true',
    '{"event_id": "pg_temp.another(t.event_id, n)", "source_id": "pg_temp.another(t.source_id, n)", "place_id": "pg_temp.another(t.place_id, n)"}', {copies});
SELECT pg_temp.copy_rows('sightings', 'true',
    '{"event_id": "pg_temp.another(t.event_id, n)", "source_id": "pg_temp.another(t.source_id, n)"}', {copies});
SELECT pg_temp.copy_rows('event_history', 'true',
    '{"event_id": "pg_temp.another(t.event_id, n)", "number": "t.number + n * (SELECT last_history FROM counters)"}', {copies});
SELECT pg_temp.copy_rows('changes', 'true',
    '{"event_id": "pg_temp.another(t.event_id, n)", "number": "t.number + n * (SELECT last_change FROM counters)"}', {copies});
UPDATE counters SET last_history = (SELECT max(number) FROM event_history), last_change = (SELECT max(number) FROM changes);
ANALYZE;
