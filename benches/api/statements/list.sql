\set n random(0, 11)
\set d random(0, 359)
SELECT e.id, e.title, e.bill, e.start_local, e.start_utc, e.zone, e.status, e.price_min, e.price_max, e.price_currency, e.ticket_url, e.minimum_age,
    v.name AS venue_name
FROM events e JOIN venues v ON v.id = e.venue_id JOIN sites s ON s.id = e.site_id
WHERE s.legacy_id = :n + 1 AND e.status = 'scheduled' AND e.start_local >= date '2026-01-01' + :d AND e.merged_into IS NULL AND NOT e.hidden
ORDER BY e.start_local, e.id LIMIT 50;
