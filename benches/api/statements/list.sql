\set n random(0, 11)
\set d random(0, 359)
SELECT NULL::int AS score, e.id, e.legacy_id, e.site_id, s.slug AS site_slug, e.venue_id, v.legacy_id AS venue_legacy_id, v.slug AS venue_slug, v.name
AS venue_known_name, e.title, e.bill, e.zone, e.start_date, e.start_time, e.start_utc, e.start_resolution, e.doors_date, e.doors_time, e.doors_utc,
e.doors_resolution, e.end_date, e.end_time, e.end_utc, e.end_resolution, e.status, e.price_kind, e.price_min, e.price_max, e.price_currency,
e.ticket_url, e.event_url, e.image_url, e.minimum_age, e.description, e.genres, e.room, e.venue_name, e.status_since, e.status_presumed,
e.status_evidence, e.missing_since, e.earlier_starts, e.corrected, e.hidden, e.merged_into, e.records, e.revision, e.created_at, e.updated_at,
e.tzdb_version FROM events e JOIN venues v ON v.id = e.venue_id JOIN sites s ON s.id = e.site_id WHERE true AND e.merged_into IS NULL AND NOT e.hidden
AND e.site_id = (SELECT id FROM sites WHERE legacy_id = :n + 1) AND e.start_local >= date '2026-01-01' + :d::int AND (e.status = ANY('{scheduled}'))
ORDER BY e.start_local, e.id LIMIT 51;
